# Simplified overrides: `_.PACKAGE.ATTRIBUTE = value`, `.add = list|set|text`, `.mod = old: new` or
# `.mod = pySelf: oldAttrs: old: new`. An attribute that is not there counts as empty, or null for .mod.
let
  names = import ./names.nix;
  text = import ./text.nix;

  kinds = { list = [ ]; set = { }; string = ""; };

  add = where: old: value:
    let
      kind = builtins.typeOf value;
      empty = kinds.${kind} or (throw "mach-nix: ${where}.add takes a list, a set or text, not a ${kind}");
      base = if old == null then empty else old;
    in
    if builtins.typeOf base != kind
    then throw "mach-nix: ${where}.add is a ${kind}, but ${where} is a ${builtins.typeOf base}"
    else if kind == "list" then base ++ value
    else if kind == "set" then base // value
    else base + value;

  modify = python: attrs: old: change:
    let
      first = change old;
      # The form with three arguments gives a function when it has one.
      second = change python attrs;
    in
    if change ? __functor || !(builtins.isFunction change) then throw "mach-nix: .mod takes a function"
    else if builtins.functionArgs change == { } && takesThree change old then second old
    else first;
  takesThree = change: old:
    let tried = builtins.tryEval (builtins.isFunction (change old));
    in tried.success && tried.value;

  isForm = form: value: builtins.isAttrs value && builtins.attrNames value == [ form ];

  apply = where: python: attrs: attribute: value:
    let
      old = attrs.${attribute} or null;
      place = "${where}.${attribute}";
    in
    if isForm "add" value then add place old value.add
    else if isForm "mod" value then modify python attrs old value.mod
    else value;

  # overrideAttrs that leaves the package's other override functions in place.
  overridePackage = name: python: changes: package:
    package.overrideAttrs (attrs:
      builtins.mapAttrs (apply "_.${name}" python attrs) changes
    );
in
{
  inherit apply;

  # Overrides by package → pySelf: pySuper: packages. A package that is not there is an error once used.
  simple = changes: pySelf: pySuper:
    builtins.listToAttrs (map
      (given:
        let
          name = text.normalize given;
          own = names.attributeOf name;
          attribute = if pySuper ? ${own} then own else given;
        in
        {
          name = attribute;
          value =
            if pySuper ? ${attribute}
            then overridePackage given pySelf changes.${given} pySuper.${attribute}
            else throw "mach-nix: _.${given} is for a package that is not there";
        })
      (builtins.attrNames changes));

  # pySelf: pySuper: functions, one after the other.
  merge = overlays:
    builtins.foldl'
      (first: second: pySelf: pySuper:
        let done = first pySelf pySuper;
        in done // second pySelf (pySuper // done))
      (_: _: { })
      overlays;
}
