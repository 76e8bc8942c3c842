{ pkgs }:
let
  sources = import ../../fetch-source.nix;
  fetched = { outPath = "/s"; };
  derivation = pkgs.runCommand "x" { } "";
  fixed = pkgs.fetchurl { url = "https://h/x"; sha256 = builtins.hashString "sha256" ""; };
in
{
  exports = sources;
  cases = {
    isSource = [{ expr = map sources.isSource [ "https://h/a.tar.gz" ./. "/a" fetched fixed derivation "a" 1 ]; expected = [ true true true true true false false false ]; }];
    fetch = [{ expr = map sources.fetch [ "/a" fetched ]; expected = [ "/a" fetched ]; }];
  };
}
