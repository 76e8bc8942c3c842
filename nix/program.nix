# The command line as a package: $out/bin/mach-nix, which needs no node_modules. `source` is the built
# program (npm's package of it), or its source. Then npm's packages for the build come from where npm is
# set up to get them, with the hashes of package-lock.json; or from `nodeModules`, a folder that has them.
{ pkgs, source, nodeModules ? null }:
let
  nodejs = pkgs.nodejs_24 or pkgs.nodejs;
  read = name: builtins.fromJSON (builtins.readFile (source + "/${name}"));
  inherit (read "package.json") version dependencies;

  packages = import ./npm-packages.nix { inherit pkgs; };
  tools = [ "esbuild" "typescript" "@types/node" ];
  fetched = packages.install (read "package-lock.json") (tools ++ builtins.attrNames dependencies);

  parts = [ "bin" "package.json" "dist" "python" "page" "nix" "default.nix" ];
  sourceParts = [ "src" "tools" "tsconfig.json" "tsconfig.build.json" ];
  # Of a folder of the user's own, no more than that.
  tree =
    if !builtins.isPath source then source
    else
      builtins.path {
        name = "source";
        path = source;
        filter = path: _: dirOf path != toString source || builtins.elem (baseNameOf path) (parts ++ sourceParts);
      };

  isBuilt = builtins.pathExists (source + "/dist/bundle/mach-nix.cjs");
  building =
    if isBuilt then { }
    else {
      # pip says which index is the default one.
      nativeBuildInputs = [ nodejs (pkgs.python3.withPackages (set: [ set.pip ])) ];
      modules = if nodeModules == null then "${fetched}/node_modules" else nodeModules;
    };
in
pkgs.stdenv.mkDerivation (building // {
  pname = "mach-nix";
  inherit version;
  source = tree;
  buildCommand = ''
    cp -r "$source" work
    chmod -R u+w work
    cd work
    if [ -n "''${modules-}" ]; then
      rm -rf dist node_modules
      ln -s "$modules" node_modules
      HOME=$PWD node tools/build.ts
    fi
    mkdir -p "$out"
    for part in ${builtins.concatStringsSep " " parts}; do
      if [ -e "$part" ]; then cp -r "$part" "$out"/; fi
    done
    sed -i "1s|.*|#!${nodejs}/bin/node|" "$out"/bin/mach-nix
    :
  '';
  meta = {
    description = "Locked, reproducible Python environments from requirements";
    mainProgram = "mach-nix";
  };
})
