# Interpreters python27, python36 … of the host, python3 among them, each with its package set.
self:
let
  # Not from `self`, which interpreters there are must not depend on.
  lib = import ./lib.nix;
  host = builtins.fromJSON (builtins.readFile ./host.json);

  interpreters = builtins.mapAttrs
    (
      attribute: facts:
        import ./python.nix {
          pkgs = self;
          inherit attribute facts;
          self = self.${attribute};
        }
    )
    host.pythons;
  sets = lib.listToAttrs (
    map
      (attribute: {
        name = "${attribute}Packages";
        value = self.${attribute}.pkgs;
      })
      (builtins.attrNames host.pythons)
  );
in
interpreters
// sets
  // {
  python3 = self.${host.python3};
  python3Packages = self.python3.pkgs;
  pythonPackagesExtensions = [ ];
}
