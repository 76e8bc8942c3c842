{ pkgs }:
let
  mach = import ../.. { inherit pkgs; };
  interpreters = import ../../interpreter.nix { inherit pkgs; };
  environment = import ../../environment.nix {
    inherit pkgs interpreters;
    resolve = import ../../resolve.nix { inherit pkgs; index = import ../../index.nix { inherit pkgs; }; };
    packageSets = import ../../package-set.nix { inherit pkgs; };
    settings = { python = null; dataOutdated = true; providerDefaults = { }; buildOwn = null; };
  };
  args = (import ../../arguments.nix).defaults;
in
{
  exports = environment;
  cases = {
    interpreterOf = [
      { expr = map (python: (environment.interpreterOf (args // { inherit python; })).pythonVersion) [ null "python311" ]; expected = [ "3.11" "3.11" ]; }
      { expr = map (python: (environment.interpreterOf (args // { inherit python; requirements = "dependencies:\n  - python=3.11"; })).pythonVersion) [ null "python311" ]; expected = [ "3.11" "3.11" ]; }
      { expr = environment.interpreterOf (args // { python = "python311"; requirements = "dependencies:\n  - python=3.12"; }); expected = "error"; }
    ];
    evaluate = [{ expr = (environment.evaluate args).target.pins; expected = [ ]; }];
    contentOf = [{ expr = map (one: (import ../../text.nix).trim (environment.contentOf one)) [ "a" ./image.txt ]; expected = [ "a" "b" ]; }];
    guard = [
      { expr = environment.guard args 1; expected = "error"; }
      { expr = environment.guard (args // { ignoreDataOutdated = true; }) 1; expected = 1; }
    ];
    make = [
      { expr = (environment.make (args // { ignoreDataOutdated = true; })).outPath == (mach.mkPython { }).outPath; expected = true; }
    ];
    wrapping = [{ expr = environment.wrapping [ "/a" ]; expected = [ "--suffix" "PATH" ":" "/a/bin" ]; }];
  };
}
