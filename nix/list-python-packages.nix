# What a nixpkgs has of Python packages, as data: `mach-nix index nixpkgs` evaluates it strictly. Nothing
# is built. Attributes that throw, are broken or are no Python packages are left out.
{
  # A path, or a flake reference.
  nixpkgs ? null
, isFlake ? false
, system ? builtins.currentSystem
  # A nixpkgs as it is imported, instead.
, pkgs ? null
  # Interpreters by attribute, separated by blanks: "python311 python312".
, pythons ? "python3"
}:
let
  source =
    if isFlake then builtins.getFlake nixpkgs
    else { outPath = /. + nixpkgs; };

  packageSet =
    if pkgs != null then pkgs
    else import source.outPath { inherit system; config = { }; overlays = [ ]; };

  words = text: builtins.filter (word: builtins.isString word && word != "") (builtins.split " +" text);

  # The value, or null where evaluating it in full fails.
  attempt = value:
    let tried = builtins.tryEval (builtins.deepSeq value value);
    in if tried.success then tried.value else null;

  # PyPI's name of a package is in the address that it is fetched from.
  fromAddress = drv:
    let
      urls = drv.src.urls or (if drv ? src.url then [ drv.src.url ] else [ ]);
      matches = builtins.filter (found: found != null)
        (map (builtins.match "mirror://pypi/[^/]+/([^/]+)/.*") urls);
    in
    if matches == [ ] then null else builtins.head (builtins.head matches);

  nameOf = drv: drv.src.pname or (
    let found = attempt (fromAddress drv);
    in if found != null then found else drv.pname
  );

  isPackage = drv:
    builtins.isAttrs drv && (drv.type or "") == "derivation"
    && drv ? pname && drv ? version && drv ? pythonModule && drv.pythonModule != false
    && !(drv.meta.broken or false) && (drv.meta.available or true);

  inputsOf = drv: builtins.filter isPackage (drv.propagatedBuildInputs or [ ]);

  describe = drv: {
    pname = nameOf drv;
    version = drv.version;
    dependencies = builtins.filter (name: name != null) (map (input: attempt (nameOf input)) (inputsOf drv));
    requirements = drv.requirements or drv.passthru.requirements or null;
  };

  package = set: name: attempt (let drv = set.${name}; in if isPackage drv then describe drv else null);

  packagesOf = python:
    let
      set = packageSet.${python}.pkgs;
      found = map (name: { inherit name; value = package set name; }) (builtins.attrNames set);
    in
    builtins.listToAttrs (builtins.filter ({ value, ... }: value != null) found);
in
{
  version = 1;
  source = builtins.intersectAttrs { rev = null; narHash = null; lastModified = null; }
    (if isFlake then source.sourceInfo or source else { });
  pythons = builtins.listToAttrs (map
    (python: {
      name = packageSet.${python}.pythonVersion;
      value = { attribute = python; packages = packagesOf python; };
    })
    (words pythons));
}
