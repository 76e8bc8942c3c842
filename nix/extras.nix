# packagesExtra: what each of them is, and what it brings.
let
  sources = import ./fetch-source.nix;
  text = import ./text.nix;

  # What rpy2 needs to be of use, for R packages.
  forR = [ "rpy2" "ipython" "jinja2" "pytz" "pandas" "numpy" "cffi" "tzlocal" "simplegeneric" ];

  isOwn = given: builtins.isAttrs given && given ? passthru && given.passthru ? machNix;
  isR = given: builtins.isAttrs given && given ? rCommand;
  isPythonOfNixpkgs = given: builtins.isAttrs given && given.pythonModule or false != false;

  kindOf = given:
    if isOwn given then "own"
    else if sources.isSource given then "source"
    else if isR given then "r"
    else if isPythonOfNixpkgs given then
      throw "mach-nix: packagesExtra has ${given.name}, a Python package of nixpkgs: name it in `requirements` instead, with `providers.${text.normalize (given.pname or "NAME")} = \"nixpkgs\"`"
    else if given.type or null == "derivation" then "other"
    else throw "mach-nix: packagesExtra takes packages and sources, not a ${builtins.typeOf given}";

  checkPython = version: own:
    if own.pythonVersion == version then own
    else throw "mach-nix: ${own.pname} of packagesExtra is built for Python ${own.pythonVersion}, the environment has ${version}";
in
{
  # given: the list; buildOwn: a source as a package; pythonVersion of the environment; target: of its
  # lock. Only `packages` looks at the target, so that the rest can go into its requirements.
  sort = { buildOwn, pythonVersion, target }: given:
    let
      of = kind: builtins.filter (one: kindOf one == kind) given;
      own = map (checkPython pythonVersion)
        (map (one: one.passthru.machNix) (of "own") ++ map buildOwn (of "source"));
      r = of "r";
    in
    {
      inherit own;
      others = of "other";
      requirements =
        builtins.filter (part: part != "") (map (one: one.requirements) own)
        ++ (if r == [ ] then [ ] else forR);
      providers = builtins.foldl' (all: one: all // one.providers) { } own;
      overridesPre = builtins.concatMap (one: one.overridesPre) own;
      overridesPost = builtins.concatMap (one: one.overridesPost) own;
      simple = map (one: one._) own;
      packages = pySelf: _: builtins.listToAttrs (map
        (one: { name = one.attribute; value = one.build { inherit pySelf target; }; })
        own);
      r = _: pySuper:
        if r == [ ] || !(pySuper ? rpy2) then { }
        else {
          rpy2 = pySuper.rpy2.overrideAttrs (old: {
            buildInputs = (old.buildInputs or [ ]) ++ r;
          });
        };
    };
}
