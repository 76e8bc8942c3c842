{ pkgs }:
let
  mach = import ../.. { inherit pkgs; };
  call = { src = ./project; nativeBuildInputs = [ ]; format = "other"; requirements = ""; };
  environment = import ../../environment.nix {
    inherit pkgs;
    interpreters = import ../../interpreter.nix { inherit pkgs; };
    resolve = import ../../resolve.nix { inherit pkgs; index = import ../../index.nix { inherit pkgs; }; };
    packageSets = import ../../package-set.nix { inherit pkgs; };
    settings = { python = null; dataOutdated = false; providerDefaults = { }; buildOwn = null; };
  };
  packages = import ../../build-package.nix { inherit pkgs environment; };
  args = (import ../../arguments.nix).defaults // call // { hasRequirements = true; };
in
{
  exports = packages;
  cases = {
    describe = [{ expr = { inherit (packages.describe args) pname version requirements; }; expected = { pname = "static"; version = "1.0"; requirements = ""; }; }
      { expr = (packages.describe (args // { version = "abc"; })).version; expected = "0+abc"; }
      { expr = (packages.describe (args // { version = "1 2"; })).version; expected = "error"; }];
    inSet = [{ expr = (packages.inSet { application = false; inherit args; described = packages.describe args; target.pins = [ ]; pySelf = pkgs.python3.pkgs; }).name; expected = "python3.11-static-1.0"; }];
    make = [
      { expr = (packages.make false call).name; expected = (mach.buildPythonPackage call).name; }
      { expr = (packages.make true call).name; expected = "static-1.0"; }
      { expr = (packages.make false (call // { packagesExtra = [ 1 ]; })).name; expected = "error"; }
    ];
    unique = [{ expr = packages.unique [ 1 2 1 ]; expected = [ 1 2 ]; }];
  };
}
