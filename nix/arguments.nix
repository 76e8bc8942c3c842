# The arguments of mkPython and its kin: which there are, their defaults, former names.
let
  defaults = {
    requirements = "";
    lock = null;
    set = null;
    providers = { };
    _providerDefaults = null;
    packagesExtra = [ ];
    overridesPre = [ ];
    overridesPost = [ ];
    _ = { };
    _fixes = null;
    tests = false;
    ignoreCollisions = false;
    ignoreDataOutdated = false;
    python = null;
    cudaVersion = null;
    postBuild = "";
  };

  former = {
    extra_pkgs = "packagesExtra";
    pkgsExtra = "packagesExtra";
    overrides_pre = "overridesPre";
    overrides_post = "overridesPost";
    _provider_defaults = "_providerDefaults";
    add_requirements = "requirementsExtra";
  };

  importTime = [ "pkgs" "pypi_deps_db_commit" "pypi_deps_db_sha256" "pypiDataRev" "pypiDataSha256" "condaChannelsExtra" ];

  warn = message: builtins.trace "mach-nix: warning: ${message}";

  rename = args: name:
    if name == "disable_checks"
    then warn "`disable_checks` is now `tests`, with the opposite meaning" { tests = !args.disable_checks; }
    else if former ? ${name}
    then warn "`${name}` is now `${former.${name}}`" { ${former.${name}} = args.${name}; }
    else if builtins.elem name importTime
    then throw "mach-nix: provide `${name}` when importing mach-nix, not per call"
    else { ${name} = args.${name}; };

  renamed = args: builtins.foldl' (done: name: done // rename args name) { } (builtins.attrNames args);
in
{
  inherit defaults;

  # Of a call with a list or a set; `allowed` names more arguments. Former names give a warning.
  complete = { function, allowed ? [ ] }: given:
    let
      args = renamed (if builtins.isList given then { packagesExtra = given; } else given);
      unknown = builtins.filter
        (name: !(defaults ? ${name}) && !(builtins.elem name allowed))
        (builtins.attrNames args);
    in
    if !(builtins.isList given || builtins.isAttrs given)
    then throw "mach-nix: ${function} takes a set of arguments or a list of packages"
    else if unknown != [ ]
    then throw "mach-nix: ${function} has no argument `${builtins.head unknown}`; it has ${builtins.concatStringsSep ", " (builtins.attrNames defaults ++ allowed)}"
    else defaults // args;

  # As `complete`, where other arguments are nixpkgs'.
  open = given: defaults // renamed given;

  isOurs = name: defaults ? ${name};
}
