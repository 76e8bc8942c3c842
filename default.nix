# The interface without flakes: `import mach-nix { pkgs, python, … }`; the arguments are nix/default.nix's,
# and nixpkgs is the flake's where none is given.
{ pkgs ? import
    (
      let pin = (builtins.fromJSON (builtins.readFile ./flake.lock)).nodes.nixpkgs.locked;
      in fetchTarball {
        url = "https://github.com/${pin.owner}/${pin.repo}/archive/${pin.rev}.tar.gz";
        sha256 = pin.narHash;
      }
    )
    { config = { }; overlays = [ ]; }
, ...
}@args:
import ./nix (args // { inherit pkgs; })
