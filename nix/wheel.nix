# A wheel of the lock as a Python package of nixpkgs.
{ pkgs }:
let
  text = import ./text.nix;

  tagOf = filename:
    let parts = builtins.match ".*-([^-]+)[.]whl" filename;
    in if parts == null then "any" else builtins.head parts;
in
rec {
  # Whether the wheel has compiled code, as its name says (PEP 427).
  isBinary = filename: tagOf filename != "any";

  # What every package here is made with, of whatever kind.
  naming = pin:
    { pname = pin.name; inherit (pin) version; }
    // (if builtins.match "[a-zA-Z0-9+._?=-]+" pin.version != null then { }
    else { name = text.storeName "${pin.name}-${pin.version}"; });

  # Attributes by which Linux's binaries find their libraries: those that manylinux promises, and
  # those of the packages depended on. A library that is nowhere fails the build and is named.
  patching = dependencies:
    if !pkgs.stdenv.hostPlatform.isLinux then { }
    else {
      nativeBuildInputs = [ pkgs.autoPatchelfHook ];
      buildInputs = pkgs.pythonManylinuxPackages.manylinux2014;
    }
    // (if dependencies == [ ] then { } else {
      preFixup = builtins.concatStringsSep "\n" (map (one: "addAutoPatchelfSearchPath ${one}") dependencies);
    });

  # python: the package set (`pySelf`); pin and file: of the lock; dependencies: derivations;
  # binaries: those of them with compiled code.
  build = { python, pin, file, dependencies, binaries ? [ ] }:
    python.buildPythonPackage (
      naming pin
      // {
        format = "wheel";
        src = file;
        propagatedBuildInputs = dependencies;
        doCheck = false;
        dontStrip = true;
        # The lock's resolution has checked the dependencies, and nothing of a wheel is left out.
        dontCheckRuntimeDeps = true;
        dontUsePythonRemoveTestsDir = true;
      }
      // (if isBinary pin.artifact then patching binaries else { })
    );
}
