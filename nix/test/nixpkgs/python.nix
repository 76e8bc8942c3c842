# One interpreter as nixpkgs has it: a derivation with pkgs, withPackages, buildEnv and override.
{ pkgs
, attribute
, facts
, self
,
}:
let
  inherit (pkgs) lib host;
  numbers = builtins.match "([0-9]+)\\.([0-9]+).*" facts.version;
  pythonVersion = lib.concatStringsSep "." numbers;
  executable = "python${pythonVersion}";
  libPrefix = executable;
  sitePackages = "lib/${libPrefix}/site-packages";

  make = lib.makeOverridable (
    { packageOverrides ? (_: _: { })
    , self
    ,
    }:
    let
      python = self;

      # An environment of its own (PEP 405), so that nothing of the host's packages is seen.
      interpreter = pkgs.runCommand "python3-${facts.version}" { inherit (facts) executable; } ''
        mkdir -p $out/bin $out/${sitePackages} $out/nix-support
        ${if facts.selfContained or false then copied else linked}
        ln -s ${executable} $out/bin/python3
        ln -s ${executable} $out/bin/python
        cat > $out/nix-support/setup-hook <<'HOOK'
        addPythonPath() { addToSearchPathWithCustomDelimiter : PYTHONPATH "$1/${sitePackages}"; }
        addEnvHooks "$hostOffset" addPythonPath
        export PYTHONHASHSEED=0 PYTHONNOUSERSITE=1
        HOOK
      '';
      linked = ''
        ln -s "$executable" $out/bin/${executable}
        printf 'home = %s\ninclude-system-site-packages = false\nversion = ${facts.version}\n' "$(dirname "$executable")" > $out/pyvenv.cfg
      '';
      # With all that it loads, for images: nothing of it is outside the store.
      copied = ''
        ${host.python} ${./copy-python.py} "$executable" "$out"
        printf 'home = %s\ninclude-system-site-packages = false\nversion = ${facts.version}\n' "$out/bin" > $out/pyvenv.cfg
      '';

      hasPythonModule = drv: drv ? pythonModule && drv.pythonModule.outPath or null == interpreter.outPath;
      requiredPythonModules =
        drvs:
        let
          modules = lib.filter hasPythonModule drvs;
        in
        lib.unique (
          [ python ] ++ modules ++ builtins.concatLists (lib.filter (x: x != null) (map (m: m.requiredPythonModules or null) modules))
        );

      packageSet = lib.fix (
        lib.extends (lib.composeManyExtensions (pkgs.pythonPackagesExtensions ++ [ packageOverrides ])) (
          import ./python-packages.nix {
            inherit
              pkgs
              python
              pythonVersion
              requiredPythonModules
              hasPythonModule
              ;
          }
        )
      );

      buildEnv = lib.makeOverridable
        (
          { extraLibs ? [ ]
          , extraOutputsToInstall ? [ ]
          , postBuild ? ""
          , ignoreCollisions ? false
          , makeWrapperArgs ? [ ]
          ,
          }:
          let
            paths = requiredPythonModules extraLibs;
            wrapped = lib.concatStringsSep " " makeWrapperArgs;
            env = pkgs.buildEnv {
              name = "${interpreter.name}-env";
              inherit paths ignoreCollisions extraOutputsToInstall;
              nativeBuildInputs = [ pkgs.makeWrapper ];
              postBuild = ''
                PATH=${host.path}
                rm -f $out/pyvenv.cfg $out/bin/${executable} $out/bin/python3 $out/bin/python
                cp ${interpreter}/pyvenv.cfg $out/pyvenv.cfg
                real=${interpreter}/bin/${executable}
                if [ -L "$real" ]; then real=$(readlink "$real"); fi
                ${
                  if makeWrapperArgs == [ ] then
                    "ln -s \"$real\" $out/bin/${executable}"
                  else
                    ''
                      ln -s "$real" $out/bin/.${executable}-wrapped
                      makeWrapper $out/bin/.${executable}-wrapped $out/bin/${executable} ${wrapped}
                    ''
                }
                ln -s ${executable} $out/bin/python3
                ln -s ${executable} $out/bin/python
                for program in $out/bin/*; do
                  case "$(basename "$program")" in python | python3 | ${executable}) continue ;; esac
                  if [ -L "$program" ]; then
                    real=$(readlink -f "$program")
                    if head -c 300 "$real" | head -n 1 | grep -q '^#!.*python'; then
                      rm "$program"
                      { echo "#!$out/bin/${executable}"; tail -n +2 "$real"; } > "$program"
                      chmod +x "$program"
                    fi
                  fi
                done
              ''
              + postBuild;
              passthru = interpreterPassthru // {
                interpreter = "${env}/bin/${executable}";
                inherit python;
                env = pkgs.stdenv.mkDerivation {
                  name = "interactive-${interpreter.name}-environment";
                  nativeBuildInputs = [ env ];
                  outputs = [ "out" ];
                  buildCommand = ''
                    echo "*** Python 'env' attributes are intended for interactive nix-shell sessions, not for building! ***" >&2
                    exit 1
                  '';
                };
              };
            };
          in
          env
        )
        { };

      interpreterPassthru = {
        inherit
          executable
          libPrefix
          sitePackages
          pythonVersion
          attribute
          buildEnv
          ;
        inherit (facts) version;
        implementation = "cpython";
        isPy3 = builtins.head numbers == "3";
        isPy2 = builtins.head numbers == "2";
        pythonAtLeast = lib.versionAtLeast pythonVersion;
        pythonOlder = lib.versionOlder pythonVersion;
        pkgs = packageSet;
        withPackages =
          f:
          buildEnv.override {
            extraLibs = f packageSet;
          };
        interpreter = "${interpreter}/bin/${executable}";
        stdenv = pkgs.stdenv;
        pythonOnBuildForHost = pkgs.buildPackages.${attribute};
        meta = {
          platforms = lib.platforms.all;
        };
      };
    in
    interpreter // interpreterPassthru // { passthru = interpreterPassthru; }
  );
in
make { inherit self; }
