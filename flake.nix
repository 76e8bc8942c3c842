{
  description = "Locked, reproducible Python environments from requirements";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.05";

  # What may be given besides, by --override-input or in the flake that uses this one; this flake itself
  # in their place stands for nothing. `index`: a folder with pypi.index, or pypi-deps-db's data, for calls
  # without a lock. `program`: npm's package of the program, instead of building it from source.
  inputs.index = { follows = ""; flake = false; };
  inputs.program = { follows = ""; flake = false; };

  outputs = { self, nixpkgs, index, program }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      each = f: nixpkgs.lib.genAttrs systems f;
      pkgsOf = system: import nixpkgs { inherit system; };
      programOf = system: import ./nix/program.nix { pkgs = pkgsOf system; source = program.outPath; };
      library = system: args: import ./nix (
        {
          pkgs = pkgsOf system;
          program = programOf system;
          index = if index.outPath == self.outPath then null else index.outPath;
        }
        // (if args ? pkgs then { } else { nixpkgsLastModified = nixpkgs.lastModified or null; })
        // args
      );
      functions = [
        "mkPython"
        "mkPythonShell"
        "mkDockerImage"
        "mkOverlay"
        "mkNixpkgs"
        "mkPythonOverrides"
        "buildPythonPackage"
        "buildPythonApplication"
        "fetchPypiSdist"
        "fetchPypiWheel"
        "mergeOverrides"
        "rPackages"
      ];
    in
    {
      # The functions, and `configure { index, program, pkgs, python, … }` for the same functions with
      # another index, program or nixpkgs.
      lib = each (system:
        nixpkgs.lib.getAttrs functions (library system { })
        // { configure = library system; }
      );

      packages = each (system: rec {
        default = mach-nix;
        mach-nix = programOf system;
        gen = (library system { }).gen;
      });

      apps = each (system: rec {
        default = mach-nix;
        mach-nix = {
          type = "app";
          program = "${programOf system}/bin/mach-nix";
        };
      });

      devShells = each (system: {
        default = (pkgsOf system).mkShell { packages = [ ((pkgsOf system).nodejs_24 or (pkgsOf system).nodejs) ]; };
      });

      templates.default = {
        path = ./nix/template;
        description = "A flake with a Python environment from a lock";
      };
    };
}
