# packagesExtra: what each of them is, and what it brings.
{ pkgs }:
{
  sort = { buildOwn, python }: given: {
    requirements = [ ];
    providers = { };
    overridesPre = [ ];
    overridesPost = [ ];
    simple = [ ];
    own = [ ];
    packages = _: _: { };
    r = _: _: { };
    others = given;
  };
}
