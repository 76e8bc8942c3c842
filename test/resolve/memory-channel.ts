import type { CondaFolder, CondaRecord } from "../../src/index/index.ts";
import { normalizeName, type Sha256 } from "../../src/base/index.ts";

/** A build as a test writes it down. */
export interface MemoryBuild {
  readonly depends?: readonly string[];
  readonly constrains?: readonly string[];
  readonly features?: readonly string[];
  readonly noarch?: "python" | "generic";
  /** A day. */
  readonly built?: string;
}

/** Builds by `name-version-build`; the number behind the last `_` is the build number. */
export type MemoryBuilds = Readonly<Record<string, MemoryBuild>>;

function needsPython(depends: readonly string[] = []): boolean {
  return depends.some((need) => /^python(?![\w.-])/.test(need));
}

/** A channel's folder in memory; names asked for are noted. */
export class MemoryFolder implements CondaFolder {
  readonly channel: string;
  readonly subdir = "linux-64";
  readonly asked: string[] = [];
  private readonly byName = new Map<string, CondaRecord[]>();

  constructor(channel: string, builds: MemoryBuilds) {
    this.channel = channel;
    for (const [stem, build] of Object.entries(builds)) this.add(stem, build);
  }

  private add(stem: string, own: MemoryBuild): void {
    const [, name = "", version = "", build = ""] = /^(.+)-([^-]+)-([^-]+)$/.exec(stem) ?? [];
    const record: CondaRecord = {
      name,
      version,
      build,
      buildNumber: Number(/(\d+)$/.exec(build)?.[1] ?? 0),
      channel: this.channel,
      subdir: this.subdir,
      filename: `${stem}.conda`,
      url: `https://channel.example/${this.channel}/${this.subdir}/${stem}.conda`,
      depends: own.depends ?? [],
      constrains: own.constrains ?? [],
      trackFeatures: own.features ?? [],
      needsPython: own.noarch === "python" || needsPython(own.depends),
      sha256: "a".repeat(64) as Sha256,
      ...(own.noarch === undefined ? {} : { noarch: own.noarch }),
      ...(own.built === undefined ? {} : { timestamp: Date.parse(own.built) }),
    };
    const list = this.byName.get(name);
    if (list === undefined) this.byName.set(name, [record]);
    else list.push(record);
  }

  records(name: string): readonly CondaRecord[] {
    this.asked.push(name);
    return this.byName.get(name) ?? [];
  }

  namesLike(normalized: string): readonly string[] {
    return this.names().filter((name) => normalizeName(name) === normalized);
  }

  names(): readonly string[] {
    return [...this.byName.keys()].toSorted();
  }

  close(): void {
    return undefined;
  }
}
