# The pins of a target as a change to nixpkgs' Python package set.
{ pkgs }:
let
  graph = import ./graph.nix;
  names = import ./names.nix;
  text = import ./text.nix;
  source = import ./source.nix { inherit pkgs; };
  wheel = import ./wheel.nix { inherit pkgs; };
  sdist = import ./sdist.nix { inherit pkgs; };
  conda = import ./conda.nix { inherit pkgs; };
  project = import ./project.nix { inherit pkgs; };

  isConda = file: text.hasSuffix ".conda" file || text.hasSuffix ".tar.bz2" file;

  # "wheel", "sdist", "conda" or "nixpkgs".
  kindOf = pin:
    if !(pin ? artifact) then "nixpkgs"
    else if text.hasSuffix ".whl" pin.artifact then "wheel"
    else if pin ? build || isConda pin.artifact then "conda"
    else "sdist";

  isBinary = pin:
    let kind = kindOf pin;
    in kind == "conda" || kind == "sdist" || (kind == "wheel" && wheel.isBinary pin.artifact);

  fileOf = lock: pin:
    source.fetch {
      inherit (lock) directory;
      artifact = lock.artifacts.${pin.artifact} or (throw "mach-nix: the lock has no file `${pin.artifact}`");
    };

  # What cargo compiles a source distribution from: a file of the lock.
  crateOf = lock: name: {
    inherit name;
    file = fileOf lock { artifact = name; };
    inherit (lock.artifacts.${name}) sha256;
  };

  byName = pins: builtins.listToAttrs (map (pin: { inherit (pin) name; value = pin; }) pins);

  # Packages by name, for pins of which each finds its dependencies by `find`.
  packagesOf = { lock, target, python, base, basePython, pins, edges, find, tests }:
    let
      known = byName pins;
      nixpkgsPin = import ./nixpkgs-pin.nix { inherit base basePython pins; };
      build = pin:
        let
          kind = kindOf pin;
          needed = edges.${pin.name};
          dependencies = map find needed;
          file = fileOf lock pin;
          binaries = map find (builtins.filter (name: isBinary known.${name}) needed);
        in
        if kind == "wheel" then wheel.build { inherit python pin dependencies file binaries; }
        else if kind == "conda" then conda.build { inherit python pin dependencies file binaries; }
        else if kind == "nixpkgs" then nixpkgsPin.build { inherit python pin; }
        else
          sdist.build {
            inherit python pin dependencies file base tests;
            tools = toolsOf { inherit lock target python base basePython pin tests; };
            crates = map (crateOf lock) (target.builds.${pin.artifact}.crates or [ ]);
          };
    in
    builtins.mapAttrs (_: build) known;

  # nixpkgs' interpreter is in the place of conda's.
  isInterpreter = pin: kindOf pin == "conda" && pin.name == "python";

  # What each pin's derivation depends on, by name, and under "" the environment.
  edgesOf = target:
    let pins = builtins.filter (pin: !isInterpreter pin) target.pins;
    in target.edges or (graph.acyclic (pins ++ [{ name = ""; dependencies = graph.roots pins; }]));

  # What a source distribution is built with: a set of its own, which may hold other versions.
  toolsOf = { lock, target, python, base, basePython, pin, tests }:
    let
      closure = target.builds.${pin.artifact};
      pins = builtins.filter (tool: !isInterpreter tool) closure.pins;
      packages = packagesOf {
        inherit lock target python base basePython tests pins;
        edges = graph.acyclic pins;
        find = name: packages.${name};
      };
    in
    if target.builds ? ${pin.artifact} then map (tool: packages.${tool.name}) pins
    # A resolver without the network cannot look into source distributions.
    else if lock.isMade or false then project.findTools base (project.toolsOf (unpacked (fileOf lock pin)))
    else throw "mach-nix: the lock does not say what ${pin.artifact} is built with; lock again";

  unpacked = file: pkgs.buildPackages.runCommand "source" { nativeBuildInputs = [ pkgs.buildPackages.python3 ]; inherit file; } ''
    python3 -c 'import shutil, sys; shutil.unpack_archive(sys.argv[1], "unpacked")' "$file"
    mv unpacked/* "$out"
    :
  '';
in
{
  inherit kindOf;

  # lock and target: of lock.nix; base: the package set without the lock's → pySelf: pySuper: packages.
  overrides = { lock, target, base, basePython, tests ? false }: pySelf: pySuper:
    let
      pins = builtins.filter (pin: !isInterpreter pin) target.pins;
      packages = packagesOf {
        inherit lock target base basePython pins tests;
        edges = edgesOf target;
        python = pySelf;
        find = name: pySelf.${names.attributeOf name};
      };
      all = builtins.attrNames packages;
      moved = builtins.filter (name: names.attributeOf name != name) all;
      spelled = builtins.filter
        (name: names.aliasOf name != name && pySuper ? ${names.aliasOf name} && !(packages ? ${names.aliasOf name}))
        all;
      as = attributeOf: valueOf: list:
        if list == [ ] then { }
        else builtins.listToAttrs (map (name: { name = attributeOf name; value = valueOf name; }) list);
    in
    removeAttrs packages moved
    // as names.attributeOf (name: packages.${name}) moved
    // as names.aliasOf (name: pySelf.${names.attributeOf name}) spelled;

  # The attributes of what the user asked for, with those that go in a circle with it.
  roots = target: map names.attributeOf (edgesOf target)."";

  # A target that keeps what depends on what in it, for all that ask.
  prepare = target: target // { edges = edgesOf target; };
}
