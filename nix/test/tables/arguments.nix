_:
let
  arguments = import ../../arguments.nix;
  complete = arguments.complete { function = "f"; allowed = [ "more" ]; };
in
{
  exports = arguments;
  cases = {
    defaults = [{ expr = arguments.defaults.tests; expected = false; }];
    complete = [
      { expr = (complete [ 1 ]).packagesExtra; expected = [ 1 ]; }
      { expr = (complete { more = 1; }).more; expected = 1; }
      { expr = complete { less = 1; }; expected = "error"; }
      { expr = complete "text"; expected = "error"; }
      { expr = (complete { overrides_post = [ 1 ]; }).overridesPost; expected = [ 1 ]; }
      { expr = (complete { disable_checks = false; }).tests; expected = true; }
      { expr = complete { pypi_deps_db_commit = ""; }; expected = "error"; }
    ];
    open = [{ expr = (arguments.open { src = 1; }).src; expected = 1; }];
    isOurs = [{ expr = map arguments.isOurs [ "lock" "src" ]; expected = [ true false ]; }];
  };
}
