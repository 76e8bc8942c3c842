{ pkgs }:
let
  fixes = import ../../fixes.nix;
  target = { python = "3.11"; pins = [{ name = "a"; version = "1.5"; }]; };
  package = { overrideAttrs = f: f { postInstall = "old;"; }; };
  run = given: fixes.overrides { fixes = given; inherit target pkgs; kindOf = _: "sdist"; } { } { a = package; };
in
{
  exports = fixes;
  cases = {
    table = [{ expr = builtins.length fixes.table; expected = 13; }];
    overrides = [
      { expr = run [{ package = "a"; when = { version = "<2"; providers = [ "sdist" ]; python = ">=3.4"; }; add.postInstall = "new"; }]; expected = { a.postInstall = "old;new"; }; }
      { expr = run [{ package = "a"; when.version = "<1.5"; set.x = 1; }]; expected = { }; }
      { expr = run [{ package = "a"; when.providers = [ "wheel" ]; set.x = 1; }]; expected = { }; }
      { expr = run { a.mine = { _cond = { ver, ... }: ver == "1.5"; x = 2; }; }; expected = { a.x = 2; }; }
      { expr = run [ ]; expected = { }; }
    ];
  };
}
