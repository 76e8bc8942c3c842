# Lists of build inputs: which of them are Python packages, and whose.
let
  text = import ./text.nix;

  isPython = input: builtins.isAttrs input && input ? pythonModule && input.pythonModule != false;
in
rec {
  inherit isPython;

  # The name that the index would give a Python package of nixpkgs.
  nameOf = package: text.normalize (package.pname or (builtins.parseDrvName package.name).name);

  # Inputs that are no Python packages: libraries, tools, hooks.
  foreign = inputs: builtins.filter (input: input != null && !(isPython input)) inputs;

  # The Python packages among inputs, the interpreter left out.
  modules = python: inputs:
    builtins.filter (input: isPython input && input.outPath or null != python.outPath) inputs;
}
