{ pkgs }:
let
  gen = import ../../gen.nix {
    names = { a = null; b = null; meta = null; name = null; };
    emptyPackage = pkgs.runCommand "gen" { } "";
    mkPython = args: (pkgs.runCommand "made" { } "") // { passthru = { inherit (args) requirements; dockerImage = pkgs.runCommand "image" { } ""; }; dockerImage = pkgs.runCommand "image" { } ""; };
  };
in
{
  exports = { inherit (gen) python docker; };
  cases = {
    python = [
      { expr = gen.python.a.b._passthru.requirements; expected = "a\nb"; }
      { expr = gen.python.a.name; expected = "made"; }
      { expr = map (set: set ? meta) [ gen.python gen.python.a ]; expected = [ false false ]; }
      { expr = [ gen.python.type gen.python.name ]; expected = [ "derivation" "gen" ]; }
    ];
    docker = [{ expr = gen.docker.b.name; expected = "image"; }];
  };
}
