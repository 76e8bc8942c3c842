// Runs all attacks in one kind of sandbox, or `off`, and prints what became of each as JSON. A program of
// its own, so that it can be run as another user. Arguments: kind, Python.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { mapBounded, UserError } from "../../../src/base/index.ts";
import {
  buildWheel,
  openSandbox,
  type Sandbox,
  type SandboxKind,
} from "../../../src/build/index.ts";
import { makeSdistScratch } from "../make-sdist.ts";
import { type Attack, ATTACKS, hostileBackend } from "./attacks.ts";
import { makeVictim, marked } from "./victim.ts";

export interface Outcome {
  readonly title: string;
  readonly succeeded: boolean;
  /** The error's code, or "built". */
  readonly end: string;
  readonly limit?: string;
  /** Processes and folders left over. */
  readonly left: readonly string[];
  readonly message: string;
}

const [kind = "off", python = ""] = process.argv.slice(2);
const scratch = makeSdistScratch();
const sandbox = kind === "off" ? undefined : await openOrSay(kind as SandboxKind);

/** A kind that does not work on this machine is told, and nothing is run. */
async function openOrSay(wanted: SandboxKind): Promise<Sandbox> {
  try {
    return await openSandbox({ kind: wanted, python });
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== "sandbox-unavailable") throw error;
    process.stdout.write(JSON.stringify(error.message));
    return process.exit(0);
  }
}

const LIMITS = {
  seconds: 15,
  memoryBytes: 250 * 2 ** 20,
  processes: 30,
  diskBytes: 40 * 2 ** 20,
  outputBytes: 2 ** 20,
};

interface Ended {
  readonly end: string;
  readonly printed: string;
  readonly message: string;
  readonly limit?: string;
}

async function attack(one: Attack): Promise<Outcome> {
  const place = mkdtempSync(join(scratch.folder, "place-"));
  const mark = `MARK-${process.pid}-${place.slice(-6)}`;
  const victim = await makeVictim(place, mark);
  const backend = hostileBackend(one, place).replace('"VICTIM"', () => JSON.stringify(victim.told));
  const ended =
    sandbox === undefined
      ? await unshut(one, { backend, mark })
      : await shut(sandbox, { one, backend, mark, place });
  await sleep(20);
  const succeeded =
    ended.printed.includes("THE ATTACK WAS DONE") ||
    (one.shows !== undefined && victim.shows(one.shows, ended.printed));
  const left = marked(mark).map(String);
  await victim.end();
  return { title: one.title, succeeded, left, ...withoutPrinted(ended) };
}

function withoutPrinted({ end, message, limit }: Ended): Omit<Ended, "printed"> {
  return { end, message, ...(limit === undefined ? {} : { limit }) };
}

async function shut(
  used: Sandbox,
  { one, backend, mark, place }: { one: Attack; backend: string; mark: string; place: string },
): Promise<Ended> {
  const folder = join(scratch.fresh(), "build");
  const base = dirname(dirname(python));
  try {
    const wheel = await buildWheel({
      source: scratch.sdist(backend),
      environment: { python, readable: [base, join(place, "environment")], closure: "bare" },
      sandbox: used,
      folder,
      tags: ["py3-none-any"],
      env: { MARK: mark },
      limits: { ...LIMITS, ...(one.limit === "time" ? { seconds: 0.5 } : {}) },
    });
    return { end: "built", printed: readFileSync(wheel.log, "latin1"), message: "" };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { code, facts, message } = error;
    const log = readFileSync(facts["log"] as string, "latin1");
    const limit = facts["limit"] as string | undefined;
    return { end: code, printed: log, message, ...(limit === undefined ? {} : { limit }) };
  } finally {
    await used.remove(folder);
  }
}

/** As other tools do: the backend is called, with all of the user's rights. */
async function unshut(
  one: Attack,
  { backend, mark }: { backend: string; mark: string },
): Promise<Ended> {
  const cwd = join(scratch.fresh(), "work");
  mkdirSync(cwd);
  const code = `${backend.replace("return write_wheel(out)", "pass")}\nbuild_wheel(".")\n`;
  const child = spawn(python, ["-c", code], {
    cwd,
    env: { PATH: "/usr/bin:/bin", MARK: mark, OFF: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("latin1").on("data", (text: string) => (printed += text));
  await new Promise<void>((resolve) => child.on("exit", () => resolve()));
  if (one.endless === true) await sleep(300);
  return { end: "built", printed, message: printed.slice(-300) };
}

try {
  const outcomes = await mapBounded(ATTACKS, 3, attack);
  process.stdout.write(`${JSON.stringify(outcomes)}\n`);
} finally {
  rmSync(realpathSync(tmpdir()) === scratch.folder ? "/nonexistent" : scratch.folder, {
    recursive: true,
    force: true,
  });
}
process.exit(0);
