# Known repairs of packages: fixes.json, or `_fixes` of a call, as a list of the same form or as a set
# `PACKAGE.NAME = { _cond = { prov, ver, pyver, … }: …; ATTRIBUTE = …; }` with the forms of override.nix.
let
  override = import ./override.nix;
  names = import ./names.nix;

  table = builtins.fromJSON (builtins.readFile ./fixes.json);

  # "<3.4", ">=20".
  holds = version: condition:
    let
      parts = builtins.match "(<|<=|>|>=|==)([0-9.]+)" condition;
      order = builtins.compareVersions version (builtins.elemAt parts 1);
      operator = builtins.head parts;
    in
    if operator == "<" then order < 0
    else if operator == "<=" then order <= 0
    else if operator == ">" then order > 0
    else if operator == ">=" then order >= 0
    else order == 0;

  applies = { pin, kind, python }: when:
    (!(when ? providers) || builtins.elem kind when.providers)
    && (!(when ? version) || holds pin.version when.version)
    && (!(when ? python) || holds python when.python);

  # { pkgs = "NAME"; path = "…"; } is a package of nixpkgs, or a file in it.
  resolve = pkgs: value:
    if builtins.isList value then map (resolve pkgs) value
    else if builtins.isAttrs value && value ? path then "${pkgs.${value.pkgs}}${value.path}"
    else if builtins.isAttrs value && value ? pkgs then pkgs.${value.pkgs}
    else value;

  nameOf = input: input.pname or (builtins.parseDrvName (input.name or "")).name;
  without = unwanted: old:
    builtins.filter (input: !(builtins.elem (nameOf input) unwanted || builtins.elem (input.name or "") unwanted))
      (if old == null then [ ] else old);

  # What a fix of the table changes, in the forms of override.nix.
  changesOf = pkgs: fix:
    builtins.mapAttrs (_: resolve pkgs) (fix.set or { })
    // builtins.mapAttrs (_: value: { add = resolve pkgs value; }) (fix.add or { })
    // builtins.mapAttrs (_: unwanted: { mod = without unwanted; }) (fix.remove or { });

  fromList = { pkgs, facts }: list:
    builtins.concatMap
      (fix: if applies facts (fix.when or { }) then [ (changesOf pkgs fix) ] else [ ])
      (builtins.filter (fix: fix.package == facts.pin.name) list);

  fromSet = { facts }: set:
    builtins.concatMap
      (fix:
        let condition = fix._cond or (_: true);
        in
        if condition { prov = facts.kind; ver = facts.pin.version; pyver = facts.python; }
        then [ (removeAttrs fix [ "_cond" ]) ]
        else [ ])
      (builtins.attrValues (set.${facts.pin.name} or { }));
in
{
  inherit table;

  # The overrides that the pins of a target need. fixes: null for the table.
  overrides = { fixes, target, kindOf, pkgs }: pySelf: pySuper:
    let
      given = if fixes == null then table else fixes;
      known =
        if builtins.isAttrs given then given
        else builtins.listToAttrs (map (fix: { name = fix.package; value = null; }) given);
      concerned = builtins.filter (pin: known ? ${pin.name}) target.pins;
      changes = pin:
        let facts = { inherit pin; kind = kindOf pin; inherit (target) python; };
        in
        if builtins.isAttrs given then fromSet { inherit facts; } given
        else fromList { inherit pkgs facts; } given;
      fix = pin: {
        name = names.attributeOf pin.name;
        value = builtins.foldl'
          (package: change: package.overrideAttrs (attrs:
            builtins.mapAttrs (override.apply "_fixes.${pin.name}" pySelf attrs) change))
          pySuper.${names.attributeOf pin.name}
          (changes pin);
      };
    in
    builtins.listToAttrs (map fix (builtins.filter (pin: changes pin != [ ]) concerned));
}
