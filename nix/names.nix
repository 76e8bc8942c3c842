# Which attribute of nixpkgs' Python package set a pin goes by.
let
  # What the set keeps under these names is no package, or is what the set itself is built with:
  # packages of the index with such a name stand beside them.
  reserved = [
    "bootstrap"
    "build"
    "buildPythonApplication"
    "buildPythonPackage"
    "buildSetupcfg"
    "callPackage"
    "disabled"
    "disabledIf"
    "fetchPypi"
    "flit-core"
    "hasPythonModule"
    "installer"
    "isPy27"
    "isPy3k"
    "isPyPy"
    "lib"
    "makePythonHook"
    "makePythonPath"
    "meta"
    "mkPythonMetaPackage"
    "namePrefix"
    "newScope"
    "override"
    "overrideScope"
    "packages"
    "pip"
    "pkgs"
    "pyproject-hooks"
    "python"
    "pythonAtLeast"
    "pythonOlder"
    "pythonPackages"
    "pythonNamespaces"
    "recurseForDerivations"
    "removePythonPrefix"
    "requiredPythonModules"
    "self"
    "selectPkgs"
    "setuptools"
    "sitePackages"
    "stdenv"
    "super"
    "toPythonApplication"
    "toPythonModule"
    "type"
    "wheel"
    "wrapPython"
  ];
  taken = builtins.listToAttrs (map (name: { inherit name; value = null; }) reserved);
in
{
  # "requests" → "requests"; "python" → "mach-nix-python".
  attributeOf = name: if taken ? ${name} then "mach-nix-${name}" else name;

  # Another spelling that nixpkgs may have for it: "zope-interface" → "zope_interface".
  aliasOf = name: builtins.replaceStrings [ "-" ] [ "_" ] name;
}
