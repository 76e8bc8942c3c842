# buildPythonPackage: formats wheel, setuptools, pyproject and other.
{ pkgs
, python
, lib
, toPythonModule
, namePrefix
, tools
,
}:
{ format ? null
, pyproject ? null
, nativeBuildInputs ? [ ]
, buildInputs ? [ ]
, propagatedBuildInputs ? [ ]
, dependencies ? [ ]
, build-system ? [ ]
, optional-dependencies ? { }
, nativeCheckInputs ? [ ]
, checkInputs ? [ ]
, checkPhase ? null
, doCheck ? true
, disabled ? false
, catchConflicts ? true
, pythonImportsCheck ? [ ]
, postFixup ? ""
, passthru ? { }
, meta ? { }
, ...
}@attrs:
let
  kind =
    if format != null then
      format
    else if pyproject == true then
      "pyproject"
    else if pyproject == false then
      "other"
    else
      "setuptools";
  name = namePrefix + attrs.name or "${attrs.pname}-${attrs.version}";
  tests = doCheck && (checkPhase != null || kind == "setuptools");
  install = ''
    runHook preInstall
    ${python.interpreter} ${./install-wheel.py} dist/*.whl "$out" ${python.sitePackages}
    runHook postInstall
  '';
  phases =
    if kind == "wheel" then
      {
        unpackPhase = ''
          mkdir -p dist
          cp "$src" "dist/$(stripHash "$src")"
        '';
        installPhase = install;
      }
    else if kind == "setuptools" || kind == "pyproject" then
      {
        buildPhase = ''
          runHook preBuild
          mkdir -p dist
          HOME=$PWD ${python.interpreter} ${./build-wheel.py} dist
          runHook postBuild
        '';
        installPhase = install;
      }
    else
      { };
in
if disabled then
  throw "${name} not supported for interpreter ${python.executable}"
else
  toPythonModule (
    pkgs.stdenv.mkDerivation (
      phases
      // removeAttrs attrs [
        "format"
        "pyproject"
        "disabled"
        "checkInputs"
        "nativeCheckInputs"
        "checkPhase"
        "doCheck"
        "dependencies"
        "build-system"
        "optional-dependencies"
        "catchConflicts"
        "makeWrapperArgs"
      ]
        // {
        inherit name meta;
        nativeBuildInputs =
          [ python ]
          ++ lib.optionals (kind == "setuptools") [ tools.setuptools tools.wheel or null ]
          ++ build-system
          ++ nativeBuildInputs
          ++ lib.optionals tests (checkInputs ++ nativeCheckInputs);
        inherit buildInputs;
        propagatedBuildInputs = propagatedBuildInputs ++ dependencies ++ [ python ];
        doInstallCheck = tests || pythonImportsCheck != [ ];
        installCheckPhase =
          attrs.installCheckPhase or ''
            runHook preInstallCheck
            ${lib.optionalString tests (if checkPhase == null then "${python.interpreter} -m unittest discover" else checkPhase)}
            ${lib.concatStringsSep "\n" (
              map (module: ''
                ( cd "$out" && PYTHONPATH="$out/${python.sitePackages}:''${PYTHONPATH-}" ${python.interpreter} -c 'import ${module}' )
              '') pythonImportsCheck
            )}
            runHook postInstallCheck
          '';
        postFixup = ''
          if [ -d "$out/bin" ] && [ -z "''${dontWrapPythonPrograms-}" ]; then
            ${python.interpreter} ${./wrap-scripts.py} "$out" "$out/${python.sitePackages}" "''${PYTHONPATH-}"
          fi
        ''
        + lib.optionalString catchConflicts ''
          ${python.interpreter} ${./catch-conflicts.py} "$out" ${python.sitePackages}
        ''
        + postFixup;
        passthru = {
          inherit optional-dependencies;
        }
        // passthru;
      }
    )
  )
