/** The files by which Nix makes an environment directory's environment, by name. */
export const NIX_FILES: Readonly<Record<string, string>> = {
  "default.nix": `# The environment of mach-nix.lock: nix-build, and nix-shell by shell.nix. Written by mach-nix.
{ system ? builtins.currentSystem
  # Another nixpkgs, and another of the lock's Pythons ("python311").
, pkgs ? null
, python ? null
}:
let
  inherit ((builtins.fromJSON (builtins.readFile ./mach-nix.lock)).nix) nixpkgs machNix;

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
(import (fetch machNix) { inherit python; pkgs = packages; }).mkPython { lock = ./mach-nix.lock; }
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
      each = f: builtins.listToAttrs (map
        (name: { inherit name; value = f (import ./default.nix { system = name; }); })
        (builtins.concatMap systemOf lock.targets));
    in
    {
      packages = each (environment: { default = environment; });
      devShells = each (environment: { default = environment.env; });
    };
}
`,
};
