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

  byName = pins: builtins.listToAttrs (map (pin: { inherit (pin) name; value = pin; }) pins);

  # Packages by name, for pins of which each finds its dependencies by `find`.
  packagesOf = { lock, target, python, base, basePython, pins, find, tests }:
    let
      known = byName pins;
      edges = graph.acyclic pins;
      nixpkgsPin = import ./nixpkgs-pin.nix { inherit base basePython pins; };
      build = pin:
        let
          kind = kindOf pin;
          needed = builtins.filter (name: !isInterpreter known.${name}) edges.${pin.name};
          dependencies = map find needed;
          common = {
            inherit python pin dependencies;
            file = fileOf lock pin;
            binaries = map find (builtins.filter (name: isBinary known.${name}) needed);
          };
        in
        if kind == "wheel" then wheel.build common
        else if kind == "conda" then conda.build common
        else if kind == "nixpkgs" then nixpkgsPin.build { inherit python pin; }
        else
          sdist.build (removeAttrs common [ "binaries" ] // {
            inherit base tests;
            tools = toolsOf { inherit lock target python base basePython pin tests; };
          });
    in
    builtins.mapAttrs (_: build) known;

  # nixpkgs' interpreter is in the place of conda's.
  isInterpreter = pin: kindOf pin == "conda" && pin.name == "python";

  # What a source distribution is built with: a set of its own, which may hold other versions.
  toolsOf = { lock, target, python, base, basePython, pin, tests }:
    let
      closure = target.builds.${pin.artifact} or (throw
        "mach-nix: the lock does not say what ${pin.artifact} is built with; lock again");
      packages = packagesOf {
        inherit lock target python base basePython tests;
        inherit (closure) pins;
        find = name: packages.${name};
      };
    in
    map (tool: packages.${tool.name}) closure.pins;
in
{
  inherit kindOf;

  # lock and target: of lock.nix; base: the package set without the lock's → pySelf: pySuper: packages.
  overrides = { lock, target, base, basePython, tests ? false }: pySelf: pySuper:
    let
      pins = builtins.filter (pin: !isInterpreter pin) target.pins;
      packages = packagesOf {
        inherit lock target base basePython pins tests;
        python = pySelf;
        find = name: pySelf.${names.attributeOf name};
      };
      entries = name:
        let
          attribute = names.attributeOf name;
          alias = names.aliasOf name;
        in
        [{ name = attribute; value = packages.${name}; }]
        ++ (if alias != attribute && attribute == name && pySuper ? ${alias}
        then [{ name = alias; value = pySelf.${attribute}; }]
        else [ ]);
    in
    builtins.listToAttrs (builtins.concatMap entries (builtins.attrNames packages));

  # The attributes of what the user asked for, with those that go in a circle with it.
  roots = target:
    let
      pins = builtins.filter (pin: !isInterpreter pin) target.pins;
      edges = graph.acyclic (pins ++ [{ name = ""; dependencies = graph.roots pins; }]);
    in
    map names.attributeOf edges."";
}
