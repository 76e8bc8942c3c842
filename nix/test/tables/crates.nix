{ pkgs }:
let
  crates = import ../../crates.nix { inherit pkgs; };
  packed = pkgs.runCommand "answer.crate" { } ''
    mkdir answer-0.1.0
    echo 42 > answer-0.1.0/lib.rs
    tar -czf "$out" answer-0.1.0
  '';
  folder = crates.folder [{ name = "answer-0.1.0.crate"; file = packed; sha256 = "ab"; }];
in
{
  exports = crates;
  cases = {
    folder = [
      { expr = builtins.readFile "${folder}/answer-0.1.0/lib.rs"; expected = "42\n"; }
      { expr = builtins.fromJSON (builtins.readFile "${folder}/answer-0.1.0/.cargo-checksum.json"); expected = { files = { }; package = "ab"; }; }
    ];
    configure = [{ expr = builtins.match ".*\ndirectory = \"/crates\"\n.*" (crates.configure "/crates") != null; expected = true; }];
    isOwn = [
      { expr = map (name: crates.isOwn { inherit name; }) [ "cargo-setup-hook.sh" "maturin-build-hook.sh" "openssl-3" ]; expected = [ false false true ]; }
      { expr = crates.isOwn { }; expected = true; }
    ];
  };
}
