_:
let
  override = import ../../override.nix;
  apply = value: override.apply "_.p" "python" { old = [ 1 ]; text = "a"; } "old" value;
  missing = value: override.apply "_.p" "python" { } "none" value;
in
{
  exports = override;
  cases = {
    apply = [
      { expr = apply [ 2 ]; expected = [ 2 ]; }
      { expr = apply { add = [ 2 ]; }; expected = [ 1 2 ]; }
      { expr = apply { add = 2; }; expected = "error"; }
      { expr = apply { add = "text"; }; expected = "error"; }
      { expr = apply { mod = old: old ++ [ 3 ]; }; expected = [ 1 3 ]; }
      { expr = apply { mod = python: attrs: old: [ python attrs.text ] ++ old; }; expected = [ "python" "a" 1 ]; }
      { expr = map missing [{ add = [ 1 ]; } { add = { a = 1; }; } { add = "x"; } { mod = old: old; }]; expected = [ [ 1 ] { a = 1; } "x" null ]; }
    ];
    simple = [
      {
        expr = (override.simple { "A.b".x = 1; } { } { a-b = { overrideAttrs = f: f { }; }; }).a-b;
        expected = { x = 1; };
      }
      { expr = (override.simple { none.x = 1; } { } { }).none; expected = "error"; }
    ];
    merge = [
      { expr = override.merge [ (_: before: { a = before.a + 1; }) (self: before: { a = before.a * 2; b = self; }) ] 5 { a = 1; }; expected = { a = 4; b = 5; }; }
    ];
  };
}
