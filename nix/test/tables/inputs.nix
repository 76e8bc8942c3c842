_:
let
  inputs = import ../../inputs.nix;
  module = { name = "python3.11-a-1"; pname = "A_b"; pythonModule = { }; outPath = "/a"; };
  program = { name = "tool-1.0"; pythonModule = false; outPath = "/t"; };
in
{
  exports = inputs;
  cases = {
    isPython = [{ expr = map inputs.isPython [ module program "text" ]; expected = [ true false false ]; }];
    nameOf = [{ expr = map inputs.nameOf [ module program ]; expected = [ "a-b" "tool" ]; }];
    foreign = [{ expr = map (one: one.name) (inputs.foreign [ module null program ]); expected = [ "tool-1.0" ]; }];
    modules = [{ expr = map (one: one.name) (inputs.modules { outPath = "/p"; } [ module program ]); expected = [ "python3.11-a-1" ]; }];
  };
}
