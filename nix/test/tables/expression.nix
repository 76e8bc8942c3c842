_:
let
  expression = import ../../expression.nix;
  locks = import ../../lock.nix;
  lock = locks.read {
    version = 1;
    date = "2026-01-01T00:00:00Z";
    artifacts."a-1-py3-none-any.whl" = { url = "https://h/a-1-py3-none-any.whl"; sha256 = builtins.hashString "sha256" ""; };
    targets = [{ name = "3.11-linux-x86_64"; python = "3.11"; platform = "linux-x86_64"; pins = [{ name = "a"; version = "1"; artifact = "a-1-py3-none-any.whl"; dependencies = [ ]; requestedBy = [ "input" ]; }]; }];
  };
  target = builtins.head lock.targets;
in
{
  exports = expression;
  cases = {
    isPlain = [{ expr = map (expression.isPlain lock) target.pins; expected = [ true ]; }];
    render = [{ expr = builtins.match ".*selectPkgs = ps: \\[ ps.a ].*" (builtins.replaceStrings [ "\n" ] [ " " ] (expression.render { inherit lock target; })) != null; expected = true; }];
  };
}
