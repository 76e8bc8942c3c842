{ pkgs }:
let
  base.numpy = { pname = "numpy"; outPath = "/numpy"; requiredPythonModules = [ ]; };
  pin = import ../../nixpkgs-pin.nix { inherit base; basePython = pkgs.python3; pins = [ ]; };
in
{
  exports = pin;
  cases.build = [
    { expr = (pin.build { python = { }; pin = { name = "numpy"; attribute = "numpy"; dependencies = [ ]; }; }).outPath; expected = "/numpy"; }
    { expr = pin.build { python = { }; pin = { name = "gone"; attribute = "gone"; dependencies = [ ]; }; }; expected = "error"; }
  ];
}
