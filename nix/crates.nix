# The crates of a Rust project: a folder that cargo takes them from, and the configuration that says so.
{ pkgs }:
let
  # "itoa-1.0.11.crate" → "itoa-1.0.11".
  stem = name: builtins.substring 0 (builtins.stringLength name - 6) name;

  # What cargo wants of a crate in a folder: its files, and its own hash (Cargo Book, "Source Replacement").
  unpack = { name, file, sha256 }: ''
    mkdir "$out/${stem name}"
    tar -xzf ${file} -C "$out/${stem name}" --strip-components=1
    echo '{"files":{},"package":"${sha256}"}' > "$out/${stem name}/.cargo-checksum.json"
  '';
in
{
  # crates: [ { name, file, sha256 } ] → a derivation of the folder.
  folder = crates: pkgs.runCommand "crates" { } ''
    mkdir "$out"
    ${builtins.concatStringsSep "" (map unpack crates)}
  '';

  # Shell code that a build begins with: cargo takes what any registry has from the folder.
  configure = folder: ''
    export CARGO_HOME="$NIX_BUILD_TOP/cargo-home" CARGO_NET_OFFLINE=true
    mkdir -p "$CARGO_HOME"
    cat > "$CARGO_HOME/config.toml" <<'END'
    [source.crates-io]
    replace-with = "locked"
    [source.locked]
    directory = "${folder}"
    END
    find . -name Cargo.lock -exec sed -n 's/^source = "\(registry+\)\{0,1\}\([a-z][^"\\]*\)"$/\2/p' {} + | sort -u |
      while read -r registry; do
        case $registry in
          https://github.com/rust-lang/crates.io-index | git+*) ;;
          *) printf '[source."%s"]\nregistry = "%s"\nreplace-with = "locked"\n' "$registry" "$registry" ;;
        esac
      done >> "$CARGO_HOME/config.toml"
  '';

  # Of a package in nixpkgs, what would set up other crates, and build without the backend.
  isOwn = input:
    let name = input.name or "";
    in !(builtins.any (part: builtins.match ".*${part}.*" name != null) [ "cargo-setup-hook" "cargo-build-hook" "maturin-build-hook" ]);
}
