# A file of the lock as a fixed-output derivation, or as a file beside the lock.
{ pkgs }:
let
  text = import ./text.nix;

  isSdist = name: text.hasSuffix ".tar.gz" name || text.hasSuffix ".zip" name;

  # nixpkgs knows mirrors of the index's source distributions by name; only files under the index's own
  # kind of address (two and two and sixty digits of a hash) are there.
  mirror = artifact:
    let
      hashed = builtins.match "https://files[.][a-z0-9.-]+/packages/[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{60}/([^/]+)-[^/-]+" artifact.url;
      project = builtins.head hashed;
    in
    if hashed != null && isSdist artifact.name
    then [ "mirror://pypi/${builtins.substring 0 1 project}/${project}/${artifact.name}" ]
    else [ ];
in
{
  # artifact (of lock.nix), and the lock's folder → derivation or store path of the file.
  fetch = { artifact, directory ? null }:
    let
      name = text.storeName (baseNameOf artifact.name);
      relative = builtins.match "file:([^/].*)" artifact.url;
      urls = mirror artifact ++ [ artifact.url ];
    in
    if relative != null then
      if directory == null
      then throw "mach-nix: ${artifact.name} lies beside its lock; give the lock as a path"
      else
        builtins.path {
          inherit name;
          inherit (artifact) sha256;
          path = directory + "/${builtins.head relative}";
          recursive = false;
        }
    else
      pkgs.fetchurl (
        { inherit name; inherit (artifact) sha256; }
        // (if builtins.length urls == 1 then { url = artifact.url; } else { inherit urls; })
      );
}
