# What every package set offers, and the packages that host.json lists (wheels made ready by a test).
{ pkgs
, python
, pythonVersion
, requiredPythonModules
, hasPythonModule
,
}:
self:
let
  inherit (pkgs) lib host;

  toPythonModule =
    drv:
    drv.overrideAttrs (old: {
      passthru = old.passthru or { } // {
        pythonModule = python;
        pythonPath = [ ];
        requiredPythonModules = requiredPythonModules (drv.propagatedBuildInputs or [ ]);
      };
    });

  makePython =
    f: given:
    let
      result = f given;
    in
    result
    // {
      overridePythonAttrs =
        change: makePython f (given // (if lib.isFunction change then change given else change));
      overrideAttrs = change: makePython (args: (f args).overrideAttrs change) given;
    };

  build =
    isModule:
    import ./python-derivation.nix {
      inherit
        pkgs
        python
        lib
        ;
      toPythonModule = if isModule then toPythonModule else (drv: drv.overrideAttrs (old: { passthru = old.passthru or { } // { pythonModule = false; }; }));
      namePrefix = if isModule then "${python.libPrefix}-" else "";
      tools = self;
    };

  fromHost =
    name: facts:
    self.buildPythonPackage {
      pname = facts.pname or name;
      inherit (facts) version;
      format = "wheel";
      src = ./files + "/${facts.file}";
      propagatedBuildInputs = map (one: self.${one}) (facts.dependencies or [ ]);
      doCheck = false;
    };
  ofThisVersion = lib.filter
    (
      name: builtins.elem pythonVersion (host.packages.${name}.pythons or [ pythonVersion ])
    )
    (builtins.attrNames (host.packages or { }));
in
{
  # nixpkgs always has it; here only in name, unless a test brings it.
  pip = toPythonModule (pkgs.runCommand "pip" { pname = "pip"; version = "0"; } "mkdir $out; :");
}
// lib.listToAttrs
  (
    map
      (name: {
        inherit name;
        value = fromHost name host.packages.${name};
      })
      ofThisVersion
  )
  // {
  inherit
    python
    pkgs
    lib
    toPythonModule
    requiredPythonModules
    hasPythonModule
    ;
  inherit (pkgs) fetchurl stdenv;
  inherit (python)
    pythonAtLeast
    pythonOlder
    isPy3
    sitePackages
    ;
  callPackage = lib.callPackageWith (pkgs // self);
  buildPythonPackage = makePython (build true);
  buildPythonApplication = makePython (build false);
  makePythonPath =
    drvs: lib.concatStringsSep ":" (map (drv: "${drv}/${python.sitePackages}") (requiredPythonModules drvs));
  fetchPypi =
    { pname
    , version
    , extension ? "tar.gz"
    , ...
    }@args:
    pkgs.fetchurl (
      removeAttrs args [
        "pname"
        "version"
        "extension"
      ]
      // {
        url = "mirror://pypi/${builtins.substring 0 1 pname}/${pname}/${pname}-${version}.${extension}";
      }
    );
}
