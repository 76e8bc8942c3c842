{ pkgs }:
let
  index = import ../../index.nix { inherit pkgs; program = ./.; index = ./image.txt; };
  resolve = import ../../resolve.nix { inherit pkgs index; };
  bare = import ../../resolve.nix { inherit pkgs; index = import ../../index.nix { inherit pkgs; }; };
  call = { requirements = ""; python = "3.11"; system = "x86_64-linux"; providers = { }; cudaVersion = null; };
in
{
  exports = resolve;
  cases = {
    platformOf = [
      { expr = map resolve.platformOf [ "x86_64-linux" "aarch64-darwin" "x86_64-darwin" ]; expected = [ "linux-x86_64" "macos-arm64" "macos-x86_64" ]; }
      { expr = resolve.platformOf "x86_64-freebsd"; expected = "error"; }
    ];
    fileName = [{
      expr = map resolve.fileName [ "numpy>=1\n# - a\n" "name: x\nchannels:\n  - own\ndependencies:\n  - numpy\n" "[project]\nname = \"a\"\n" "#!/usr/bin/env python\n# /// script\n# dependencies = []\n# ///\n" ];
      expected = [ "requirements.txt" "environment.yml" "pyproject.toml" "script.py" ];
    }];
    pythonOf =
      let of = line: resolve.pythonOf "channels:\n  - own\ndependencies:\n${line}\n  - numpy\n";
      in [
        { expr = map of [ "  - python=3.7" "  - python=3.8.5=h7579374_1" "- \"python ==3.10.*\"" "  - python==3.9\r" ]; expected = [ "3.7" "3.8" "3.10" "3.9" ]; }
        { expr = map of [ "  - python" "  - python>=3.7" "  - python-dateutil=2.8" "  # - python=3.7" "  - python=3" ]; expected = [ null null null null null ]; }
        { expr = resolve.pythonOf "python==3.7"; expected = null; }
      ];
    given = [
      { expr = resolve.given { lock = null; requirements = ./image.txt; }; expected = null; }
      { expr = baseNameOf (resolve.given { lock = null; requirements = ./index/requirements.txt; }).file; expected = "mach-nix.lock"; }
      { expr = (resolve.given { lock = { version = 1; artifacts = { }; targets = [ ]; }; requirements = ""; }).lock.targets; expected = [ ]; }
    ];
    words = [{ expr = resolve.words { _default = "wheel, sdist"; A_b = [ "nixpkgs" ]; c = [ ]; }; expected = [ "a-b=nixpkgs" "wheel,sdist" ]; }];
    outdated = [{ expr = builtins.match ".*ignoreDataOutdated.*" resolve.outdated != null; expected = true; }];
    derivation = [
      { expr = (resolve.derivation { requirements = "a"; python = "3.11"; system = "x86_64-linux"; }).name; expected = "mach-nix.lock"; }
      { expr = (bare.derivation { requirements = "a"; python = "3.11"; system = "x86_64-linux"; }).drvPath; expected = "error"; }
    ];
    lookup = [{ expr = (resolve.lookup { provider = "wheel"; pname = "a"; version = "1"; system = "x86_64-linux"; python = "3.11"; }).requirements; expected = "a==1"; }];
    choose = [
      { expr = (bare.choose call).lock.artifacts; expected = { }; }
      { expr = (bare.choose (call // { requirements = "a"; })).lock; expected = "error"; }
    ];
  };
}
