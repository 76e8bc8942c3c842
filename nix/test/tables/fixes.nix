{ pkgs }:
let
  fixes = import ../../fixes.nix;
  target = { python = "3.11"; platform = "linux-x86_64"; pins = [{ name = "a"; version = "1.5"; }]; };
  tool = name: { inherit name; };
  old = { name = "a"; postInstall = "old;"; nativeBuildInputs = [ (tool "cargo-setup-hook.sh") (tool "cmake-3") ]; patches = [ "/p/one.patch" "/p/two.patch" ]; };
  package = attrs: attrs // { overrideAttrs = change: package (attrs // change attrs); };
  run = given: removeAttrs
    (fixes.overrides { fixes = given; inherit target; kindOf = _: "sdist"; pkgs = pkgs // { geos = tool "geos-3"; db = "/db"; }; }
      { six = tool "six-1"; }
      { a = package old; }).a or { none = true; } [ "overrideAttrs" ];
  changed = fix:
    let now = run [ ({ package = "a"; } // fix) ]; in
    removeAttrs now (builtins.filter (name: now.${name} == old.${name} or null) (builtins.attrNames now));
in
{
  exports = fixes;
  cases = {
    table = [{ expr = builtins.length fixes.table > 13; expected = true; }];
    overrides = [
      { expr = changed { when = { version = "<2,>1"; provider = [ "sdist" ]; python = ">=3.4"; platform = "linux"; }; set.phases.patchPhase = ""; }; expected = { patchPhase = ""; }; }
      { expr = map (when: changed { inherit when; set.phases.x = "1"; }) [{ version = "<1.5"; } { provider = [ "wheel" ]; } { python = "<3"; } { platform = "macos"; }]; expected = [{ } { } { } { }]; }
      { expr = changed { set.env.DB = "{db}/bin/x"; }; expected = { DB = "/db/bin/x"; }; }
      { expr = changed { add.libraries = [ "geos" ]; add.dependencies = [ "six" "gone" ]; }; expected = { buildInputs = [ (tool "geos-3") ]; propagatedBuildInputs = [ (tool "six-1") ]; }; }
      { expr = changed { remove.hooks = [ "cargoSetupHook" ]; remove.patches = [ "one.patch" ]; }; expected = { nativeBuildInputs = [ (tool "cmake-3") ]; patches = [ "/p/two.patch" ]; }; }
      { expr = changed { remove.files = [ "bin/*" ]; }; expected = { postInstall = "old;\nrm -rf \"$out\"/bin/*\n"; }; }
      { expr = changed { remove.files = [ "../x" ]; }; expected = "error"; }
      { expr = changed { remove.files = [ "$(x)" ]; }; expected = "error"; }
      { expr = changed { when.version = "3"; set.env.X = "1"; }; expected = "error"; }
      { expr = (run { a.mine = { _cond = { ver, ... }: ver == "1.5"; x = 2; }; }).x; expected = 2; }
      { expr = run [ ]; expected = { none = true; }; }
    ];
  };
}
