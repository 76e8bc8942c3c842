# `nix shell mach-nix#gen.python.numpy.requests`: each step names one more package. Every name of the
# index is an attribute, evaluated when it is asked for.
{ names, mkPython, emptyPackage }:
let
  step = { select, chosen }:
    let
      made = mkPython {
        requirements = builtins.concatStringsSep "\n" chosen;
        ignoreCollisions = true;
      };
      more = builtins.listToAttrs (map
        (name: {
          inherit name;
          value = step { inherit select; chosen = chosen ++ [ name ]; };
        })
        names);
      result = select made;
      # What `nix build` and `nix shell` take for a package has few attributes, else names of packages.
      shown = builtins.intersectAttrs
        { type = null; name = null; drvPath = null; outPath = null; outputName = null; outputs = null; out = null; all = null; system = null; }
        result;
    in
    if chosen == [ ] then emptyPackage // more
    else removeAttrs more [ "meta" ] // shown // { _passthru = made.passthru; };
in
emptyPackage // {
  python = step { chosen = [ ]; select = made: made; };
  docker = step { chosen = [ ]; select = made: made.dockerImage; };
}
