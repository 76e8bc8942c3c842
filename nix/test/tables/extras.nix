{ pkgs }:
let
  extras = import ../../extras.nix;
  own = { outPath = "/o"; type = "derivation"; name = "own"; passthru.machNix = { pname = "own"; attribute = "own"; pythonVersion = "3.11"; requirements = "a"; providers.a = "wheel"; overridesPre = [ 1 ]; overridesPost = [ 2 ]; _ = { }; }; };
  sort = given: extras.sort { buildOwn = _: own.passthru.machNix; pythonVersion = "3.11"; target = null; } given;
  shown = given: { inherit (sort given) requirements overridesPre overridesPost providers; };
in
{
  exports = extras;
  cases.sort = [
    { expr = shown [ own ]; expected = { requirements = [ "a" ]; overridesPre = [ 1 ]; overridesPost = [ 2 ]; providers.a = "wheel"; }; }
    { expr = map (one: one.pname) (sort [ ./. ]).own; expected = [ "own" ]; }
    { expr = map (one: one.name) (sort [ (pkgs.runCommand "tool" { } "") ]).others; expected = [ "tool" ]; }
    { expr = builtins.head (sort [ (pkgs.runCommand "r" { rCommand = "R"; } "") ]).requirements; expected = "rpy2"; }
    { expr = (sort [ (own // { passthru.machNix = own.passthru.machNix // { pythonVersion = "3.9"; }; }) ]).own; expected = "error"; }
    { expr = (sort [ pkgs.python3.pkgs.tiny-backend ]).own; expected = "error"; }
  ];
}
