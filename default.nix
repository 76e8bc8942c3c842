# The interface without flakes: `import mach-nix { pkgs, python, … }`; the arguments are nix/default.nix's,
# and nixpkgs is the flake's where none is given.
let
  pin = (builtins.fromJSON (builtins.readFile ./flake.lock)).nodes.nixpkgs.locked;
  pinned = import
    (fetchTarball {
      url = "https://github.com/${pin.owner}/${pin.repo}/archive/${pin.rev}.tar.gz";
      sha256 = pin.narHash;
    })
    { config = { }; overlays = [ ]; };
in
{ pkgs ? pinned, ... }@args:
import ./nix (
  (if args ? pkgs then { } else { nixpkgsLastModified = pin.lastModified; })
  // args
    // { inherit pkgs; }
)
