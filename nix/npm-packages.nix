# npm's packages for a build, as package-lock.json has them: each fetched by npm from where npm is set up
# to get it, checked against the lock's hash, and put in its place. No script of a package runs.
{ pkgs }:
let
  nodejs = pkgs.nodejs_24 or pkgs.nodejs;
  platform = pkgs.stdenv.hostPlatform;

  cpus = { x86_64 = "x64"; aarch64 = "arm64"; i686 = "ia32"; };
  cpu = builtins.head (builtins.match "([^-]+)-.*" platform.system);

  # What npm calls this system, in the fields by which a package says what it is for.
  here = {
    os = if platform.isDarwin then "darwin" else "linux";
    cpu = cpus.${cpu} or cpu;
    libc = "glibc";
  };
  fits = package: builtins.all
    (field: !(package ? ${field}) || builtins.elem here.${field} package.${field})
    (builtins.attrNames here);

  # "node_modules/a/node_modules/@b/c" → "node_modules/a"; "node_modules/a" → "".
  above = place:
    let found = builtins.match "(.*)/node_modules/(@[^/]+/)?[^/]+" place;
    in if found == null then "" else builtins.head found;

  # "node_modules/a/node_modules/@b/c" → "@b/c".
  nameOf = place:
    let found = builtins.match "(.*/)?node_modules/((@[^/]+/)?[^/]+)" place;
    in if found == null then throw "mach-nix: package-lock.json has a package at ${builtins.toJSON place}" else builtins.elemAt found 1;
in
rec {
  # packages: of package-lock.json, by place; from: the place of who asks ("" for the project) → the place
  # where Node finds a name, or null.
  find = packages: from: name:
    let place = if from == "" then "node_modules/${name}" else "${from}/node_modules/${name}";
    in
    if packages ? ${place} then place
    else if from == "" then null
    else find packages (above from) name;

  # The places of some names and of all that they depend on, for this system.
  closure = packages: names:
    let
      found = from: wanted:
        map (key: { inherit key; }) (builtins.filter
          (place: place != null && fits packages.${place})
          (map (find packages from) wanted));
    in
    map (item: item.key) (builtins.genericClosure {
      startSet = found "" names;
      operator = { key }: found key (builtins.attrNames (
        (packages.${key}.dependencies or { }) // (packages.${key}.optionalDependencies or { })
      ));
    });

  # The archive of one package, as the registry has it.
  fetch = { name, version, integrity }:
    let
      checked = pattern: value:
        if builtins.match pattern value != null then value
        else throw "mach-nix: package-lock.json has ${builtins.toJSON value}, which cannot be";
    in
    pkgs.stdenv.mkDerivation {
      name = "${builtins.replaceStrings [ "@" "/" ] [ "" "-" ] (checked "(@[a-z0-9._-]+/)?[a-zA-Z0-9._-]+" name)}-${checked "[a-zA-Z0-9.+-]+" version}.tgz";
      nativeBuildInputs = [ nodejs ];
      buildCommand = ''
        HOME=$PWD npm pack --ignore-scripts --loglevel=error --no-progress ${name}@${version}
        mv ./*.tgz "$out"
        :
      '';
      outputHash = integrity;
      outputHashAlgo = null;
      outputHashMode = "flat";
      impureEnvVars = [
        "http_proxy"
        "https_proxy"
        "no_proxy"
        "npm_config_registry"
        "npm_config_cafile"
        "NODE_EXTRA_CA_CERTS"
      ];
    };

  # $out/node_modules with what the names need. lock: package-lock.json as data.
  install = lock: names:
    let
      unpack = place:
        let package = lock.packages.${place};
        in ''
          mkdir -p "$out"/${place}
          tar -xzf ${fetch { name = package.name or (nameOf place); inherit (package) version integrity; }} --strip-components=1 -C "$out"/${place}
        '';
    in
    pkgs.runCommand "mach-nix-node-modules" { } (builtins.concatStringsSep "" (map unpack (closure lock.packages names)) + ":\n");
}
