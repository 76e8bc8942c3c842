/** The files by which Nix makes an environment directory's environment, by name. */
export const NIX_FILES: Readonly<Record<string, string>> = {
  "default.nix": `# The environment of mach-nix.lock: nix-build, and nix-shell by shell.nix. Written by mach-nix.
{ system ? builtins.currentSystem
  # Another nixpkgs, and another of the lock's Pythons ("python311").
, pkgs ? null
, python ? null
  # Of a lock with sets: which one, the usual one of mach-nix.toml if left out.
, set ? null
}:
let
  lock = builtins.fromJSON (builtins.readFile ./mach-nix.lock);
  inherit (lock.nix) nixpkgs machNix;

  usual =
    if lock ? sets && builtins.pathExists ./mach-nix.toml
    then (builtins.fromTOML (builtins.readFile ./mach-nix.toml)).set or null
    else null;

  # An archive, a folder beside this file, or any folder; the lock says what must be in it.
  fetch = source:
    let
      path = builtins.match "path:(.*)" source.url;
      folder = builtins.head path;
    in
    if path == null then fetchTarball { inherit (source) url; sha256 = source.narHash; }
    else if builtins.match "/.*" folder == null then ./. + "/\${folder}"
    else if source ? narHash && builtins ? fetchTree then
      (builtins.fetchTree { type = "path"; path = folder; inherit (source) narHash; }).outPath
    else folder;

  packages =
    if pkgs != null then pkgs
    else import (fetch nixpkgs) { inherit system; config = { }; overlays = [ ]; };
in
(import (fetch machNix) { inherit python; pkgs = packages; }).mkPython {
  lock = ./mach-nix.lock;
  set = if set == null then usual else set;
}
`,
  "shell.nix": `# A shell with the environment of mach-nix.lock: nix-shell. Written by mach-nix.
{ ... }@arguments:
(import ./default.nix (removeAttrs arguments [ "inNixShell" ])).env
`,
  "flake.nix": `# The environment of mach-nix.lock: nix build, nix develop. Written by mach-nix.
{
  description = "A Python environment";

  outputs = _:
    let
      lock = builtins.fromJSON (builtins.readFile ./mach-nix.lock);
      systemOf = { platform, ... }:
        let
          parts = builtins.match "(linux|macos)-([a-z0-9_]+)" platform;
          cpu = if builtins.elemAt parts 1 == "arm64" then "aarch64" else builtins.elemAt parts 1;
        in
        if parts == null then [ ]
        else [ "\${cpu}-\${if builtins.head parts == "macos" then "darwin" else "linux"}" ];
      # Of a lock with sets one for each, and the usual one of mach-nix.toml.
      sets = builtins.attrNames (lock.sets or { });
      hasUsual = builtins.pathExists ./mach-nix.toml
        && builtins.fromTOML (builtins.readFile ./mach-nix.toml) ? set;
      defaults = if sets == [ ] || hasUsual then [{ name = "default"; set = null; }] else [ ];
      each = f: builtins.listToAttrs (map
        (system: {
          name = system;
          value = builtins.listToAttrs (map
            ({ name, set }: { inherit name; value = f (import ./default.nix { inherit system set; }); })
            (defaults ++ map (set: { name = set; inherit set; }) sets));
        })
        (builtins.concatMap systemOf lock.targets));
    in
    {
      packages = each (environment: environment);
      devShells = each (environment: environment.env);
    };
}
`,
};
