# The command line, built from source: $out/bin/mach-nix, without node_modules. npm's packages come
# from where npm is set up to get them: with `npmHash`, the hash of the folder they make, in a
# fixed-output derivation; else in a build that must be allowed to reach the network. `nodeModules` is
# a folder that has them already.
{ pkgs, source, npmHash ? null, nodeModules ? null }:
let
  nodejs = pkgs.nodejs_24 or pkgs.nodejs;
  version = (builtins.fromJSON (builtins.readFile (source + "/package.json"))).version;

  fetched = pkgs.stdenv.mkDerivation ({
    name = "mach-nix-node-modules-${version}";
    nativeBuildInputs = [ nodejs ];
    inherit source;
    buildCommand = ''
      cp "$source"/package.json "$source"/package-lock.json .
      HOME=$PWD npm ci --ignore-scripts --no-audit --no-fund
      mv node_modules "$out"
      :
    '';
    impureEnvVars = [ "http_proxy" "https_proxy" "no_proxy" "npm_config_registry" ];
  } // (if npmHash == null then { __noChroot = true; } else {
    outputHashMode = "recursive";
    outputHash = npmHash;
  }));
in
pkgs.stdenv.mkDerivation {
  pname = "mach-nix";
  inherit version source;
  nativeBuildInputs = [ nodejs pkgs.python3 ];
  modules = if nodeModules == null then fetched else nodeModules;
  buildCommand = ''
    cp -r "$source" work
    chmod -R u+w work
    cd work
    rm -rf dist node_modules
    ln -s "$modules" node_modules
    HOME=$PWD node tools/build.ts
    mkdir -p "$out"
    cp -r bin package.json dist "$out"/
    sed -i "1s|.*|#!${nodejs}/bin/node|" "$out"/bin/mach-nix
    if [ -d python ]; then cp -r python "$out"/; fi
    cp -r nix default.nix "$out"/
    :
  '';
  meta = {
    description = "Locked, reproducible Python environments from requirements";
    mainProgram = "mach-nix";
  };
}
