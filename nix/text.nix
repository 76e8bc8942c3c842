# Text: names, literals, splitting. Builtins only; nothing in a string is ever evaluated.
let
  upper = [ "A" "B" "C" "D" "E" "F" "G" "H" "I" "J" "K" "L" "M" "N" "O" "P" "Q" "R" "S" "T" "U" "V" "W" "X" "Y" "Z" ];
  small = [ "a" "b" "c" "d" "e" "f" "g" "h" "i" "j" "k" "l" "m" "n" "o" "p" "q" "r" "s" "t" "u" "v" "w" "x" "y" "z" ];

  # Keywords may be no bare attribute names.
  keywords = [ "assert" "else" "if" "in" "inherit" "let" "or" "rec" "then" "with" ];
in
rec {
  lower = builtins.replaceStrings upper small;

  # The name as PEP 503 normalizes it: lower case, runs of "-", "_" and "." as one "-".
  normalize = name:
    lower (builtins.concatStringsSep "-" (
      builtins.filter builtins.isString (builtins.split "[-_.]+" name)
    ));

  # A Nix string literal that evaluates to exactly this text.
  literal = text: "\"${builtins.replaceStrings
    [ "\\" "\"" "\${" "\n" "\r" "\t" ]
    [ "\\\\" "\\\"" "\\\${" "\\n" "\\r" "\\t" ]
    text}\"";

  # An attribute name, bare where Nix takes it so.
  attribute = name:
    if builtins.match "[a-zA-Z_][a-zA-Z0-9_'-]*" name != null && !(builtins.elem name keywords)
    then name
    else literal name;

  # A name that the store accepts: other characters become "-".
  storeName = name:
    let
      allowed = builtins.concatStringsSep "-" (
        builtins.filter builtins.isString (builtins.split "[^a-zA-Z0-9+._?=-]+" name)
      );
      whole = if builtins.match "[.].*" allowed == null then allowed else "_${allowed}";
      length = builtins.stringLength whole;
    in
    if length == 0 then "unnamed"
    else if length > 180 then builtins.substring (length - 180) 180 whole
    else whole;

  # The parts between separators, spaces around them dropped, empty ones left out.
  split = separator: text:
    builtins.filter (part: part != "") (map trim (
      builtins.filter builtins.isString (builtins.split separator text)
    ));

  trim = text:
    let found = builtins.match "[ \t\r\n]*(.*[^ \t\r\n])[ \t\r\n]*" text;
    in if found == null then "" else builtins.head found;

  hasPrefix = prefix: text: builtins.substring 0 (builtins.stringLength prefix) text == prefix;

  hasSuffix = suffix: text:
    let from = builtins.stringLength text - builtins.stringLength suffix;
    in from >= 0 && builtins.substring from (-1) text == suffix;

  hasInfix = infix: text: builtins.replaceStrings [ infix ] [ "" ] text != text;

  # Data (as JSON has it) as a Nix expression, its lines after the first indented by `indent`.
  value = indent: data:
    let
      kind = builtins.typeOf data;
      deeper = "${indent}  ";
      lines = parts: builtins.concatStringsSep "\n" (map (part: "${deeper}${part}") parts);
    in
    if kind == "string" then literal data
    else if kind == "null" then "null"
    else if kind == "list" then
      if data == [ ] then "[ ]"
      else "[\n${lines (map (value deeper) data)}\n${indent}]"
    else if kind == "set" then
      if data == { } then "{ }"
      else "{\n${lines (map (name: "${attribute name} = ${value deeper data.${name}};") (builtins.attrNames data))}\n${indent}}"
    else builtins.toJSON data;
}
