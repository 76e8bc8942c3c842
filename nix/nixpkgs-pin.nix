# A pin whose package is nixpkgs' own. Where nothing that it needs is replaced by a pin of another
# kind, it is nixpkgs' derivation itself, so that the binary cache has it. Otherwise its Python
# dependencies are replaced by the lock's, in them too, and those that the lock does not need are left
# out.
{ base, basePython, pins }:
let
  inputs = import ./inputs.nix;
  names = import ./names.nix;

  byName = builtins.listToAttrs (map (pin: { inherit (pin) name; value = pin; }) pins);

  attributeOf = pin:
    if pin ? attribute then pin.attribute
    else if base ? ${pin.name} then pin.name
    else names.aliasOf pin.name;

  original = pin:
    base.${attributeOf pin} or (throw "mach-nix: nixpkgs has no Python package `${attributeOf pin}`, which the lock has for ${pin.name}");

  modules = inputs.modules basePython;
  required = package: modules (package.requiredPythonModules or [ ]);

  # Whether a package that nixpkgs would use here is the one that the lock has.
  kept = package:
    let pin = byName.${inputs.nameOf package} or null;
    in pin == null || ((pin.provider == "nixpkgs") && (original pin).outPath == package.outPath);
  untouched = package: builtins.all kept (required package);

  # A Python package of nixpkgs that is no pin, with the lock's packages in it.
  adapt = python: package:
    if untouched package then package else replace python package (_: true);

  replace = python: package: wanted:
    let
      choose = input:
        let name = inputs.nameOf input;
        in
        if !(inputs.isPython input) || input.outPath or null == basePython.outPath then [ input ]
        else if byName ? ${name} then [ python.${names.attributeOf name} ]
        else if wanted name then [ (adapt python input) ]
        else [ ];
      through = list: builtins.concatMap choose (builtins.filter (input: input != null) list);
    in
    package.overridePythonAttrs (old: {
      dependencies = [ ];
      propagatedBuildInputs = through (old.propagatedBuildInputs or [ ] ++ old.dependencies or [ ]);
      doCheck = false;
      checkInputs = [ ];
      nativeCheckInputs = [ ];
      dontCheckRuntimeDeps = true;
    });
in
{
  # python: the package set; pin: of the lock.
  build = { python, pin }:
    let package = original pin;
    in
    if untouched package then package
    # A pin without dependencies may be one of which nixpkgs alone knows what it needs.
    else replace python package (_: pin.dependencies == [ ]);
}
