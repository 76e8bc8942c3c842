# Where a source may come from: the address of an archive, a path, what fetchGit gives, or the
# derivation of a fetcher.
let
  text = import ./text.nix;

  isAddress = given: builtins.isString given && (text.hasPrefix "https://" given || text.hasPrefix "http://" given);
  isFetched = given: builtins.isAttrs given && given ? outPath && (given.type or null != "derivation" || given.outputHash or null != null);
in
{
  # Whether it is a source rather than a package.
  isSource = given: isAddress given || builtins.isPath given
    || (builtins.isString given && text.hasPrefix "/" given)
    || isFetched given;

  # The source as what has an outPath, or a path.
  fetch = given: if isAddress given then fetchTarball given else given;
}
