# Tables for every file of the library: by file, by exported function, cases `{ expr, expected }`.
# Evaluates to what is wrong: cases that differ, functions without a case, files without a table.
{ pkgs }:
let
  tables = builtins.readDir ./.;
  files = builtins.filter (name: builtins.match ".*[.]nix" name != null) (builtins.attrNames (builtins.readDir ../..));

  # This folder's default.nix is this one.
  tableOf = file: if file == "default.nix" then "library.nix" else file;

  check = file:
    if !(tables ? ${tableOf file}) then [ "${file}: has no table" ]
    else
      let
        table = import (./. + "/${tableOf file}") { inherit pkgs; };
        functions = builtins.attrNames table.exports;
        untested = builtins.filter (name: !(table.cases ? ${name})) functions;
        failing = builtins.concatMap
          (name: builtins.concatMap
            (case:
              let tried = builtins.tryEval (builtins.deepSeq case.expr case.expr);
              in
              if (if tried.success then tried.value else "error") == case.expected then [ ]
              else [ "${file}: ${name}: is ${builtins.toJSON (if tried.success then tried.value else "error")}, expected ${builtins.toJSON case.expected}" ])
            table.cases.${name})
          (builtins.attrNames table.cases);
      in
      map (name: "${file}: ${name} has no case") untested ++ failing;
in
builtins.concatMap check files
