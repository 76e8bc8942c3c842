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
  # A commit of a repository (`git+URL`), or a folder beside the lock (`file:FOLDER/`).
  repository = artifact: builtins.fetchGit {
    url = builtins.head (builtins.match "git[+](.*)" artifact.url);
    rev = artifact.commit;
    allRefs = true;
    submodules = true;
  };
  folder = path: builtins.path {
    name = "source";
    inherit path;
    filter = file: _: !(builtins.elem (baseNameOf file) [ ".git" "__pycache__" ]);
  };
  within = artifact: tree:
    if artifact ? subdirectory then "${tree}/${artifact.subdirectory}" else tree;

  # What "file:NAME" means beside a lock.
  beside = { artifact, directory }: relative:
    if directory == null
    then throw "mach-nix: ${artifact.name} lies beside its lock; give the lock as a path"
    else directory + "/${relative}";
in
{
  # artifact (of lock.nix), and the lock's folder → derivation, or store path, of a file or a tree.
  fetch = { artifact, directory ? null }:
    let
      name = text.storeName (baseNameOf artifact.name);
      relative = builtins.match "file:([^/].*)" artifact.url;
      local = beside { inherit artifact directory; } (builtins.head relative);
      urls = mirror artifact ++ [ artifact.url ];
      # A file of a channel that was given as a path, and so is in the store.
      stored = builtins.substring 7 (-1) artifact.url;
      isStored = text.hasPrefix "file://${builtins.storeDir}/" artifact.url;
    in
    if artifact ? commit then within artifact (repository artifact)
    else if relative != null && text.hasSuffix "/" artifact.url then within artifact (folder local)
    else if text.hasPrefix "file:///" artifact.url && text.hasSuffix "/" artifact.url
    then within artifact (folder (/. + builtins.head (builtins.match "file://(.*)/" artifact.url)))
    else if relative != null || isStored then
      builtins.path
        {
          inherit name;
          inherit (artifact) sha256;
          path = if isStored then /. + stored else local;
          recursive = false;
        }
    else
      pkgs.fetchurl (
        { inherit name; inherit (artifact) sha256; }
        // (if builtins.length urls == 1 then { url = artifact.url; } else { inherit urls; })
      );
}
