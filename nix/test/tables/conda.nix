{ pkgs }:
let
  conda = import ../../conda.nix { inherit pkgs; };
  built = conda.build { python = { buildPythonPackage = args: args; python = pkgs.python3; }; pin = { name = "a"; version = "1"; }; file = "/f"; dependencies = [ "d" ]; binaries = [ "d" ]; };
in
{
  exports = conda;
  cases.build = [{ expr = { inherit (built) format propagatedBuildInputs preFixup; }; expected = { format = "other"; propagatedBuildInputs = [ "d" ]; preFixup = "addAutoPatchelfSearchPath --no-recurse d/lib"; }; }];
}
