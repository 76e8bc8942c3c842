// Many commands at once on one store that is empty when they begin.
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  LOCAL_ENVIRONMENT,
  type LocalIndex,
  noise,
  release,
  serveLocalIndex,
} from "./local-index.ts";
import { newUser, type Ran, runProgram, scratch, type User } from "./program.ts";

const NAMES = ["one", "two", "three", "four", "five", "six", "seven", "eight"];

describe("eight environments at once, with collecting and verifying in between", () => {
  let index: LocalIndex;
  let user: User;
  let folder: string;
  const ran: { words: readonly string[]; ran: Ran }[] = [];

  beforeAll(async () => {
    index = await serveLocalIndex(
      ...NAMES.map((name, i) =>
        release(name, "1.0", {
          requires: ["shared", NAMES[(i + 1) % NAMES.length] as string],
          files: Object.fromEntries(
            Array.from({ length: 40 }, (_, n) => [`${name}/m${n}.py`, `x = ${n}\n`]),
          ),
        }),
      ),
      release("shared", "1.0", { files: { "shared/data.bin": noise(400_000) } }),
    );
    user = newUser("concurrent");
    folder = scratch("concurrent");
  });

  async function start(...words: readonly string[]): Promise<void> {
    const options = { cwd: folder, env: { ...LOCAL_ENVIRONMENT, PIP_DEFAULT_TIMEOUT: "30" } };
    ran.push({ words, ran: await user.start(words, options) });
  }

  async function pause(milliseconds: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
  }

  async function collectNowAndThen(): Promise<void> {
    for (let i = 0; i < 3; i++) {
      await pause(150);
      await start("store", "gc", "--quiet");
      await start("store", "verify", "--quiet");
    }
  }

  test("all succeed", { timeout: 120_000 }, async () => {
    const environments = NAMES.map((name, i) => {
      const compile = ["now", "background", "never"][i % 3] as string;
      const words = ["-p", name, "-p", NAMES[(i + 3) % 8] as string, "--compile", compile];
      return start("env", `env-${name}`, "-i", index.url, ...words);
    });
    await Promise.all([...environments, collectNowAndThen(), collectNowAndThen()]);
    for (const { words, ran: one } of ran) {
      expect(one.status, `${words.join(" ")}: ${one.stderr}${one.stdout}`).toBe(0);
    }
    expect(ran).toHaveLength(8 + 12);
  });

  test("every environment works, and keeps working after one more collection", async () => {
    await start("store", "gc", "--quiet");
    for (const name of NAMES) {
      const python = join(folder, `env-${name}`, "bin", "python");
      const code = `import ${NAMES.join(", ")}, shared, eight.m39`;
      const imported = runProgram(python, ["-c", code], { env: user.env });
      expect(imported.status, imported.stderr).toBe(0);
    }
  });

  test("the store is sound, and has every object once", async () => {
    const verified = await user.start(["store", "verify", "--json"]);
    expect(verified.status, verified.stdout).toBe(0);
    expect(JSON.parse(verified.stdout)).toMatchObject({ objects: 9, problems: [] });
  });
});

test("eight times the same environment, in the same directory", { timeout: 60_000 }, async () => {
  const index = await serveLocalIndex(
    release("app", "1.0", { requires: ["lib"] }),
    release("lib", "1.0"),
  );
  const user = newUser("same");
  const folder = scratch("same");
  const words = ["env", "env", "-i", index.url, "-p", "app", "--compile", "never"];
  const all = await Promise.all(
    NAMES.map(() => user.start(words, { cwd: folder, env: LOCAL_ENVIRONMENT })),
  );
  for (const { status, stderr } of all) expect(status, stderr).toBe(0);
  const python = join(folder, "env", "bin", "python");
  const imported = runProgram(python, ["-c", "import app, lib"], { env: user.env });
  expect(imported.status, imported.stderr).toBe(0);
});

test("eight commands with packages of their own, by run", { timeout: 60_000 }, async () => {
  const index = await serveLocalIndex(
    release("app", "1.0", { requires: ["lib"] }),
    release("lib", "1.0"),
  );
  const user = newUser("run");
  const code = "import app, lib; print(app.VERSION)";
  const words = ["run", "-i", index.url, "-p", "app", "--", "python", "-c", code];
  const all = await Promise.all(NAMES.map(() => user.start(words, { env: LOCAL_ENVIRONMENT })));
  for (const { status, stdout, stderr } of all) {
    expect({ status, stdout }, stderr).toEqual({ status: 0, stdout: "1.0\n" });
  }
});
