{ pkgs }:
let interpreters = import ../../interpreter.nix { inherit pkgs; }; in
{
  exports = interpreters;
  cases = {
    attributeOf = [{ expr = interpreters.attributeOf "3.11"; expected = "python311"; }];
    choose = [
      { expr = map (one: (interpreters.choose one).pythonVersion) [ null "python311" "3.11" pkgs.python311 ]; expected = [ "3.11" "3.11" "3.11" "3.11" ]; }
      { expr = interpreters.choose "python399"; expected = "error"; }
      { expr = interpreters.choose { }; expected = "error"; }
    ];
    extend = [
      { expr = let twice = interpreters.extend (interpreters.extend pkgs.python3 (_: _: { a = 1; })) (_: before: { b = before.a + 1; }); in [ twice.pkgs.a twice.pkgs.b (twice.outPath == pkgs.python3.outPath) ]; expected = [ 1 2 true ]; }
    ];
  };
}
