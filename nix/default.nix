# The library: `import ./nix { pkgs = import <nixpkgs> { }; }` → mkPython and its kin.
{ pkgs
  # The interpreter for calls that name none: a name ("python311") or a package.
, python ? null
  # A folder with the self-contained command line (mach-nix.cjs), for calls without a lock.
, program ? null
  # An index file for those.
, index ? null
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
    buildOwn = _: throw "not there";
  };
  environment = import ./environment.nix {
    inherit pkgs settings;
    resolve = import ./resolve.nix { inherit pkgs program index condaChannelsExtra; };
    interpreters = import ./interpreter.nix { inherit pkgs; };
    packageSets = import ./package-set.nix { inherit pkgs; };
  };

  mk = function: pick: given: pick (environment.make (arguments.complete { inherit function; } given));
in
{
  mkPython = mk "mkPython" (made: made);
  mkPythonShell = mk "mkPythonShell" (made: made.env);
  mkDockerImage = mk "mkDockerImage" (made: made.dockerImage);
  mkOverlay = mk "mkOverlay" (made: made.overlay);
  mkNixpkgs = mk "mkNixpkgs" (made: made.nixpkgs);
  mkPythonOverrides = mk "mkPythonOverrides" (made: made.pythonOverrides);

  nixpkgs = pkgs;
  rPackages = pkgs.rPackages;
  mergeOverrides = override.merge;
}
