import type { Lock, LockedTarget, Pin } from "../lock/index.ts";
import { emitError } from "./errors.ts";

/** Channels that conda knows by their names. */
const KNOWN: ReadonlySet<string> = new Set([
  "conda-forge",
  "bioconda",
  "pytorch",
  "nvidia",
  "pkgs/main",
  "pkgs/r",
]);

/** A pin whose file is in a conda channel. */
export interface CondaPin {
  readonly pin: Pin;
  readonly url: string;
  readonly sha256: string;
  /** As conda finds it: its name, or its address. */
  readonly channel: string;
}

/** The one target that a format for conda is about. Throws UserError `export-one-target`. */
export function onlyTarget(targets: readonly LockedTarget[], format: string): LockedTarget {
  const [first, ...others] = targets;
  if (first !== undefined && others.length === 0) return first;
  const names = targets.map(({ name }) => name).join(", ");
  throw emitError("export-one-target", `the format ${format} is for one target, not ${names}`, {
    hint: `choose one: --target ${first?.name ?? "NAME"}`,
  });
}

/** The pins of a target that are packages of conda channels, in the lock's order. */
export function condaPins({ artifacts }: Lock, { pins }: LockedTarget): readonly CondaPin[] {
  return pins.flatMap((pin) => {
    const key = pin.artifact ?? "";
    const file = artifacts[key];
    if (pin.build === undefined || file === undefined) return [];
    const [channel, folder] = splitKey(key);
    const base = file.url.endsWith(folder) ? file.url.slice(0, -folder.length) : channel;
    const name = channel.replace(/^conda\//, "pkgs/");
    const found = KNOWN.has(name) ? name : base.replace(/\/$/, "");
    return [{ pin, url: file.url, sha256: file.sha256, channel: found }];
  });
}

/** `conda-forge` and `linux-64/x-1-0.conda`, with a slash before it. */
function splitKey(key: string): readonly [string, string] {
  const parts = key.split("/");
  return [parts.slice(0, -2).join("/"), `/${parts.slice(-2).join("/")}`];
}
