// An index file of a few projects with addresses and hashes beside it, for calls without a lock.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { makeWheel } from "../build/make-wheel.ts";
import { newUser } from "../e2e/program.ts";
import { makeSdist } from "../index/make-sdist.ts";
import { writeDatabase } from "../index/snapshot/database.ts";
import { sourceFiles } from "./made-lock.ts";

interface Files {
  readonly wheel: Record<string, unknown>;
  readonly sdist: Record<string, unknown>;
  readonly addresses: Record<string, unknown>;
}

/** Adds a wheel, and a source distribution of a project that has none, to the data. */
function addProject(folder: string, name: string, version: string, files: Files): void {
  const sha = (content: Buffer): string => createHash("sha256").update(content).digest("base64");
  const put = (kind: string, filename: string, content: Buffer): void => {
    const place = join(folder, "packages", kind, name[0] ?? "", name);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, filename), content);
  };
  const wheelName = `${name}-${version}-py3-none-any.whl`;
  const wheel = makeWheel({
    name,
    version,
    files: { [`${name}.py`]: `VERSION = "${version}"\n` },
    metadata: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
  });
  const sdist = makeSdist(`${name}-${version}.tar.gz`, {
    ...sourceFiles({ name, version }),
    [`${name}.py`]: `VERSION = "${version}"\n`,
  });
  put("py3", wheelName, wheel);
  put("source", sdist.filename, sdist.content);
  files.wheel[name] = { py3: { [version]: { [wheelName]: {} } } };
  files.sdist[name] = { [version]: { "311": {} } };
  files.addresses[name] = {
    [version]: {
      wheels: { [wheelName]: [sha(wheel), "py3"] },
      sdist: [sha(sdist.content), sdist.filename],
    },
  };
}

export interface MadeIndex {
  /** A folder with `pypi.index` and `pypi.index.files`. */
  readonly index: string;
  /** What they are made of: pypi-deps-db's data, and nix-pypi-fetcher's. */
  readonly database: string;
  readonly fetcher: string;
}

/** An index of projects and their versions, below a folder, with the files that it leads to. */
export function writeMadeIndex(
  folder: string,
  projects: Readonly<Record<string, string>>,
): MadeIndex {
  const files: Files = { wheel: {}, sdist: {}, addresses: {} };
  for (const [name, version] of Object.entries(projects)) addProject(folder, name, version, files);
  const database = writeDatabase({ wheel: files.wheel, sdist: files.sdist } as never);
  mkdirSync(join(folder, "fetcher", "pypi"), { recursive: true });
  mkdirSync(join(folder, "index"));
  writeFileSync(join(folder, "fetcher", "UNIX_TIMESTAMP"), "1694121121");
  writeFileSync(join(folder, "fetcher", "pypi", "00.json"), JSON.stringify(files.addresses));
  const user = newUser("nix-unlocked");
  const url = `file://${folder}/packages`;
  const imports = [
    ["index", "import", database, "-o", "index/pypi.index"],
    ["index", "import", "fetcher", "--files", "--files-url", url, "-o", "index/pypi.index.files"],
  ];
  for (const words of imports) {
    const ran = user.run(words, { cwd: folder });
    expect(ran.status, ran.stderr).toBe(0);
  }
  return { index: join(folder, "index"), database, fetcher: join(folder, "fetcher") };
}
