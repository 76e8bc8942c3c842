{ pkgs }:
let
  gen = import ../../gen.nix {
    names = [ "a" "b" "meta" ];
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
      { expr = gen.python.a ? meta; expected = false; }
    ];
    docker = [{ expr = gen.docker.b.name; expected = "image"; }];
  };
}
