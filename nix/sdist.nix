# A source distribution of the lock as a Python package: built with exactly what the lock lists for
# it, on the package of that name in nixpkgs where there is one, whose libraries and patches it keeps.
{ pkgs }:
let
  inputs = import ./inputs.nix;
  names = import ./names.nix;
  wheel = import ./wheel.nix { inherit pkgs; };
  rust = import ./crates.nix { inherit pkgs; };

  # The package of nixpkgs, or null: the set may have none, or only a message in its place.
  known = base: name:
    let
      candidates = builtins.filter (attribute: base ? ${attribute}) [ name (names.aliasOf name) ];
      attribute = builtins.head candidates;
      tried = builtins.tryEval (base.${attribute} ? overridePythonAttrs);
    in
    if candidates == [ ] || names.attributeOf name != name || !(tried.success && tried.value)
    then null
    else base.${attribute};
in
{
  # python: the package set; base: the set without the lock's packages; file: the sdist;
  # dependencies: what it needs to run; tools: what it is built with; crates: what cargo compiles it from,
  # [ { name, file, sha256 } ]; tests: whether to run its own.
  build = { python, base, pin, file, dependencies, tools, crates ? [ ], tests ? false }:
    let
      package = known base pin.name;
      isRust = crates != [ ];
      compilers = if isRust then [ pkgs.cargo pkgs.rustc ] else [ ];
      # Hooks of nixpkgs for the crates that it knows of stay out.
      kept = inputs: if isRust then builtins.filter rust.isOwn inputs else inputs;
      own = wheel.naming pin // {
        src = file;
        format = "pyproject";
        doCheck = tests;
        dontCheckRuntimeDeps = true;
      } // (if isRust then { cargoDeps = null; preBuild = rust.configure (rust.folder crates); } else { });
    in
    if package == null then
      python.buildPythonPackage
        (own // {
          nativeBuildInputs = tools ++ compilers;
          propagatedBuildInputs = dependencies;
        })
    else
      package.overridePythonAttrs (old:
        own
        // {
          pyproject = null;
          build-system = [ ];
          dependencies = [ ];
          optional-dependencies = { };
          nativeBuildInputs = kept (inputs.foreign (old.nativeBuildInputs or [ ])) ++ tools ++ compilers;
          buildInputs = inputs.foreign (old.buildInputs or [ ]);
          propagatedBuildInputs =
            inputs.foreign (old.propagatedBuildInputs or [ ] ++ old.dependencies or [ ]) ++ dependencies;
        }
        // (if tests then { } else { checkInputs = [ ]; nativeCheckInputs = [ ]; pythonImportsCheck = [ ]; })
      );
}
