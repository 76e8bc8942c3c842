{
  description = "A Python environment";

  # Made by `mach-nix lock -r requirements.txt`, with --platform for each system named below.
  inputs.mach-nix.url = "github:DavHau/mach-nix";

  outputs = { mach-nix, ... }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" ];
      python = system: mach-nix.lib.${system}.mkPython { lock = ./mach-nix.lock; };
      each = f: builtins.listToAttrs (map (name: { inherit name; value = f name; }) systems);
    in
    {
      packages = each (system: { default = python system; });
      devShells = each (system: { default = (python system).env; });
    };
}
