/**
 * What nixpkgs' Python package set keeps under these names is no package, or is what the set itself is
 * built with: the same list as in nix/names.nix.
 */
export const NIX_RESERVED_NAMES: ReadonlySet<string> = new Set(
  "bootstrap build buildPythonApplication buildPythonPackage buildSetupcfg callPackage disabled disabledIf fetchPypi flit-core hasPythonModule installer isPy27 isPy3k isPyPy lib makePythonHook makePythonPath meta mkPythonMetaPackage namePrefix newScope override overrideScope packages pip pkgs pyproject-hooks python pythonAtLeast pythonOlder pythonPackages pythonNamespaces recurseForDerivations removePythonPrefix requiredPythonModules self selectPkgs setuptools sitePackages stdenv super toPythonApplication toPythonModule type wheel wrapPython".split(
    " ",
  ),
);

/** The attribute of a pin in nixpkgs' Python package set. */
export function nixPackageAttribute(name: string): string {
  return NIX_RESERVED_NAMES.has(name) ? `mach-nix-${name}` : name;
}
