import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { UserError } from "../../src/base/index.ts";
import { readPipConfiguration } from "../../src/index/index.ts";
import { peerPython } from "../../tools/make-peers.ts";
import { scratch } from "../http/servers.ts";

// What `pip install` would take from variables and files, as pip's own parser says.

interface Case {
  readonly env: Readonly<Record<string, string>>;
  /** Texts of configuration files by their place in the case's folder. */
  readonly files: Readonly<Record<string, string>>;
}

const CASES = 1500;
const url = fc.constantFrom("https://a.test/simple", "https://u:p@b.test/s/", "http://c.test");
const words = fc.array(url, { minLength: 1, maxLength: 3 });
const names = fc.constantFrom(
  "numpy",
  "Foo_Bar",
  ":all:",
  ":none:",
  "a,b",
  ":all:,:none:,x",
  "b,:all:",
);
const truth = fc.constantFrom("1", "true", "YES", "off", "0", "n", "maybe", "");

/** A key as people spell it, and a value. */
const setting = fc.oneof(
  fc.tuple(fc.constantFrom("index-url", "index_url", "INDEX-URL", "pypi-url"), url),
  fc.tuple(fc.constant("index-url"), fc.constant("")),
  fc.tuple(
    fc.constantFrom("extra-index-url", "find-links", "trusted-host", "constraint"),
    words.map((list) => list.join(" ")),
  ),
  fc.tuple(
    fc.constant("extra-index-url"),
    words.map((list) => list.map((one) => `\n    ${one}`).join("")),
  ),
  fc.tuple(fc.constantFrom("no-index", "pre", "prefer-binary", "require-hashes"), truth),
  fc.tuple(fc.constantFrom("no-binary", "only-binary"), names),
  fc.tuple(
    fc.constantFrom("timeout", "default-timeout", "retries"),
    fc.constantFrom("3", "15", "x"),
  ),
  fc.tuple(fc.constantFrom("cert", "client-cert"), fc.constantFrom("/c.pem", "~/c.pem")),
  fc.tuple(fc.constant("proxy"), fc.constant("http://p.test:3128")),
);

const line = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(setting, fc.constantFrom(" = ", "=", ": ", " :"))
      .map(([[key, value], sign]) => `${key}${sign}${value}`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "# comment",
      "; comment",
      "",
      "  # indented",
      "stray",
      "  continued",
    ),
  },
);
const section = fc
  .tuple(
    fc.constantFrom("global", "install", "download", "DEFAULT", "global"),
    fc.array(line, { maxLength: 4 }),
  )
  .map(([name, lines]) => [`[${name}]`, ...lines].join("\n"));
const file = fc
  .array(section, { minLength: 1, maxLength: 3 })
  .map((sections) => `${sections.join("\n")}\n`);

const places = [
  "xdg/pip/pip.conf",
  "home/.pip/pip.conf",
  "home/.config/pip/pip.conf",
  "venv/pip.conf",
  "named.conf",
];
const caseOf: fc.Arbitrary<Case> = fc.record({
  files: fc.dictionary(fc.constantFrom(...places), file, { maxKeys: 3 }),
  env: fc
    .record({
      settings: fc.array(setting, { maxLength: 3 }),
      named: fc.constantFrom(undefined, undefined, "named.conf", "/dev/null", "missing.conf"),
    })
    .map(({ settings, named }) => {
      const env: Record<string, string> = {};
      for (const [key, value] of settings)
        env[`PIP_${key.toUpperCase().replaceAll("-", "_")}`] = value;
      if (named !== undefined) env["PIP_CONFIG_FILE"] = named;
      return env;
    }),
});

test.skipIf(peerPython() === undefined)("settings are those that pip takes", () => {
  const root = scratch();
  const cases = fc
    .sample(caseOf, { numRuns: CASES, seed: 4 })
    .map((one, i) => lay(one, join(root, String(i))));
  const theirs = askPip(cases);
  const differing = cases.flatMap((one, i) => {
    const ours = answer(one);
    const expected = theirs[i] as Record<string, unknown>;
    if ("error" in expected ? "error" in ours : sameSettings(ours, expected)) return [];
    return [{ env: one.env, files: one.texts, ours, theirs: expected }];
  });
  expect(differing.slice(0, 3)).toEqual([]);
  expect(theirs.filter((one) => !("error" in one)).length).toBeGreaterThan(CASES / 4);
});

interface LaidCase {
  readonly env: Readonly<Record<string, string>>;
  readonly prefix: string;
  readonly home: string;
  readonly texts: Case["files"];
}

/** Writes a case's files; `/etc/pip.conf` of the machine is left out of both answers' difference. */
function lay({ env, files }: Case, folder: string): LaidCase {
  for (const [place, text] of Object.entries(files)) {
    const path = join(folder, place);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  const named = env["PIP_CONFIG_FILE"];
  const home = join(folder, "home");
  const prefix = join(folder, "venv");
  return {
    home,
    prefix,
    texts: files,
    env: {
      ...env,
      ...(named === undefined || named.startsWith("/")
        ? {}
        : { PIP_CONFIG_FILE: join(folder, named) }),
      HOME: home,
      VIRTUAL_ENV: prefix,
      XDG_CONFIG_DIRS: join(folder, "xdg"),
    },
  };
}

function askPip(cases: readonly LaidCase[]): Record<string, unknown>[] {
  const script = join(import.meta.dirname, "index-pip-configuration.py");
  const { stdout, stderr } = spawnSync(peerPython() as string, [script], {
    input: JSON.stringify(cases),
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, unknown>[];
}

function answer({ env, home }: LaidCase): Record<string, unknown> {
  try {
    const readFile = (path: string): string | undefined => {
      try {
        return readFileSync(path, "utf8");
      } catch {
        return undefined;
      }
    };
    return { ...readPipConfiguration({ env, home, platform: "linux", readFile }) };
  } catch (error) {
    if (error instanceof UserError) return { error: error.code };
    throw error;
  }
}

/** Equal but for pip's own defaults, where nothing says anything. */
function sameSettings(ours: Record<string, unknown>, theirs: Record<string, unknown>): boolean {
  const defaults: Record<string, unknown> = {
    timeout: 15,
    retries: 5,
    indexUrl: theirs["indexUrl"],
  };
  return Object.entries(theirs).every(([key, value]) => {
    const own = ours[key] ?? defaults[key] ?? null;
    return JSON.stringify(own) === JSON.stringify(value);
  });
}
