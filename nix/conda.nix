# A conda package of the lock as a Python package of nixpkgs: moved to its place, the run-time
# libraries those of its dependencies. nixpkgs' interpreter, of the same version, stands in for conda's.
{ pkgs }:
let
  wheel = import ./wheel.nix { inherit pkgs; };

  patching = dependencies:
    if !pkgs.stdenv.hostPlatform.isLinux then { }
    else {
      nativeBuildInputs = [ pkgs.zstd pkgs.autoPatchelfHook ];
      # Of two libraries of one name, conda's.
      buildInputs = dependencies ++ pkgs.pythonManylinuxPackages.manylinux2014;
      preFixup = builtins.concatStringsSep "\n" (
        map (one: "addAutoPatchelfSearchPath --no-recurse ${one}/lib") dependencies
      );
    };
in
{
  # As for wheel.nix.
  build = { python, pin, file, dependencies, binaries ? [ ] }:
    python.buildPythonPackage (
      wheel.naming pin
      // {
        format = "other";
        src = file;
        nativeBuildInputs = [ pkgs.zstd ];
        propagatedBuildInputs = dependencies;
        dontUnpack = true;
        dontBuild = true;
        installPhase = ''
          runHook preInstall
          ${python.python.interpreter} ${./install-conda.py} "$src" "$out" ${python.python.sitePackages}
          runHook postInstall
        '';
        doCheck = false;
        dontStrip = true;
        dontUsePythonRemoveTestsDir = true;
        # Conda's metadata of an egg or a wheel may name packages that conda does not have.
        dontCheckRuntimeDeps = true;
        catchConflicts = false;
      }
      // patching binaries
    );
}
