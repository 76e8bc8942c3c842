# mkPython: the environment of a call, and what goes with it in passthru.
{ pkgs, resolve, interpreters, packageSets, settings }:
let
  locks = import ./lock.nix;
  override = import ./override.nix;
  text = import ./text.nix;
  fixes = import ./fixes.nix;
  extras = import ./extras.nix;
  expression = import ./expression.nix;
  image = import ./image.nix { inherit pkgs; };

  system = pkgs.stdenv.hostPlatform.system;

  # The interpreter of a call: the one given, else the one that its lock or its environment.yml is for.
  interpreterOf = args: interpreterFor (resolve.given args) args;
  interpreterFor = locked: args:
    let
      given = if args.python != null then args.python else settings.python;
      default = interpreters.choose null;
      ofLock = locks.choosePython {
        inherit system;
        inherit (locked) lock;
        wanted = default.pythonVersion;
      };
      pinned = if locked != null then null else resolve.pythonOf (contentOf args.requirements);
      chosen = interpreters.choose given;
    in
    if given != null && pinned != null && chosen.pythonVersion != pinned
    then throw "mach-nix: `python` is ${chosen.pythonVersion}, which conflicts with ${pinned}, the one that `requirements` asks for"
    else if given != null then chosen
    else if locked != null then interpreters.choose ofLock
    else if pinned != null then interpreters.choose pinned
    else default;

  contentOf = requirements:
    if builtins.isPath requirements then builtins.readFile requirements else requirements;

  # Providers of a call: its own over the defaults, as the original merged them.
  providersOf = args:
    (if args._providerDefaults == null then settings.providerDefaults else args._providerDefaults)
    // args.providers;

  mentionsNixpkgs = order:
    builtins.elem "nixpkgs" (if builtins.isList order then order else text.split "," order);

  # nixpkgs' Python packages as data for the resolver; `prepared` has those of overridesPre too.
  listPackages = plain: prepared:
    let attribute = interpreters.attributeOf plain.pythonVersion;
    in
    builtins.toFile "nixpkgs-packages.json" (builtins.unsafeDiscardStringContext (builtins.toJSON (
      import ./list-python-packages.nix {
        pkgs = { ${attribute} = prepared; };
        pythons = attribute;
      }
    )));

  joined = parts: builtins.concatStringsSep "\n" (builtins.filter (part: part != "") parts);
in
rec {
  inherit interpreterOf contentOf;

  # Everything that a call comes to.
  evaluate = args:
    let
      extra = extras.sort
        {
          inherit target;
          inherit (plain) pythonVersion;
          buildOwn = src: (settings.buildOwn { inherit src; python = plain; inherit (args) lock set tests; }).passthru.machNix;
        }
        args.packagesExtra;
      locked = resolve.given args;
      plain = interpreterFor locked args;
      pre = override.merge (args.overridesPre ++ extra.overridesPre);
      prepared = interpreters.extend plain pre;
      requirements =
        if extra.requirements == [ ] && builtins.isPath args.requirements then args.requirements
        else joined ([ (contentOf args.requirements) ] ++ extra.requirements);
      chosen = if locked != null then locked else
      resolve.choose {
        inherit requirements system;
        inherit (args) cudaVersion ignoreDataOutdated;
        nixpkgsPackages = if wantsNixpkgs then listPackages plain prepared else null;
        python = plain.pythonVersion;
        providers = providersOf args // extra.providers;
      };
      # The list of nixpkgs' packages takes time to evaluate, so it is made where it is asked for.
      wantsNixpkgs = args.overridesPre != [ ] || builtins.any mentionsNixpkgs (
        builtins.attrValues (args.providers // extra.providers)
      );
      target = packageSets.prepare (locks.chooseTarget {
        inherit (chosen) lock;
        inherit system;
        inherit (args) set;
        inherit (plain) pythonVersion;
      });
      resolved = packageSets.overrides {
        inherit (chosen) lock;
        inherit target;
        inherit (args) tests;
        base = prepared.pkgs;
        basePython = plain;
      };
      roots = packageSets.roots target;
      selectPkgs = ps:
        map (attribute: ps.${attribute}) roots ++ map (own: ps.${own.attribute}) extra.own;
      pythonOverrides = override.merge (
        args.overridesPre
        ++ extra.overridesPre
        ++ [ resolved extra.packages ]
        ++ [ (fixes.overrides { fixes = args._fixes; inherit target pkgs; inherit (packageSets) kindOf; }) ]
        ++ extra.overridesPost
        ++ args.overridesPost
        ++ [ extra.r ]
        ++ map override.simple extra.simple
        ++ [ (override.simple args._) (_: _: { inherit selectPkgs; }) ]
      );
      python = interpreters.extend plain pythonOverrides;
    in
    {
      inherit python pythonOverrides selectPkgs target extra plain;
      inherit (chosen) file lock;
      expr = expression.render { inherit (chosen) lock; inherit target; };
      overlay = _: super:
        let
          attribute = interpreters.attributeOf plain.pythonVersion;
          found = super.${attribute} or plain;
        in
        { ${attribute} = interpreters.extend found pythonOverrides; };
    };

  # value, unless the data is older than nixpkgs and the call does not say that this is well.
  guard = args: value:
    if settings.dataOutdated && !args.ignoreDataOutdated
    then throw resolve.outdated
    else value;

  # The environment itself.
  make = args:
    guard args (
      let
        made = evaluate args;
        others = made.extra.others;
        environment = made.python.buildEnv.override (
          {
            extraLibs = made.selectPkgs made.python.pkgs;
            inherit (args) ignoreCollisions;
          }
          // (if args.postBuild == "" then { } else { inherit (args) postBuild; })
          // (if others == [ ] then { } else { makeWrapperArgs = wrapping others; })
        );
        nixpkgs = pkgs.extend made.overlay;
      in
      environment.overrideAttrs (old: {
        passthru = (old.passthru or { }) // {
          inherit (made) expr selectPkgs pythonOverrides python overlay target;
          inherit nixpkgs;
          lock = made.file;
          dockerImage = image.make { inherit environment others; };
        };
      })
    );

  wrapping = others:
    builtins.concatMap (other: [ "--suffix" "PATH" ":" "${other}/bin" ]) others;
}
