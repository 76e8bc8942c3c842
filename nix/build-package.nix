# buildPythonPackage and buildPythonApplication: a source of the user's own with its requirements
# resolved, or taken from a lock.
{ pkgs, environment }:
let
  arguments = import ./arguments.nix;
  names = import ./names.nix;
  project = import ./project.nix { inherit pkgs; };
  sources = import ./fetch-source.nix;
  text = import ./text.nix;

  ours = [ "requirementsExtra" "extras" "src" "pname" "version" "name" "doCheck" "passthru" "format" ]
    ++ builtins.attrNames arguments.defaults;

  # A version that PEP 440 knows, as nixpkgs' tools want it: "abc" → "0+abc".
  fixVersion = version:
    if builtins.match "([0-9]+!)?[0-9]+([.][0-9]+)*([._-]?(a|b|c|rc|alpha|beta|pre|preview)[._-]?[0-9]*)?([.-]?(post|rev|r)?[._-]?[0-9]+)?([._-]?dev[0-9]*)?([+][a-z0-9]+([._-][a-z0-9]+)*)?" version != null
    then version
    else if builtins.match "[a-zA-Z0-9.]+" version != null then "0+${version}"
    else throw "mach-nix: the version ${builtins.toJSON version} cannot be made one that Python knows; give `version`";

  isMarked = line: text.hasInfix ";" line;

  # One line each, without comments and options.
  linesOf = requirements:
    builtins.filter (line: !(text.hasPrefix "#" line || text.hasPrefix "-" line)) (text.split "\n" requirements);

  asSet = given:
    if builtins.isAttrs given && !(sources.isSource given) then given else { src = given; };
in
rec {
  # What a call says about the package: { name, version, requirements }, each evaluated when asked for.
  describe = args:
    let
      source = sources.fetch args.src;
      python = environment.interpreterOf args;
      extras = args.extras or [ ];
      tools = project.findTools python.pkgs (project.toolsOf source);
      facts = project.inspect { inherit source python tools; };
      wanted = if builtins.isString extras then text.split "," extras else extras;
      own = builtins.concatStringsSep "\n" (project.withExtras facts wanted);
      base = if args.hasRequirements then environment.contentOf args.requirements else own;
    in
    {
      inherit source;
      pname = args.pname or facts.name;
      version = fixVersion (args.version or facts.version);
      requirements = builtins.concatStringsSep "\n" (
        builtins.filter (part: part != "") [ base (args.requirementsExtra or "") ]
      );
    };

  # The package in a set: what of its requirements are pins there is given to it.
  inSet = { application, args, described, target, pySelf }:
    let
      pinned = builtins.listToAttrs (map (pin: { inherit (pin) name; value = null; }) target.pins);
      lines = linesOf described.requirements;
      needed = map (line: { inherit line; name = project.nameOf line; }) lines;
      missing = builtins.filter (one: one.name != null && !(pinned ? ${one.name}) && !(isMarked one.line)) needed;
      dependencies = map (one: pySelf.${names.attributeOf one.name})
        (builtins.filter (one: one.name != null && pinned ? ${one.name}) needed);
      # The interpreter's own functions, so that a package can be asked what it needs before there is
      # a lock that has it.
      set = (environment.interpreterOf args).pkgs;
      build = if application then set.buildPythonApplication else set.buildPythonPackage;
      complete = if missing == [ ] then dependencies else
      throw "mach-nix: ${described.pname} needs ${(builtins.head missing).name}, which the lock does not have; lock with it";
      isPlain = args ? format && args.format != "pyproject";
      tools = project.findTools pySelf (project.toolsOf described.source);
    in
    build (
      removeAttrs args (ours ++ [ "hasRequirements" ])
      // {
        inherit (described) pname version;
        src = described.source;
        format = args.format or "pyproject";
        nativeBuildInputs = (if isPlain then [ ] else tools) ++ (args.nativeBuildInputs or [ ]);
        propagatedBuildInputs = unique complete ++ (args.propagatedBuildInputs or [ ]);
        doCheck = args.doCheck or args.tests;
        dontCheckRuntimeDeps = true;
        passthru = (args.passthru or { }) // (if application then { } else {
          machNix = {
            inherit (described) pname requirements;
            inherit (args) overridesPre overridesPost _ providers;
            pythonVersion = (environment.interpreterOf args).pythonVersion;
            attribute = names.attributeOf (text.normalize described.pname);
            build = { pySelf, target }: inSet { inherit application args described target pySelf; };
          };
        });
      }
    );
  unique = builtins.foldl' (found: x: if builtins.elem x found then found else found ++ [ x ]) [ ];

  # A call of buildPythonPackage or buildPythonApplication.
  make = application: given:
    let
      set = asSet given;
      opened = arguments.open set;
      args = opened // { hasRequirements = set ? requirements; };
      described = describe args;
      core = builtins.intersectAttrs arguments.defaults args;
      made = environment.evaluate (core // { inherit (described) requirements; packagesExtra = [ ]; });
    in
    if args ? packagesExtra && args.packagesExtra != [ ]
    then throw "mach-nix: buildPythonPackage has no `packagesExtra`; name libraries in `buildInputs`, and Python packages of yours where the environment is made"
    else
      environment.guard args (inSet {
        inherit application args described;
        inherit (made) target;
        pySelf = made.python.pkgs;
      });
}
