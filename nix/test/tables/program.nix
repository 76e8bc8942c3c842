{ pkgs }:
let program = import ../../program.nix { inherit pkgs; source = ./program; nodeModules = "/nowhere"; }; in
{
  exports = { build = program; };
  cases.build = [{ expr = program.name; expected = "mach-nix-1.2.3"; }];
}
