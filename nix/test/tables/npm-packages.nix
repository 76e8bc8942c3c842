{ pkgs }:
let
  npm = import ../../npm-packages.nix { inherit pkgs; };
  integrity = "sha512-${builtins.concatStringsSep "" (builtins.genList (_: "A") 86)}==";
  package = more: { version = "1.0.0"; inherit integrity; } // more;
  packages = {
    "node_modules/@s/a" = package { dependencies.b = "1"; optionalDependencies = { c = "1"; d = "1"; }; };
    "node_modules/@s/a/node_modules/b" = package { version = "2.0.0"; };
    "node_modules/b" = package { };
    "node_modules/c" = package { os = [ "plan9" ]; };
    "node_modules/d" = package { dependencies.b = "1"; };
  };
in
{
  exports = npm;
  cases = {
    find = [
      { expr = map (npm.find packages "node_modules/@s/a") [ "b" "d" "e" ]; expected = [ "node_modules/@s/a/node_modules/b" "node_modules/d" null ]; }
      { expr = npm.find packages "node_modules/@s/a/node_modules/b" "b"; expected = "node_modules/@s/a/node_modules/b"; }
    ];
    closure = [{
      expr = builtins.sort builtins.lessThan (npm.closure packages [ "@s/a" ]);
      expected = [ "node_modules/@s/a" "node_modules/@s/a/node_modules/b" "node_modules/b" "node_modules/d" ];
    }];
    fetch = [
      { expr = (npm.fetch { name = "@s/a"; version = "1.0.0"; inherit integrity; }).name; expected = "s-a-1.0.0.tgz"; }
      { expr = (npm.fetch { name = "a; touch b"; version = "1.0.0"; inherit integrity; }).name; expected = "error"; }
    ];
    install = [{ expr = (npm.install { inherit packages; } [ "@s/a" ]).name; expected = "mach-nix-node-modules"; }];
  };
}
