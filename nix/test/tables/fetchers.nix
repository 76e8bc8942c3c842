{ pkgs }:
let
  lock = builtins.toFile "lock" (builtins.toJSON {
    version = 1;
    targets = [ ];
    artifacts = {
      "a-1.tar.gz" = { url = "https://h/a-1.tar.gz"; sha256 = builtins.hashString "sha256" "s"; };
      "a-1-cp39-abi3-manylinux_2_17_aarch64.whl" = { url = "https://h/a.whl"; sha256 = builtins.hashString "sha256" "w"; };
    };
  });
  fetchers = import ../../fetchers.nix { inherit pkgs; resolve.lookup = _: lock; };
in
{
  exports = fetchers;
  cases = {
    fetchPypiSdist = [{ expr = (fetchers.fetchPypiSdist "a" "1").urls; expected = [ "https://h/a-1.tar.gz" ]; }];
    fetchPypiWheel = [
      { expr = (fetchers.fetchPypiWheel "a" "1" "a-1-cp39-abi3-manylinux_2_17_aarch64.whl").urls; expected = [ "https://h/a.whl" ]; }
      { expr = fetchers.fetchPypiWheel "a" "1" "a-1-py3-none-any.whl"; expected = "error"; }
    ];
  };
}
