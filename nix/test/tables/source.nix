{ pkgs }:
let
  source = import ../../source.nix { inherit pkgs; };
  hash = builtins.concatStringsSep "" (builtins.genList (_: "0") 60);
  fetch = name: url: source.fetch { artifact = { inherit name url; sha256 = builtins.hashString "sha256" ""; }; };
in
{
  exports = source;
  cases = {
    fetch = [
      { expr = (fetch "a-1.0.tar.gz" "https://files.example.org/packages/00/11/${hash}/a-1.0.tar.gz").urls; expected = [ "mirror://pypi/a/a/a-1.0.tar.gz" "https://files.example.org/packages/00/11/${hash}/a-1.0.tar.gz" ]; }
      { expr = (fetch "a-1.0-py3-none-any.whl" "https://files.example.org/packages/00/11/${hash}/a-1.0-py3-none-any.whl").urls; expected = [ "https://files.example.org/packages/00/11/${hash}/a-1.0-py3-none-any.whl" ]; }
      { expr = (fetch "main/noarch/a-1!2.whl" "https://h/x").name; expected = "a-1-2.whl"; }
      { expr = fetch "a.whl" "file:a.whl"; expected = "error"; }
    ];
  };
}
