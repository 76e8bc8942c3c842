{ pkgs }:
let
  sdist = import ../../sdist.nix { inherit pkgs; };
  build = base: sdist.build {
    python.buildPythonPackage = args: args;
    pin = { name = "a"; version = "1"; };
    file = "/f";
    dependencies = [ "d" ];
    tools = [ "t" ];
    inherit base;
  };
  rust = (import ../../sdist.nix { pkgs = pkgs // { cargo = "cargo"; rustc = "rustc"; }; }).build;
  hooked.a = { overridePythonAttrs = f: f { nativeBuildInputs = [{ name = "cargo-setup-hook.sh"; } "pkg-config"]; cargoDeps = "old"; }; };
  ofCrates = base: rust {
    python.buildPythonPackage = args: args;
    pin = { name = "a"; version = "1"; };
    file = "/f";
    dependencies = [ ];
    tools = [ "maturin" ];
    crates = [{ name = "x-1.0.0.crate"; file = "/x"; sha256 = "ab"; }];
    inherit base;
  };
  known.a = { overridePythonAttrs = f: f { buildInputs = [ "libc" ]; patches = [ "p" ]; }; };
in
{
  exports = sdist;
  cases.build = [
    { expr = { inherit (build { }) format nativeBuildInputs propagatedBuildInputs; }; expected = { format = "pyproject"; nativeBuildInputs = [ "t" ]; propagatedBuildInputs = [ "d" ]; }; }
    { expr = { inherit (build known) buildInputs nativeBuildInputs propagatedBuildInputs; }; expected = { buildInputs = [ "libc" ]; nativeBuildInputs = [ "t" ]; propagatedBuildInputs = [ "d" ]; }; }
    { expr = map (tests: (sdist.build { python.buildPythonPackage = args: args; pin = { name = "a"; version = "1"; }; file = "/f"; dependencies = [ ]; tools = [ ]; base = { }; inherit tests; }).doCheck) [ true false ]; expected = [ true false ]; }
    { expr = { inherit (ofCrates { }) nativeBuildInputs cargoDeps; }; expected = { nativeBuildInputs = [ "maturin" "cargo" "rustc" ]; cargoDeps = null; }; }
    { expr = { inherit (ofCrates hooked) nativeBuildInputs cargoDeps; }; expected = { nativeBuildInputs = [ "pkg-config" "maturin" "cargo" "rustc" ]; cargoDeps = null; }; }
    { expr = builtins.match ".*CARGO_HOME.*" (ofCrates { }).preBuild != null; expected = true; }
    { expr = (build { a = throw "removed"; }).format; expected = "pyproject"; }
  ];
}
