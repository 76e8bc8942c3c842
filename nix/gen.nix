# `nix shell mach-nix#gen.python.numpy.requests`: each step names one more package. Every name of the
# index is an attribute, evaluated when it is asked for.
{ names, mkPython, emptyPackage }:
let
  # What `nix build` and `nix shell` take for a package has few attributes, else names of packages.
  shown = builtins.intersectAttrs {
    type = null;
    name = null;
    drvPath = null;
    outPath = null;
    outputName = null;
    outputs = null;
    out = null;
    all = null;
    system = null;
  };

  step = select: chosen:
    let
      made = mkPython {
        requirements = builtins.concatStringsSep "\n" chosen;
        ignoreCollisions = true;
        ignoreDataOutdated = true;
      };
      more = builtins.mapAttrs (name: _: step select (chosen ++ [ name ])) names;
    in
    removeAttrs more [ "meta" ]
    // (if chosen == [ ] then shown emptyPackage else shown (select made) // { _passthru = made.passthru; });
in
# names: a set with every name.
emptyPackage // {
  python = step (made: made) [ ];
  docker = step (made: made.dockerImage) [ ];
}
