{ pkgs }:
let listed = import ../../list-python-packages.nix { inherit pkgs; pythons = "python311"; }; in
{
  exports = removeAttrs listed [ "source" ];
  cases = {
    version = [{ expr = listed.version; expected = 1; }];
    pythons = [{ expr = builtins.attrNames listed.pythons; expected = [ "3.11" ]; } { expr = listed.pythons."3.11".packages.tiny-backend.version; expected = "1.0"; }];
  };
}
