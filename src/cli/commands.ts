import type { Command } from "./types.ts";

/** A command in the list of commands: enough for the overview, its file is loaded when it runs. */
export interface CommandEntry {
  /** The words that call it. */
  readonly name: string;
  readonly brief: string;
  readonly load: () => Promise<{ readonly command: Command }>;
}

/** All commands, in the order of the help text. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "env",
    brief: "lock requirements and make an environment directory of them",
    load: () => import("./commands/env.ts"),
  },
  {
    name: "lock",
    brief: "lock requirements without installing anything",
    load: () => import("./commands/lock.ts"),
  },
  {
    name: "sync",
    brief: "make exactly what a directory's lock says",
    load: () => import("./commands/sync.ts"),
  },
  {
    name: "add",
    brief: "add packages to a requirements file and its environment",
    load: () => import("./commands/add.ts"),
  },
  {
    name: "remove",
    brief: "take packages out of a requirements file and its environment",
    load: () => import("./commands/remove.ts"),
  },
  {
    name: "shell",
    brief: "start a shell with packages in it",
    load: () => import("./commands/shell.ts"),
  },
  {
    name: "run",
    brief: "run one command with packages",
    load: () => import("./commands/run.ts"),
  },
  {
    name: "tree",
    brief: "show what a lock holds, as a tree",
    load: () => import("./commands/tree.ts"),
  },
  {
    name: "why",
    brief: "say what asks for a package",
    load: () => import("./commands/why.ts"),
  },
  {
    name: "why-not",
    brief: "say why a lock does not have a version",
    load: () => import("./commands/why-not.ts"),
  },
  {
    name: "diff",
    brief: "compare two locks",
    load: () => import("./commands/diff.ts"),
  },
  {
    name: "outdated",
    brief: "show what newer releases there are",
    load: () => import("./commands/outdated.ts"),
  },
  {
    name: "export",
    brief: "write a lock for other tools",
    load: () => import("./commands/export.ts"),
  },
  {
    name: "gen",
    brief: "write a lock as a Nix expression",
    load: () => import("./commands/gen.ts"),
  },
  {
    name: "providers show",
    brief: "show where packages come from, and who says so",
    load: () => import("./commands/providers-show.ts"),
  },
  {
    name: "python list",
    brief: "list the Pythons of this machine",
    load: () => import("./commands/python-list.ts"),
  },
  {
    name: "store verify",
    brief: "check every file of the store",
    load: () => import("./commands/store-verify.ts"),
  },
  {
    name: "store gc",
    brief: "delete what no environment uses",
    load: () => import("./commands/store-gc.ts"),
  },
  {
    name: "index import",
    brief: "make an index in one file of pypi-deps-db data",
    load: () => import("./commands/index-import.ts"),
  },
  {
    name: "index update",
    brief: "ask the live index what changed since an index file was made",
    load: () => import("./commands/index-update.ts"),
  },
  {
    name: "index compact",
    brief: "make one file of an index file and its deltas",
    load: () => import("./commands/index-compact.ts"),
  },
  {
    name: "index use",
    brief: "resolve from an index file from now on",
    load: () => import("./commands/index-use.ts"),
  },
  {
    name: "index nixpkgs",
    brief: "list the Python packages of a nixpkgs, for the provider of that name",
    load: () => import("./commands/index-nixpkgs.ts"),
  },
  {
    name: "index info",
    brief: "say what an index file holds",
    load: () => import("./commands/index-info.ts"),
  },
  {
    name: "index list",
    brief: "list the projects of an index file",
    load: () => import("./commands/index-list.ts"),
  },
  {
    name: "index show",
    brief: "show what an index file knows of a project",
    load: () => import("./commands/index-show.ts"),
  },
  {
    name: "index verify",
    brief: "check every byte and record of an index file",
    load: () => import("./commands/index-verify.ts"),
  },
  {
    name: "index diff",
    brief: "say what differs between two index files",
    load: () => import("./commands/index-diff.ts"),
  },
  {
    name: "index export",
    brief: "write an index file as a pypi-deps-db checkout",
    load: () => import("./commands/index-export.ts"),
  },
  {
    name: "crawl wheels",
    brief: "add to pypi-deps-db data what wheels need",
    load: () => import("./commands/crawl-wheels.ts"),
  },
  {
    name: "crawl sdists",
    brief: "add to pypi-deps-db data what source distributions need",
    load: () => import("./commands/crawl-sdists.ts"),
  },
  {
    name: "crawl urls",
    brief: "add to nix-pypi-fetcher data what files there are",
    load: () => import("./commands/crawl-urls.ts"),
  },
  {
    name: "explain",
    brief: "explain an error by its code",
    load: () => import("./commands/explain.ts"),
  },
];
