# The library: `import ./nix { pkgs = import <nixpkgs> { }; }` → mkPython and its kin.
{ pkgs
  # The interpreter for calls that name none: a name ("python311") or a package.
, python ? null
  # A folder with the self-contained command line (mach-nix.cjs), for calls without a lock.
, program ? null
  # An index file for those, and the file with addresses and hashes that goes with it.
, index ? null
, indexFiles ? null
  # A JSON list of project names, for `gen`.
, names ? null
, condaChannelsExtra ? { }
, dataOutdated ? false
, ...
}:
let
  arguments = import ./arguments.nix;
  locks = import ./lock.nix;
  override = import ./override.nix;

  settings = {
    inherit python dataOutdated;
    providerDefaults = { };
    buildOwn = packages.make false;
  };
  environment = import ./environment.nix {
    inherit pkgs settings;
    inherit resolve interpreters;
    inherit packageSets;
  };
  packageSets = import ./package-set.nix { inherit pkgs; };
  resolve = import ./resolve.nix { inherit pkgs program index indexFiles condaChannelsExtra; };
  interpreters = import ./interpreter.nix { inherit pkgs; };
  packages = import ./build-package.nix { inherit pkgs environment; };
  fetchers = import ./fetchers.nix { inherit pkgs resolve; };

  mk = function: pick: given: pick (environment.make (arguments.complete { inherit function; } given));

  mkPython = mk "mkPython" (made: made);
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

  # gen.python.NAME.NAME… and gen.docker.NAME…
  gen = import ./gen.nix {
    inherit mkPython;
    names = if names == null then [ ] else builtins.fromJSON (builtins.readFile names);
    emptyPackage = pkgs.runCommand "mach-nix-gen" { } ''
      echo "name packages: nix build mach-nix#gen.python.numpy.requests" > "$out"
      :
    '';
  };

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
