{ pkgs }:
let
  mach = import ../.. { inherit pkgs; };
  empty = mach.mkPython { };
  named = import ../.. { inherit pkgs; program = "/program"; names = builtins.toFile "names.json" "[\"a\"]"; };
  call = { src = ./project; nativeBuildInputs = [ ]; format = "other"; requirements = ""; };
in
{
  exports = mach;
  cases = {
    mkPython = [{ expr = empty.name; expected = "python3-${pkgs.python3.version}-env"; } { expr = (mach.mkPython [ ]).outPath == empty.outPath; expected = true; }];
    mkPythonShell = [{ expr = (mach.mkPythonShell { }).name; expected = "interactive-python3-${pkgs.python3.version}-environment"; }];
    mkDockerImage = [{ expr = ((mach.mkDockerImage { }).override (_: { name = "mine"; })).name; expected = "mine.tar"; }];
    mkOverlay = [{ expr = (pkgs.extend (mach.mkOverlay { })).python311.pkgs ? selectPkgs; expected = true; }];
    mkNixpkgs = [{ expr = (mach.mkNixpkgs { }).python311.pkgs ? selectPkgs; expected = true; }];
    mkPythonOverrides = [{ expr = (mach.mkPythonOverrides { } { } { }).selectPkgs { }; expected = [ ]; }];
    buildPythonPackage = [{ expr = (mach.buildPythonPackage call).name; expected = "python3.11-static-1.0"; }];
    buildPythonApplication = [{ expr = (mach.buildPythonApplication call).name; expected = "static-1.0"; }];
    fetchPypiSdist = [{ expr = mach.fetchPypiSdist "a" "1"; expected = "error"; }];
    fetchPypiWheel = [{ expr = mach.fetchPypiWheel "a" "1" "a-1-py3-none-any.whl"; expected = "error"; }];
    mergeOverrides = [{ expr = mach.mergeOverrides [ ] { } { }; expected = { }; }];
    overridesOf = [{ expr = mach.overridesOf { python = pkgs.python3; lock = { version = 1; artifacts = { }; targets = [{ name = "t"; python = "3.11"; platform = "linux-${pkgs.stdenv.hostPlatform.parsed.cpu.name}"; pins = [ ]; }]; }; } { } { }; expected = { }; }];
    gen = [
      { expr = mach.gen.name; expected = "mach-nix-gen"; }
      { expr = named.gen.python.a._passthru.target.name; expected = "error"; }
    ];
    pythonWith = [{ expr = named.pythonWith ? a; expected = true; }];
    "with" = [{ expr = named."with" ? a; expected = true; }];
    dockerImageWith = [{ expr = named.dockerImageWith ? a; expected = true; }];
    mach-nix = [{ expr = named.mach-nix; expected = "/program"; }];
    nixpkgs = [{ expr = mach.nixpkgs.python3.pythonVersion; expected = "3.11"; }];
    rPackages = [{ expr = mach.rPackages; expected = { }; }];
  };
}
