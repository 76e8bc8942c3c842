{ pkgs }:
let
  of = args: import ../../index.nix ({ inherit pkgs; program = ./program; } // args);
  isNode = text: builtins.match "node .*/bin/mach-nix" text != null;
  file = of { index = ./image.txt; indexFiles = "/files"; };
  folder = of { index = ./index; };
  data = of { index.outPath = ./project; };
in
{
  exports = file;
  cases = {
    command = [
      { expr = isNode file.command; expected = true; }
      { expr = (of { program = null; }).command; expected = "error"; }
    ];
    isGiven = [{ expr = map (one: one.isGiven) [ file (of { }) ]; expected = [ true false ]; }];
    link = [
      { expr = builtins.match "ln -s \".*-image.txt\" pypi.index\nln -sf \"/files\" pypi.index.files\n" file.link != null; expected = true; }
      { expr = builtins.match "ln -s \".*-index\"/pypi.index[*] [.]\n" folder.link != null; expected = true; }
      { expr = builtins.match "ln -s \".*-project\" pypi.index\n" data.link != null; expected = true; }
      { expr = (of { }).link; expected = "error"; }
    ];
    names = [{ expr = file.names.name; expected = "pypi-names.json"; }];
  };
}
