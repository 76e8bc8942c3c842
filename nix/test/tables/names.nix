_:
let names = import ../../names.nix; in
{
  exports = names;
  cases = {
    attributeOf = [
      { expr = names.attributeOf "requests"; expected = "requests"; }
      { expr = map names.attributeOf [ "python" "pkgs" "meta" "lib" ]; expected = [ "mach-nix-python" "mach-nix-pkgs" "mach-nix-meta" "mach-nix-lib" ]; }
    ];
    aliasOf = [{ expr = names.aliasOf "zope-interface"; expected = "zope_interface"; }];
  };
}
