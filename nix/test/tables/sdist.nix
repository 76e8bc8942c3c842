{ pkgs }:
let
  sdist = import ../../sdist.nix { inherit pkgs; };
  build = base: sdist.build {
    python.buildPythonPackage = args: args;
    pin = { name = "a"; version = "1"; };
    file = "/f";
    dependencies = [ "d" ];
    tools = [ "t" ];
    inherit base;
  };
  known.a = { overridePythonAttrs = f: f { buildInputs = [ "libc" ]; patches = [ "p" ]; }; };
in
{
  exports = sdist;
  cases.build = [
    { expr = { inherit (build { }) format nativeBuildInputs propagatedBuildInputs; }; expected = { format = "pyproject"; nativeBuildInputs = [ "t" ]; propagatedBuildInputs = [ "d" ]; }; }
    { expr = { inherit (build known) buildInputs nativeBuildInputs propagatedBuildInputs; }; expected = { buildInputs = [ "libc" ]; nativeBuildInputs = [ "t" ]; propagatedBuildInputs = [ "d" ]; }; }
    { expr = map (tests: (sdist.build { python.buildPythonPackage = args: args; pin = { name = "a"; version = "1"; }; file = "/f"; dependencies = [ ]; tools = [ ]; base = { }; inherit tests; }).doCheck) [ true false ]; expected = [ true false ]; }
    { expr = (build { a = throw "removed"; }).format; expected = "pyproject"; }
  ];
}
