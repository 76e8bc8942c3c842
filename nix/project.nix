# A source tree of the user's own: its name, version, requirements and build tools. Read from
# pyproject.toml where it says all (PEP 621); asked of the build backend, in a derivation, where not.
{ pkgs }:
let
  text = import ./text.nix;
  names = import ./names.nix;

  defaultTools = [ "setuptools" "wheel" ];

  # "setuptools>=61" → "setuptools".
  nameOf = requirement:
    let found = builtins.match "[ \t]*([A-Za-z0-9][A-Za-z0-9._-]*).*" requirement;
    in if found == null then null else text.normalize (builtins.head found);

  # Of `name[a,b] …`, the extras.
  extrasOf = requirement:
    let found = builtins.match "[^[]*\\[([^]]*)].*" requirement;
    in if found == null then [ ] else text.split "," (builtins.head found);

  read = source:
    let file = source + "/pyproject.toml";
    in if builtins.pathExists file then builtins.fromTOML (builtins.readFile file) else { };

  isStatic = project: project ? name && project ? version
    && !(builtins.any (field: builtins.elem field (project.dynamic or [ ])) [ "version" "dependencies" "optional-dependencies" ]);

  fromTable = project: {
    inherit (project) name version;
    requires = project.dependencies or [ ];
    extras = project.optional-dependencies or { };
  };

  # The backend's own answer (PEP 517), in a derivation that sees the source and the tools only.
  ask = { source, python, tools }:
    builtins.fromJSON (builtins.unsafeDiscardStringContext (builtins.readFile (
      pkgs.buildPackages.runCommand "python-project.json"
        { nativeBuildInputs = [ python ] ++ tools; inherit source; }
        ''
          cp -r "$source" project
          chmod -R u+w project
          cd project
          HOME=$PWD python ${./python-project.py} "$out"
          :
        ''
    )));
in
{
  inherit nameOf;

  # What a folder's pyproject.toml wants for building, by PEP 503 names.
  toolsOf = source:
    map nameOf ((read source).build-system.requires or defaultTools);

  # Packages of a set by these names; what is missing is an error that says so.
  findTools = set: map (name:
    set.${names.aliasOf name} or set.${name} or (throw
      "mach-nix: the source is built with ${name}, which nixpkgs' Python packages lack; give `nativeBuildInputs`"));

  # { name, version, requires, extras }: texts as PEP 508 has them.
  inspect = { source, python, tools }:
    let table = (read source).project or { };
    in if isStatic table then fromTable table else ask { inherit source python tools; };

  # The requirements with those of some extras; an extra may name extras of its own project.
  withExtras = facts: wanted:
    let
      known = builtins.listToAttrs (map
        (name: { name = text.normalize name; value = facts.extras.${name}; })
        (builtins.attrNames facts.extras));
      own = text.normalize facts.name;
      lines = extra: known.${extra} or (throw
        "mach-nix: ${facts.name} has no extra `${extra}`; it has ${builtins.concatStringsSep ", " (builtins.attrNames known)}");
      names = map (item: item.key) (builtins.genericClosure {
        startSet = map (extra: { key = text.normalize extra; }) wanted;
        operator = { key }: builtins.concatMap
          (line: if nameOf line == own then map (extra: { key = text.normalize extra; }) (extrasOf line) else [ ])
          (lines key);
      });
    in
    facts.requires ++ builtins.filter (line: nameOf line != own) (builtins.concatMap lines names);
}
