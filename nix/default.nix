# The library: `import ./nix { pkgs = import <nixpkgs> { }; }` → mkPython and its kin.
let
  # The command line beside this folder, built or made of its source; null in an environment directory.
  ownProgram = pkgs:
    if builtins.pathExists ../src/cli/main.ts || builtins.pathExists ../dist/bundle/mach-nix.cjs
    then import ./program.nix { inherit pkgs; source = ../.; }
    else null;
in
{ pkgs
  # The interpreter for calls that name none: a name ("python311") or a package.
, python ? null
  # The command line, for calls without a lock: npm's package of it, or what program.nix makes.
, program ? ownProgram pkgs
  # The index for those (see index.nix), and the file with addresses and hashes that goes with it.
, index ? null
, indexFiles ? null
  # What stands before `source/r/requests/…` in the addresses of pypi-deps-db's files.
, filesUrl ? null
  # mach-nix 3's names for pypi-deps-db's data as the index.
, pypiData ? if pypiDataRev == null then null
  else
    fetchTarball ({
      name = "pypi-deps-db";
      url = "https://github.com/DavHau/pypi-deps-db/tarball/${pypiDataRev}";
    } // (if pypiDataSha256 == null then { } else { sha256 = pypiDataSha256; }))
, pypiDataRev ? null
, pypiDataSha256 ? null
  # A JSON list of project names, for `gen`, instead of the index's.
, names ? null
, condaChannelsExtra ? { }
  # Whether the index's data are older than nixpkgs; by default that is found out, where it is known when
  # nixpkgs was modified (seconds).
, dataOutdated ? null
, nixpkgsLastModified ? null
, ...
}:
let
  arguments = import ./arguments.nix;
  locks = import ./lock.nix;
  override = import ./override.nix;

  settings = {
    inherit python;
    dataOutdated = dataOutdated == true;
    providerDefaults = { };
    buildOwn = packages.make false;
  };
  environment = import ./environment.nix {
    inherit pkgs settings;
    inherit resolve interpreters;
    inherit packageSets;
  };
  packageSets = import ./package-set.nix { inherit pkgs; };
  data = import ./index.nix {
    inherit pkgs program indexFiles filesUrl;
    index = if index != null then index else pypiData;
  };
  resolve = import ./resolve.nix {
    inherit pkgs condaChannelsExtra;
    index = data;
    isOutdated = date: dataOutdated == null && nixpkgsLastModified != null && nixpkgsLastModified > date;
  };
  interpreters = import ./interpreter.nix { inherit pkgs; };
  packages = import ./build-package.nix { inherit pkgs environment; };
  fetchers = import ./fetchers.nix { inherit pkgs resolve; };

  mk = function: pick: given: pick (environment.make (arguments.complete { inherit function; } given));

  mkPython = mk "mkPython" (made: made);

  gen = import ./gen.nix {
    inherit mkPython;
    names = builtins.listToAttrs (map
      (name: { inherit name; value = null; })
      (builtins.fromJSON (builtins.unsafeDiscardStringContext (
        builtins.readFile (if names == null then data.names else names)
      ))));
    emptyPackage = pkgs.runCommand "mach-nix-gen" { } ''
      echo "name packages: nix build mach-nix#gen.python.numpy.requests" > "$out"
      :
    '';
  };
in
{
  inherit mkPython;
  mkPythonShell = mk "mkPythonShell" (made: made.env);
  mkDockerImage = mk "mkDockerImage" (made: made.dockerImage);
  mkOverlay = mk "mkOverlay" (made: made.overlay);
  mkNixpkgs = mk "mkNixpkgs" (made: made.nixpkgs);
  mkPythonOverrides = mk "mkPythonOverrides" (made: made.pythonOverrides);

  buildPythonPackage = packages.make false;
  buildPythonApplication = packages.make true;

  inherit (fetchers) fetchPypiSdist fetchPypiWheel;

  # The command line itself.
  mach-nix = program;

  # gen.python.NAME.NAME… and gen.docker.NAME…
  inherit gen;
  # mach-nix 3's names for them.
  pythonWith = gen.python;
  "with" = gen.python;
  dockerImageWith = gen.docker;

  # A lock as a change to the package set of a Python, for expressions that `mach-nix gen` writes.
  overridesOf = { lock, python, set ? null }:
    let
      read = locks.read lock;
      plain = interpreters.choose python;
    in
    packageSets.overrides {
      lock = read;
      target = locks.chooseTarget {
        lock = read;
        inherit set;
        system = pkgs.stdenv.hostPlatform.system;
        inherit (plain) pythonVersion;
      };
      base = plain.pkgs;
      basePython = plain;
    };

  nixpkgs = pkgs;
  rPackages = pkgs.rPackages;
  mergeOverrides = override.merge;
}
