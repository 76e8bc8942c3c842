{ pkgs }:
let
  sets = import ../../package-set.nix { inherit pkgs; };
  pin = name: more: { inherit name; version = "1"; dependencies = [ ]; requestedBy = [ "input" ]; } // more;
  target = { pins = [ (pin "python" { build = "0"; artifact = "main/linux-64/python-1-0.conda"; }) (pin "pip" { attribute = "pip"; }) ]; };
in
{
  exports = sets;
  cases = {
    kindOf = [{ expr = map sets.kindOf [ (pin "a" { artifact = "a.whl"; }) (pin "a" { artifact = "a.tar.gz"; }) (pin "a" { artifact = "m/l/a.tar.bz2"; build = "0"; }) (pin "a" { }) ]; expected = [ "wheel" "sdist" "conda" "nixpkgs" ]; }];
    prepare = [{ expr = (sets.prepare target).edges; expected = { "" = [ "pip" ]; pip = [ ]; }; }];
    roots = [{ expr = sets.roots target; expected = [ "mach-nix-pip" ]; }];
    overrides = [{ expr = builtins.attrNames (sets.overrides { lock = { artifacts = { }; directory = null; }; inherit target; base = { }; basePython = pkgs.python3; } { } { }); expected = [ "mach-nix-pip" ]; }];
  };
}
