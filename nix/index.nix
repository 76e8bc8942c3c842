# The index that calls without a lock resolve from: an index file; a folder with one (pypi.index) and what
# stands beside it; or pypi-deps-db's data, of which a derivation makes one.
{ pkgs, program ? null, index ? null, indexFiles ? null, filesUrl ? null }:
let
  tools = pkgs.buildPackages;
  place = index.outPath or index;
  has = name: builtins.pathExists (place + "/${name}");
  line = name: builtins.replaceStrings [ "\n" ] [ "" ] (builtins.readFile (place + "/${name}"));

  missing = what: throw "mach-nix: without a lock, ${what}";

  # pypi-deps-db says which nix-pypi-fetcher, with the addresses and hashes of files, goes with it.
  fetcher =
    let commit = line "PYPI_FETCHER_COMMIT";
    in
    if builtins.match "[0-9a-f]{40}" commit == null
    then throw "mach-nix: PYPI_FETCHER_COMMIT of ${toString place} is no commit"
    else
      fetchTarball {
        name = "nix-pypi-fetcher";
        url = "https://github.com/DavHau/nix-pypi-fetcher-2/tarball/${commit}";
        sha256 = line "PYPI_FETCHER_SHA256";
      };

  # What stands before `source/r/requests/…` in the addresses of files, as nixpkgs has it.
  base =
    let
      mirrors = (import (pkgs.path + "/pkgs/build-support/fetchurl/mirrors.nix")).pypi;
      found = builtins.match "(.*/)source/" (builtins.head mirrors);
    in
    if filesUrl != null then filesUrl else builtins.head found;

  imported = tools.runCommand "pypi-index" { nativeBuildInputs = [ (tools.nodejs_24 or tools.nodejs) ]; } ''
    export HOME=$PWD/home MACH_NIX_HOME=$PWD/home
    mkdir -p "$HOME" "$out"
    ${command} index import "${place}" -o "$out"/pypi.index
    ${if indexFiles == null && has "PYPI_FETCHER_COMMIT"
      then "${command} index import ${fetcher} --files --files-url \"${base}\" -o \"$out\"/pypi.index.files"
      else ""}
    :
  '';

  folder =
    if has "pypi.index" then place
    else if has "UNIX_TIMESTAMP" then imported
    else null;

  command =
    if program == null
    then missing "mach-nix needs its program: give `program`, npm's package of it, when importing mach-nix"
    else "node ${program}/bin/mach-nix";
in
rec {
  inherit command;

  isGiven = index != null;

  # Shell that puts the index into the working folder as pypi.index.
  link =
    if program == null then command
    else if index == null then missing "mach-nix needs `index`, an index file or pypi-deps-db's data: give it when importing mach-nix, or as the flake's input; or give `lock`"
    else
      (if folder == null then "ln -s \"${place}\" pypi.index\n" else "ln -s \"${folder}\"/pypi.index* .\n")
      + (if indexFiles == null then "" else "ln -sf \"${indexFiles}\" pypi.index.files\n");

  # A JSON list of all names of the index.
  names = tools.runCommand "pypi-names.json" { nativeBuildInputs = [ (tools.nodejs_24 or tools.nodejs) ]; } ''
    export HOME=$PWD/home MACH_NIX_HOME=$PWD/home
    mkdir -p "$HOME"
    ${link}${command} index list --index pypi.index --json > "$out"
    :
  '';
}
