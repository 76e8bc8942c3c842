# stdenv.mkDerivation: attributes to a derivation whose builder sources $stdenv/setup.
self:
let
  inherit (self) lib host;

  platformOf =
    system:
    let
      parts = builtins.match "([^-]+)-(.+)" system;
    in
    rec {
      inherit system;
      config = system;
      parsed.cpu.name = builtins.elemAt parts 0;
      isLinux = builtins.elemAt parts 1 == "linux";
      isDarwin = builtins.elemAt parts 1 == "darwin";
      isx86_64 = parsed.cpu.name == "x86_64";
      isAarch64 = parsed.cpu.name == "aarch64";
      isMusl = false;
      isGnu = isLinux;
    };
  buildPlatform = platformOf self.system;
  hostPlatform = if self.crossSystem == null then buildPlatform else platformOf self.crossSystem.system;

  setup = derivation {
    name = "stdenv";
    inherit (self) system;
    builder = host.bash;
    args = [
      "-c"
      ''
        PATH=${host.path}
        mkdir -p $out
        sed "s|@path@|${host.path}|g" ${./setup.sh} > $out/setup
        :
      ''
    ];
  };

  # What the derivation's builder must not see.
  hidden = [
    "passthru"
    "meta"
    "stdenv"
  ];

  mkDerivation =
    argument:
    let
      attrs = if lib.isFunction argument then lib.fix (final: argument (final // { finalPackage = package; })) else argument;
      name =
        attrs.name or "${attrs.pname}-${attrs.version}";
      plain = removeAttrs attrs hidden;
      inputs = builtins.mapAttrs (_: value: if builtins.isList value then lib.filter (x: x != null) (lib.flatten value) else value) (
        lib.optionalAttrs true (
          builtins.intersectAttrs
            {
              buildInputs = null;
              nativeBuildInputs = null;
              propagatedBuildInputs = null;
              propagatedNativeBuildInputs = null;
            }
            plain
        )
      );
      drv = derivation (
        plain
        // inputs
        // {
          inherit name;
          system = buildPlatform.system;
          builder = host.bash;
          args = [
            "-e"
            ./builder.sh
          ];
          stdenv = setup;
          outputs = attrs.outputs or [ "out" ];
        }
        // lib.optionalAttrs (attrs ? doCheck) { doCheck = attrs.doCheck; }
      );
      package =
        drv
        // attrs.passthru or { }
        // {
          inherit name;
          passthru = attrs.passthru or { };
          meta = attrs.meta or { };
          overrideAttrs =
            change:
            mkDerivation (
              if lib.isFunction argument then
                final: let old = argument final; in old // apply change final old
              else
                attrs // apply change (attrs // { finalPackage = package; }) attrs
            );
        }
        // builtins.intersectAttrs
          {
            pname = null;
            version = null;
            src = null;
            buildInputs = null;
            nativeBuildInputs = null;
            propagatedBuildInputs = null;
            patches = null;
          }
          attrs;
    in
    package;

  # overrideAttrs takes attributes, `old: …` or `final: old: …`.
  apply =
    change: final: old:
    if !(lib.isFunction change) then
      change
    else
      let
        first = change final;
      in
      if lib.isFunction first then first old else change old;

  stdenv = {
    inherit mkDerivation buildPlatform hostPlatform;
    inherit (hostPlatform) isLinux isDarwin;
    inherit (self) system;
    targetPlatform = hostPlatform;
    shell = host.bash;
    cc.cc.lib = self.hostLibraries;
    outPath = setup.outPath;
    drvPath = setup.drvPath;
    type = "derivation";
    name = "stdenv";
  };
in
{
  inherit stdenv;
  stdenvNoCC = stdenv;
}
