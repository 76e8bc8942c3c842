{ pkgs }:
let
  wheel = import ../../wheel.nix { inherit pkgs; };
  python.buildPythonPackage = args: args;
  build = artifact: wheel.build { inherit python; pin = { name = "a"; version = "1"; inherit artifact; }; file = "/f"; dependencies = [ ]; };
in
{
  exports = wheel;
  cases = {
    isBinary = [{ expr = map wheel.isBinary [ "a-1-py3-none-any.whl" "a-1-cp311-cp311-manylinux_2_17_x86_64.whl" ]; expected = [ false true ]; }];
    naming = [
      { expr = wheel.naming { name = "a"; version = "1"; }; expected = { pname = "a"; version = "1"; }; }
      { expr = wheel.naming { name = "a"; version = "1!2"; }; expected = { pname = "a"; version = "1!2"; name = "a-1-2"; }; }
    ];
    patching = [{ expr = (wheel.patching [ "/x" ]).preFixup; expected = "addAutoPatchelfSearchPath /x"; }];
    build = [
      { expr = (build "a-1-py3-none-any.whl").format; expected = "wheel"; }
      { expr = (build "a-1-py3-none-any.whl") ? nativeBuildInputs; expected = false; }
      { expr = (build "a-1-cp311-cp311-linux_x86_64.whl") ? nativeBuildInputs; expected = true; }
    ];
  };
}
