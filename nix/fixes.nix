# Known repairs of packages: fixes.json (written of src/build/fixes-data.ts, which says what each part
# means), or `_fixes` of a call, as a list of the same form or as a set
# `PACKAGE.NAME = { _cond = { prov, ver, pyver, … }: …; ATTRIBUTE = …; }` with the forms of override.nix.
# nixpkgs' own packages need none: a pin of nixpkgs stays as it is.
let
  override = import ./override.nix;
  names = import ./names.nix;
  text = import ./text.nix;

  table = builtins.fromJSON (builtins.readFile ./fixes.json);

  # "<3.4", ">=3,<4".
  holds = version: condition: builtins.all (one version) (text.split "," condition);
  one = version: condition:
    let
      parts = builtins.match "(<=|<|>=|>|==) *([0-9.]+)" condition;
      order = builtins.compareVersions version (builtins.elemAt parts 1);
      operator = builtins.head parts;
    in
    if parts == null then throw "mach-nix: _fixes has a condition that is none: ${condition}"
    else if operator == "<" then order < 0
    else if operator == "<=" then order <= 0
    else if operator == ">" then order > 0
    else if operator == ">=" then order >= 0
    else order == 0;

  applies = { pin, kind, python, platform }: when:
    (!(when ? provider) || builtins.elem kind when.provider)
    && (!(when ? version) || holds pin.version when.version)
    && (!(when ? python) || holds python when.python)
    && (!(when ? platform) || text.hasPrefix when.platform platform);

  # "{NAME}/bin/x" → the place of nixpkgs' NAME in it.
  placed = pkgs: value: builtins.concatStringsSep "" (map
    (part: if builtins.isList part then "${pkgs.${builtins.head part}}" else part)
    (builtins.split "[{]([A-Za-z0-9_-]+)}" value));

  # "cargoSetupHook" and "cargo-setup-hook.sh" are one.
  plainName = name: text.lower (builtins.replaceStrings [ "-" "_" ".sh" ] [ "" "" "" ] name);
  nameOf = input:
    if builtins.isAttrs input then input.pname or (builtins.parseDrvName (input.name or "")).name
    else baseNameOf (toString input);
  without = unwanted: old:
    let known = map plainName unwanted;
    in builtins.filter (input: !(builtins.elem (plainName (nameOf input)) known)) (if old == null then [ ] else old);
  withAll = more: old:
    let list = if old == null then [ ] else old;
    in list ++ builtins.filter (input: !(builtins.elem (nameOf input) (map nameOf list))) more;
  patchesWithout = unwanted: old:
    builtins.filter (patch: !(builtins.any (name: text.hasSuffix name (nameOf patch)) unwanted)) (if old == null then [ ] else old);

  pattern = file:
    if builtins.match "[A-Za-z0-9._/*-]+" file != null && builtins.match ".*[.][.].*" file == null then file
    else throw "mach-nix: _fixes removes what is no file: ${file}";

  # What a fix changes, in the forms of override.nix, one set after the other.
  changesOf = { pkgs, pySelf }: fix:
    let
      set = fix.set or { };
      add = fix.add or { };
      remove = fix.remove or { };
      when = value: changes: if value then [ changes ] else [ ];
      ofPython = list: map (name: pySelf.${names.attributeOf name}) (builtins.filter (name: pySelf ? ${names.attributeOf name}) list);
      ofNixpkgs = map (name: pkgs.${name});
      removal = builtins.concatStringsSep "" (map (file: "\nrm -rf \"$out\"/${pattern file}\n") (remove.files or [ ]));
    in
    when (set ? env) (builtins.mapAttrs (_: placed pkgs) set.env)
    ++ when (set ? patches) { inherit (set) patches; }
    ++ when (set ? phases) set.phases
    ++ when (add ? libraries) { buildInputs.mod = withAll (ofNixpkgs add.libraries); }
    ++ when (add ? programs) { nativeBuildInputs.mod = withAll (ofNixpkgs add.programs); }
    ++ when (add ? requires) { nativeBuildInputs.mod = withAll (ofPython add.requires); }
    ++ when (add ? dependencies) { propagatedBuildInputs.mod = withAll (ofPython add.dependencies); }
    ++ when (remove ? dependencies) { propagatedBuildInputs.mod = without remove.dependencies; }
    ++ when (remove ? requires) { nativeBuildInputs.mod = without remove.requires; }
    ++ when (remove ? hooks) { nativeBuildInputs.mod = without remove.hooks; }
    ++ when (remove ? patches) { patches.mod = patchesWithout remove.patches; }
    ++ when (remove ? files) { postInstall.add = removal; };

  fromList = { pkgs, pySelf, facts }: list:
    builtins.concatMap
      (fix: if applies facts (fix.when or { }) then changesOf { inherit pkgs pySelf; } fix else [ ])
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
      concerned = builtins.filter (pin: known ? ${pin.name} && kindOf pin != "nixpkgs") target.pins;
      changes = pin:
        let facts = { inherit pin; kind = kindOf pin; inherit (target) python platform; };
        in
        if builtins.isAttrs given then fromSet { inherit facts; } given
        else fromList { inherit pkgs pySelf facts; } given;
      fix = pin: {
        name = names.attributeOf pin.name;
        value = builtins.foldl'
          (package: change: package.overrideAttrs (attrs:
            builtins.mapAttrs (override.apply "_fixes.${pin.name}" pySelf attrs) change))
          pySuper.${names.attributeOf pin.name}
          (changes pin);
      };
    in
    builtins.listToAttrs (map fix concerned);
}
