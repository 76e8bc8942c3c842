{
  description = "Data about PyPI, brought up to date by mach-nix's crawlers";

  inputs.mach-nix.url = "github:DavHau/mach-nix";
  inputs.nixpkgs.follows = "mach-nix/nixpkgs";

  outputs = { self, nixpkgs, mach-nix }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" ];
      each = f: nixpkgs.lib.genAttrs systems f;
      # `nix run` in a checkout updates that checkout, not the copy in the store.
      updateFor = system:
        let pkgs = nixpkgs.legacyPackages.${system}; in
        pkgs.writeShellApplication {
          name = "update";
          runtimeInputs = [
            mach-nix.packages.${system}.default
            pkgs.bubblewrap
            pkgs.python311
            pkgs.python313
          ];
          text = ''exec ./update "$@"'';
        };
    in
    {
      apps = each (system: {
        default = {
          type = "app";
          program = "${updateFor system}/bin/update";
        };
      });
    };
}
