{ pkgs }:
let image = import ../../image.nix { inherit pkgs; }; in
{
  exports = image;
  cases.make = [{ expr = (image.make { environment = pkgs.python3; }).name; expected = "mach-nix-python.tar"; }];
}
