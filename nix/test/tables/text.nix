_:
let text = import ../../text.nix; in
{
  exports = text;
  cases = {
    lower = [{ expr = text.lower "AbC-9"; expected = "abc-9"; }];
    normalize = [
      { expr = text.normalize "Zope.Interface"; expected = "zope-interface"; }
      { expr = text.normalize "a__b-.c"; expected = "a-b-c"; }
    ];
    literal = [
      { expr = text.literal "a\"b\\c\${d}\n"; expected = "\"a\\\"b\\\\c\\\${d}\\n\""; }
    ];
    attribute = [
      { expr = text.attribute "flask-login"; expected = "flask-login"; }
      { expr = text.attribute "inherit"; expected = "\"inherit\""; }
      { expr = text.attribute "2to3"; expected = "\"2to3\""; }
    ];
    storeName = [
      { expr = text.storeName "a-1!2.0+x.whl"; expected = "a-1-2.0+x.whl"; }
      { expr = text.storeName ".a"; expected = "_.a"; }
      { expr = text.storeName ""; expected = "unnamed"; }
      { expr = builtins.stringLength (text.storeName (builtins.concatStringsSep "" (builtins.genList toString 200))); expected = 180; }
    ];
    split = [{ expr = text.split "," " a, b ,,c"; expected = [ "a" "b" "c" ]; }];
    trim = [
      { expr = text.trim " \n a b\t"; expected = "a b"; }
      { expr = text.trim " "; expected = ""; }
    ];
    hasPrefix = [{ expr = text.hasPrefix "ab" "abc"; expected = true; } { expr = text.hasPrefix "abc" "ab"; expected = false; }];
    hasSuffix = [{ expr = text.hasSuffix "bc" "abc"; expected = true; } { expr = text.hasSuffix "abc" "bc"; expected = false; }];
    hasInfix = [{ expr = text.hasInfix "b" "abc"; expected = true; } { expr = text.hasInfix "d" "abc"; expected = false; }];
    value = [
      { expr = text.value "" { b = [ 1 null true ]; a = "x"; "c d" = { }; e = [ ]; }; expected = "{\n  a = \"x\";\n  b = [\n    1\n    null\n    true\n  ];\n  \"c d\" = { };\n  e = [ ];\n}"; }
    ];
  };
}
