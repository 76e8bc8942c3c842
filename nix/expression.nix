# The pins of a target as a Nix expression to read and to keep: wheels as calls of buildPythonPackage,
# which need nothing but nixpkgs; pins of other kinds as data for this library, which it then takes as
# `machNix`. `mach-nix gen` writes the same text (src/emit/nix-expression.ts).
let
  graph = import ./graph.nix;
  names = import ./names.nix;
  text = import ./text.nix;
  locks = import ./lock.nix;

  isBinary = file: builtins.match ".*-any[.]whl" file == null;

  # Whether a pin is a wheel that can be written as a call.
  isPlain = lock: pin:
    pin ? artifact
    && text.hasSuffix ".whl" pin.artifact
    && builtins.match "[a-zA-Z0-9+._?=-]+" pin.version != null
    && builtins.match "https?://.*" lock.artifacts.${pin.artifact}.url != null;

  isCompiled = pin: pin ? artifact && (!(text.hasSuffix ".whl" pin.artifact) || isBinary pin.artifact);

  reference = name: "pySelf.${text.attribute (names.attributeOf name)}";

  list = references:
    if references == [ ] then "[ ]"
    else "[ ${builtins.concatStringsSep " " references} ]";

  # One wheel: what wheel.nix gives to buildPythonPackage.
  call = { lock, target, edges, compiled }: pin:
    let
      artifact = lock.artifacts.${pin.artifact};
      needed = edges.${pin.name};
      binaries = builtins.filter (name: compiled ? ${name}) needed;
      patched = isBinary pin.artifact && text.hasPrefix "linux" target.platform;
      lines = [
        "pname = ${text.literal pin.name};"
        "version = ${text.literal pin.version};"
        "format = \"wheel\";"
        "src = pkgs.fetchurl {"
        "  name = ${text.literal (text.storeName pin.artifact)};"
        "  url = ${text.literal artifact.url};"
        "  sha256 = ${text.literal artifact.sha256};"
        "};"
      ]
      ++ (if !patched then [ ] else [
        "nativeBuildInputs = [ pkgs.autoPatchelfHook ];"
        "buildInputs = pkgs.pythonManylinuxPackages.manylinux2014;"
      ])
      ++ (if !patched || binaries == [ ] then [ ] else [
        "preFixup = pkgs.lib.concatMapStringsSep \"\\n\" (one: \"addAutoPatchelfSearchPath \${one}\") ${list (map reference binaries)};"
      ])
      ++ [
        "propagatedBuildInputs = ${list (map reference needed)};"
        "doCheck = false;"
        "dontStrip = true;"
        "dontCheckRuntimeDeps = true;"
        "dontUsePythonRemoveTestsDir = true;"
      ];
    in
    "    ${text.attribute (names.attributeOf pin.name)} = pySelf.buildPythonPackage {\n"
    + builtins.concatStringsSep "" (map (line: "      ${line}\n") lines)
    + "    };\n";

  # What the library needs of the lock for the other pins.
  dataOf = lock: target:
    let
      builds = builtins.attrValues (target.builds or { });
      pins = target.pins ++ builtins.concatMap (build: build.pins) builds;
      files = builtins.concatMap (pin: if pin ? artifact then [ pin.artifact ] else [ ]) pins
        ++ builtins.concatMap (build: build.crates or [ ]) builds;
    in
    {
      version = 1;
      targets = [ (removeAttrs target [ "builds" "set" ] // (if (target.builds or { }) == { } then { } else { inherit (target) builds; })) ];
      artifacts = builtins.listToAttrs (map (name: { inherit name; value = lock.data.artifacts.${name}; }) files);
    };
in
{
  inherit isPlain;

  # lock and target: of lock.nix → the text.
  render = { lock, target }:
    let
      pins = builtins.filter (pin: !(pin.name == "python" && pin ? build)) target.pins;
      edges = graph.acyclic (pins ++ [{ name = ""; dependencies = graph.roots pins; }]);
      compiled = builtins.listToAttrs (map (pin: { inherit (pin) name; value = null; }) (builtins.filter isCompiled pins));
      plain = builtins.filter (isPlain lock) pins;
      others = builtins.filter (pin: !(isPlain lock pin)) pins;
      raw = builtins.head (builtins.filter (one: one.name == target.name && one.set or null == set) lock.data.targets);
      set = target.set or null;
      label = if set == null then target.name else "${target.name} (${set})";
      python = builtins.replaceStrings [ "." ] [ "" ] (locks.minor target.python);
      isRelative = builtins.any (artifact: builtins.match "file:[^/].*" artifact.url != null) (builtins.attrValues (dataOf lock raw).artifacts);
      arguments = if others == [ ] then "" else ", machNix";
      roots = map (name: "ps.${text.attribute (names.attributeOf name)}") edges."";
      data = text.value "  " (dataOf lock raw);
      directory = if isRelative then " // { directory = ./.; }" else "";
    in
    "# ${label} as of ${lock.data.date}: made by mach-nix, and the same whenever it is made again.\n"
    + "{ pkgs, python ? pkgs.python${python}${arguments}, ... }:\n"
    + "let\n"
    + (if others == [ ] then "" else
    "  lock = ${data};\n\n"
    + "  locked = machNix.overridesOf { inherit python; lock = lock${directory}; };\n\n")
    + "  selectPkgs = ps: ${list roots};\n\n"
    + "  overrides = pySelf: ${if others == [ ] then "_" else "pySuper"}: {\n"
    + builtins.concatStringsSep "\n" (
      map (call { inherit lock target edges compiled; }) plain
      ++ (if others == [ ] then [ ] else [
        "    inherit (locked pySelf pySuper) ${builtins.concatStringsSep " " (map (pin: text.attribute (names.attributeOf pin.name)) others)};\n"
      ])
    )
    + "  };\n\n"
    + "  extended = python.override { self = extended; packageOverrides = overrides; };\n"
    + "in\n"
    + "{\n"
    + "  inherit selectPkgs overrides;\n"
    + "  python = extended;\n"
    + "  environment = extended.withPackages selectPkgs;\n"
    + "}\n";
}
