# fetchurl, the trivial builders, buildEnv, makeWrapper, mkShell and images.
self:
let
  inherit (self) lib host stdenv;

  # Like nixpkgs': fixed-output, mirror:// resolved by a list, one address tried after the other.
  fetchurl = lib.makeOverridable (
    { url ? ""
    , urls ? [ url ]
    , name ? baseNameOf (builtins.head urls)
    , sha256 ? ""
    , hash ? ""
    , passthru ? { }
    , ...
    }:
    let
      resolve =
        address:
        let
          mirror = builtins.match "mirror://([a-z]+)/(.*)" address;
        in
        if mirror == null then
          [ address ]
        else
          map (base: base + builtins.elemAt mirror 1) (host.mirrors.${builtins.elemAt mirror 0});
    in
    stdenv.mkDerivation {
      inherit name;
      outputHashMode = "flat";
      outputHashAlgo = if hash == "" then "sha256" else null;
      outputHash = if hash == "" then sha256 else hash;
      urls = builtins.concatMap resolve urls;
      preferLocalBuild = true;
      impureEnvVars = [
        "http_proxy"
        "https_proxy"
        "no_proxy"
        "all_proxy"
      ];
      ca = host.certificates;
      buildCommand = ''
        for address in $urls; do
          echo "trying $address"
          if curl --fail --location --silent --show-error --retry 2 --cacert "$ca" --output "$out" "$address"; then exit 0; fi
        done
        echo "error: cannot download $name from any mirror" >&2
        exit 1
      '';
      passthru = passthru // {
        inherit urls;
      };
    }
  );

  runCommand =
    name: env: buildCommand:
    stdenv.mkDerivation (
      {
        inherit name buildCommand;
        passAsFile = [ "buildCommand" ];
      }
      // env
    );

  writeTextFile =
    { name
    , text
    , executable ? false
    , destination ? ""
    ,
    }:
    runCommand name
      {
        inherit text executable destination;
        passAsFile = [
          "buildCommand"
          "text"
        ];
      }
      ''
        target=$out$destination
        mkdir -p "$(dirname "$target")"
        cp "$textPath" "$target"
        if [ -n "$executable" ]; then chmod +x "$target"; fi
      '';

  # Links of all paths; two different files in one place are an error that names both.
  buildEnv = lib.makeOverridable (
    { name
    , paths
    , ignoreCollisions ? false
    , checkCollisionContents ? true
    , pathsToLink ? [ "/" ]
    , nativeBuildInputs ? [ ]
    , postBuild ? ""
    , passthru ? { }
    , meta ? { }
    , ...
    }:
    runCommand name
      {
        inherit
          ignoreCollisions
          checkCollisionContents
          pathsToLink
          nativeBuildInputs
          postBuild
          passthru
          meta
          paths
          ;
      }
      ''
        ${host.python} ${./build-env.py}
        eval "$postBuild"
      ''
  );
in
{
  inherit
    fetchurl
    runCommand
    writeTextFile
    buildEnv
    ;
  runCommandLocal = runCommand;

  writeText = name: text: writeTextFile { inherit name text; };
  writeScript =
    name: text:
    writeTextFile {
      inherit name text;
      executable = true;
    };
  writeShellScriptBin =
    name: text:
    writeTextFile {
      inherit name;
      executable = true;
      destination = "/bin/${name}";
      text = "#!${host.bash}\n${text}\n";
    };

  copyPathToStore = path: builtins.path { inherit path; };

  symlinkJoin =
    args_@{ name
    , postBuild ? ""
    , ...
    }:
    runCommand name (removeAttrs args_ [ "name" "postBuild" ]) ''
      mkdir -p $out
      for path in $paths; do cp -rsf --no-preserve=mode "$path"/. $out/; done
      ${postBuild}
    '';

  makeSetupHook =
    { name ? "hook"
    , propagatedBuildInputs ? [ ]
    , substitutions ? { }
    , passthru ? { }
    ,
    }:
    script:
    runCommand name
      {
        inherit propagatedBuildInputs passthru;
      }
      ''
        mkdir -p $out/nix-support
        cp ${script} $out/nix-support/setup-hook
        chmod u+w $out/nix-support/setup-hook
        ${lib.concatStringsSep "\n" (
          map (key: ''
            sed -i "s|@${key}@|${toString substitutions.${key}}|g" $out/nix-support/setup-hook
          '') (builtins.attrNames substitutions)
        )}
        echo "$propagatedBuildInputs" > $out/nix-support/propagated-build-inputs
      '';

  makeWrapper = self.makeSetupHook
    {
      name = "make-wrapper";
      substitutions.bash = host.bash;
    } ./make-wrapper.sh;
  makeBinaryWrapper = self.makeWrapper;

  mkShell =
    { name ? "nix-shell"
    , packages ? [ ]
    , inputsFrom ? [ ]
    , nativeBuildInputs ? [ ]
    , shellHook ? ""
    , ...
    }@args:
    stdenv.mkDerivation (
      removeAttrs args [
        "packages"
        "inputsFrom"
      ]
      // {
        inherit name shellHook;
        nativeBuildInputs =
          packages ++ nativeBuildInputs ++ builtins.concatMap (from: from.nativeBuildInputs or [ ]) inputsFrom;
        outputs = [ "out" ];
        buildCommand = "echo > $out";
      }
    );

  # An uncompressed docker archive of the closure of the contents, one layer.
  dockerTools.buildLayeredImage = lib.makeOverridable (
    { name
    , tag ? "latest"
    , contents ? [ ]
    , config ? { }
    , ...
    }:
    let
      roots = lib.toList contents ++ commandReferences;
      commandReferences = [ (self.writeText "${name}-config.json" (builtins.toJSON config)) ];
    in
    runCommand "${name}.tar"
      {
        exportReferencesGraph = builtins.concatLists (
          lib.genList
            (i: [
              "closure-${toString i}"
              (builtins.elemAt roots i)
            ])
            (builtins.length roots)
        );
        inherit contents;
        imageName = name;
        imageTag = tag;
        imageConfig = builtins.toJSON config;
        storeDir = builtins.storeDir;
      }
      ''
        ${host.python} ${./image.py} closure-*
      ''
  );
}
