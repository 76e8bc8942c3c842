# mach-nix.lock: reads and checks one, and chooses the pins for a Python on a system. A lock is data
# from elsewhere: whatever of it reaches a builder has a form that no shell gives a meaning to.
let
  text = import ./text.nix;

  fail = message: throw "mach-nix: ${message}";

  check = what: pattern: value:
    if builtins.isString value && builtins.match pattern value != null then value
    else fail "the lock has a ${what} that cannot be: ${builtins.toJSON value}";

  # Canonical names; a conda package's own name may begin with underscores.
  name = check "name" "[a-z0-9_][a-z0-9._-]*";
  version = check "version" "[a-zA-Z0-9][a-zA-Z0-9._+!-]*";
  sha256 = check "hash" "[0-9a-f]{64}";
  artifactName = check "file name" "([a-zA-Z0-9._-]+/)*[a-zA-Z0-9_][a-zA-Z0-9._+!~-]*";
  url = check "address" "[a-z][a-z0-9+.-]*:[a-zA-Z0-9._~:/?#@!&=+,%-]*";
  commit = check "commit" "[0-9a-f]{40}|[0-9a-f]{64}";
  subdirectory = check "folder" "([a-zA-Z0-9_-][a-zA-Z0-9._+-]*/)*[a-zA-Z0-9_-][a-zA-Z0-9._+-]*";
  attributePath = check "attribute" "[a-zA-Z_][a-zA-Z0-9_-]*";

  # Nix's system for a platform of a lock: "linux-x86_64" → "x86_64-linux"; null where it has none.
  systemOf = platform:
    let
      parts = builtins.match "(linux|macos)-([a-z0-9_]+)(-.*)?" platform;
      cpu = if builtins.elemAt parts 1 == "arm64" then "aarch64" else builtins.elemAt parts 1;
      kernel = if builtins.head parts == "macos" then "darwin" else "linux";
    in
    if parts == null then null else "${cpu}-${kernel}";

  # The targets of one set of a lock; all of a lock without sets.
  ofSet = { lock, set }:
    let
      known = builtins.attrNames (lock.data.sets or { });
      listed = builtins.concatStringsSep ", " known;
    in
    if set == null && known == [ ] then lock.targets
    else if set == null
    then fail "the lock has several sets, ${listed}: choose one with `set`"
    else if builtins.elem set known then builtins.filter (target: target.set or null == set) lock.targets
    else if known == [ ] then fail "there is no set ${builtins.toJSON set}: the lock has none"
    else fail "there is no set ${builtins.toJSON set}; the lock has ${listed}";

  isMusl = platform: builtins.match ".*-musl.*" platform != null;

  # "3.11.7" → "3.11".
  minor = python:
    let parts = builtins.match "([0-9]+\\.[0-9]+).*" python;
    in if parts == null then python else builtins.head parts;

  checkPin = pin:
    if pin ? instance
    then fail "${name pin.name} has several instances, which is not possible with Nix yet"
    else if pin ? unhashed
    then fail "the lock has no hash for ${name pin.name}; lock again where its index can be asked"
    # The pin itself, once it is looked at: no copy of it.
    else if name pin.name == pin.name
      && version pin.version == pin.version
      && builtins.all (one: name one == one) pin.dependencies
      && (!(pin ? artifact) || artifactName pin.artifact == pin.artifact)
      && (!(pin ? attribute) || attributePath pin.attribute == pin.attribute)
    then pin
    else fail "the lock is not valid";

  checkArtifact = key: artifact: artifact // {
    name = artifactName key;
    url = url artifact.url;
    sha256 = sha256 artifact.sha256;
  }
    // (if artifact ? commit then { commit = commit artifact.commit; } else { })
    // (if artifact ? subdirectory then { subdirectory = subdirectory artifact.subdirectory; } else { });

  checkTarget = target: target // {
    pins = map checkPin target.pins;
    builds = builtins.mapAttrs
      (_: build: build // {
        pins = map checkPin build.pins;
        crates = map artifactName (build.crates or [ ]);
      })
      (target.builds or { });
  };
in
{
  inherit systemOf minor ofSet;

  # A lock from a path, its text, or its data. `directory` is where `file:` addresses start.
  read = given:
    let
      isFile = builtins.isPath given || (builtins.isString given && text.hasPrefix "/" given);
      data =
        if isFile then builtins.fromJSON (builtins.readFile given)
        else if builtins.isString given then builtins.fromJSON given
        else removeAttrs given [ "directory" ];
    in
    if (data.version or null) != 1
    then fail "the lock has version ${builtins.toJSON (data.version or null)}, this mach-nix reads version 1"
    else {
      inherit data;
      directory = if isFile then builtins.dirOf given else given.directory or null;
      artifacts = builtins.mapAttrs checkArtifact data.artifacts;
      targets = map checkTarget data.targets;
    };

  # The target of a lock for a system, of one of its sets; of several Pythons the one of this version
  # ("3.11").
  chooseTarget = { lock, system, pythonVersion, set ? null }:
    let
      fits = target: systemOf target.platform == system;
      targets = ofSet { inherit lock set; };
      here = builtins.filter fits targets;
      exact = builtins.filter (target: minor target.python == pythonVersion) here;
      # Of two C libraries, glibc, which nixpkgs has.
      glibc = builtins.filter (target: !isMusl target.platform) exact;
      listed = builtins.concatStringsSep ", " (map (target: target.name) targets);
    in
    if exact == [ ]
    then fail "the lock has no pins for Python ${pythonVersion} on ${system}, but for ${listed}; lock with --python ${pythonVersion} and --platform of that system"
    else builtins.head (glibc ++ exact);

  # The Python ("3.11") that a lock is for on a system: the wanted one if it has that, else its newest.
  choosePython = { lock, system, wanted }:
    let
      here = builtins.filter (target: systemOf target.platform == system) lock.targets;
      versions = map (target: minor target.python) here;
      newest = builtins.foldl'
        (best: one: if builtins.compareVersions one best > 0 then one else best)
        (builtins.head versions)
        versions;
    in
    if versions == [ ] || builtins.elem wanted versions then wanted else newest;
}
