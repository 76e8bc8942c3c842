# The interpreter: by name, by version or as a package; and with changes to its package set.
{ pkgs }:
let
  # "3.11" → "python311".
  attributeOf = version: "python${builtins.replaceStrings [ "." ] [ "" ] version}";
in
{
  inherit attributeOf;

  # null → nixpkgs' python3; "python311", "3.11"; a package as it is.
  choose = given:
    let
      attribute =
        if builtins.match "[0-9]+[.][0-9]+" given != null then attributeOf given else given;
    in
    if given == null then pkgs.python3
    else if !(builtins.isString given) then
      (if given ? pkgs && given ? pythonVersion then given
      else throw "mach-nix: `python` must be a name like \"python311\" or an interpreter of nixpkgs")
    else pkgs.${attribute} or (throw "mach-nix: nixpkgs has no ${attribute}");

  # python with a change to its package set after those that it has already.
  extend = python: overlay:
    let
      self = python.override (old: {
        inherit self;
        packageOverrides = pySelf: pySuper:
          let before = (old.packageOverrides or (_: _: { })) pySelf pySuper;
          in before // overlay pySelf (pySuper // before);
      });
    in
    self;
}
