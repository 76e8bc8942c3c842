# A double of nixpkgs, small enough to evaluate in a moment, that really builds: the interfaces that
# mach-nix documents as relied on (docs/reference/nix.md), with their names and behaviour, and nothing
# else. Interpreters, bash and coreutils are the host's, as host.json beside this file says; a test
# copies this folder, writes host.json into the copy, and gives the copy to Nix as its nixpkgs.
{ system ? builtins.currentSystem
, localSystem ? { inherit system; }
, crossSystem ? null
, config ? { }
, overlays ? [ ]
,
}:
let
  lib = import ./lib.nix;
  host = builtins.fromJSON (builtins.readFile ./host.json);

  base = self: {
    inherit
      lib
      host
      config
      overlays
      ;
    path = ./.;
    inherit (localSystem) system;
    crossSystem = crossSystem;

    extend =
      overlay:
      import ./. {
        inherit config localSystem crossSystem;
        overlays = overlays ++ [ overlay ];
      };

    # What runs while building is of the build platform, also where the result is for another.
    buildPackages =
      if crossSystem == null then self else import ./. { inherit config overlays localSystem; };
    pkgsBuildHost = self.buildPackages;
    pkgsBuildBuild = self.buildPackages;

    callPackage = lib.callPackageWith self;
    newScope = extra: lib.callPackageWith (self // extra);
  };

  layers = [
    (self: _: import ./stdenv.nix self)
    (self: _: import ./build-support.nix self)
    (self: _: import ./pythons.nix self)
    (self: _: import ./software.nix self)
  ];
in
lib.fix (lib.foldl' (fixed: overlay: lib.extends overlay fixed) base (layers ++ overlays))
