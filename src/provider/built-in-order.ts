/** Where packages come from unless the user says otherwise; `mach-nix providers show` prints it. */
export const BUILT_IN_ORDER: Readonly<Record<string, readonly string[]>> = {
  _default: ["wheel", "sdist", "nixpkgs"],
  // Its sdist needs the GDAL library and its headers, which nixpkgs and conda-forge bring.
  gdal: ["wheel", "nixpkgs", "sdist"],
  // Its sdist needs itself to be built.
  setupmeta: ["wheel"],
};
