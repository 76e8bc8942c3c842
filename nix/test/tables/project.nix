{ pkgs }:
let
  project = import ../../project.nix { inherit pkgs; };
  facts = { name = "Own"; version = "1"; requires = [ "a" ]; extras = { Some_Extra = [ "b" "own[other]" ]; other = [ "c>=1" ]; }; };
in
{
  exports = project;
  cases = {
    nameOf = [{ expr = map project.nameOf [ "Zope.Interface>=1" "a [x]; b" " c" "# no" ]; expected = [ "zope-interface" "a" "c" null ]; }];
    toolsOf = [{ expr = project.toolsOf ./.; expected = [ "setuptools" "wheel" ]; }];
    findTools = [
      { expr = project.findTools { flit_core = 1; } [ "flit-core" ]; expected = [ 1 ]; }
      { expr = project.findTools { } [ "flit-core" ]; expected = "error"; }
    ];
    inspect = [{ expr = project.inspect { source = ./project; python = null; tools = [ ]; }; expected = { name = "static"; version = "1.0"; requires = [ "a" ]; extras = { }; }; }];
    withExtras = [
      { expr = project.withExtras facts [ ]; expected = [ "a" ]; }
      { expr = project.withExtras facts [ "some-extra" ]; expected = [ "a" "b" "c>=1" ]; }
      { expr = project.withExtras facts [ "none" ]; expected = "error"; }
    ];
  };
}
