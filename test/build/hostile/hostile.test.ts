// Twenty and more hostile sdists: each attack succeeds with the sandbox off, and in no kind of sandbox.
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { python } from "../make-sdist.ts";
import { ATTACKS } from "./attacks.ts";
import type { Outcome } from "./run.ts";

const KINDS = ["bubblewrap", "namespaces", "landlock"] as const;
const SYSTEM_PYTHON = "/usr/bin/python3";
const ORDINARY = ["--reuid=12345", "--regid=12345", "--clear-groups"];
const isRoot = process.getuid?.() === 0;
const SLOW = 120_000;
/** By which limit each attack is ended that only a limit ends. */
const LIMITED = new Map(
  ATTACKS.flatMap(({ title, limit }) => (limit === undefined ? [] : [[title, limit] as const])),
);

/** What became of each attack; a text where this kind of sandbox does not work on this machine. */
async function attackAll(kind: string, asOrdinary = false): Promise<readonly Outcome[] | string> {
  const run = [process.execPath, join(import.meta.dirname, "run.ts"), kind];
  const command = asOrdinary ? ["setpriv", ...ORDINARY, ...run, SYSTEM_PYTHON] : [...run, python];
  const { stdout } = await promisify(execFile)(command[0] as string, command.slice(1), {
    env: { PATH: process.env["PATH"] ?? "", TMPDIR: "/tmp" },
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(stdout) as readonly Outcome[] | string;
}

/** Whether another user can run our sources, and there is a Python for it. */
async function ordinaryCan(): Promise<boolean> {
  if (!isRoot || !existsSync(SYSTEM_PYTHON)) return false;
  const script = join(import.meta.dirname, "attacks.ts");
  return promisify(execFile)("setpriv", [...ORDINARY, process.execPath, "--check", script]).then(
    () => true,
    () => false,
  );
}

function titlesOf(outcomes: readonly Outcome[], which: (outcome: Outcome) => boolean): string[] {
  return outcomes.filter(which).map(({ title }) => title);
}

function checkAllStopped(outcomes: readonly Outcome[]): void {
  expect(titlesOf(outcomes, ({ succeeded }) => succeeded)).toEqual([]);
  expect(titlesOf(outcomes, ({ left }) => left.length > 0)).toEqual([]);
  const limited = outcomes.filter(({ title }) => LIMITED.has(title));
  expect(new Map(limited.map(({ title, limit }) => [title, limit]))).toEqual(LIMITED);
}

describe.runIf(process.platform === "linux")("hostile source distributions", () => {
  // That a process which ends at once is seen at all depends on the moment: one success is one.
  test("each attack succeeds with the sandbox off", { timeout: SLOW, retry: 2 }, async () => {
    const outcomes = (await attackAll("off")) as readonly Outcome[];
    expect(outcomes).toHaveLength(ATTACKS.length);
    expect(titlesOf(outcomes, ({ succeeded }) => !succeeded)).toEqual([]);
  });

  test.for(KINDS)(
    "each is stopped by %s, and nothing is left over",
    { timeout: SLOW },
    async (kind, { skip }) => {
      const outcomes = await attackAll(kind);
      if (typeof outcomes === "string") skip(outcomes);
      else checkAllStopped(outcomes);
    },
  );

  test.for(KINDS)(
    "each is stopped by %s for an ordinary user",
    { timeout: SLOW },
    async (kind, { skip }) => {
      if (!(await ordinaryCan())) skip("not root, or other users cannot read the sources");
      const outcomes = await attackAll(kind, true);
      if (typeof outcomes === "string") skip(outcomes);
      else checkAllStopped(outcomes);
    },
  );
});

test("the table in the documentation is that of the attacks", () => {
  const page = readFileSync(
    join(import.meta.dirname, "../../../docs/concepts/building.md"),
    "utf8",
  );
  const rows = page
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const attacks = ATTACKS.map(({ title, stopped }) => [
    title,
    stopped.namespaces,
    stopped.landlock,
  ]);
  expect(rows).toEqual(expect.arrayContaining(attacks));
});
