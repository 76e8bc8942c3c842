import type { LockedSource } from "../lock/index.ts";

/** The nixpkgs that Nix outputs are made with unless another is asked for: the one of flake.lock. */
export const DEFAULT_NIXPKGS: LockedSource = {
  url: "https://github.com/NixOS/nixpkgs/archive/ac62194c3917d5f474c1a844b6fd6da2db95077d.tar.gz",
  narHash: "sha256-16KkgfdYqjaeRGBaYsNrhPRRENs0qzkQVUooNHtoy2w=",
  rev: "ac62194c3917d5f474c1a844b6fd6da2db95077d",
  lastModified: 1_767_313_136,
};
