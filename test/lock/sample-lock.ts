import type { PackageName, Sha256 } from "../../src/base/index.ts";
import type { Lock, LockedArtifact, Pin } from "../../src/lock/index.ts";

const HASH = "ab".repeat(32) as Sha256;

/** A pin of a wheel, by default one that the input asked for. */
export function pin(name: string, rest: Partial<Pin> = {}): Pin {
  const version = rest.version ?? "1.0";
  return {
    name: name as PackageName,
    version,
    provider: "wheel",
    artifact: `${name.replaceAll("-", "_")}-${version}-py3-none-any.whl`,
    dependencies: [],
    requestedBy: ["input"],
    ...rest,
  };
}

/** A lock of one target with these pins. */
export function lockOf(pins: readonly Pin[], rest: Partial<Lock> = {}): Lock {
  const files = pins.flatMap(({ artifact }) => (artifact === undefined ? [] : [artifact]));
  const artifacts: Record<string, LockedArtifact> = {};
  for (const file of files) {
    artifacts[file] = { url: `https://files.example.org/${file}`, sha256: HASH, size: 10 };
  }
  return {
    version: 1,
    inputHash: HASH,
    date: "2026-11-01T00:00:00Z",
    providers: { _default: ["wheel", "sdist"] },
    indexes: ["https://index.example.org/simple/"],
    requirements: pins.map(({ name }) => name).toSorted(),
    targets: [{ name: "3.11-linux-x86_64", python: "3.11", platform: "linux-x86_64", pins }],
    artifacts,
    ...rest,
  };
}

/** Flask, what it needs, and a cycle. */
export function sampleLock(): Lock {
  const sample = lockOf([
    pin("click", { dependencies: ["colorama"], requestedBy: ["flask"] }),
    pin("colorama", { requestedBy: ["click", "jinja2"] }),
    pin("flask", {
      version: "3.0",
      dependencies: ["click", "jinja2"],
      extras: ["async", "dotenv"],
    }),
    pin("jinja2", { dependencies: ["colorama", "markupsafe"], requestedBy: ["flask"] }),
    pin("markupsafe", { dependencies: ["jinja2"], requestedBy: ["jinja2"] }),
  ]);
  return { ...sample, requirements: ["flask[async,dotenv]>=3"] };
}
