{ pkgs }: { build = _: throw "mach-nix: conda packages are not there yet"; }
