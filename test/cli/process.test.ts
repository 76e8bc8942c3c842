import { spawn, spawnSync } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeLock } from "../../src/lock/index.ts";
import { lockOf, pin } from "../lock/sample-lock.ts";
import { machNix } from "./run-process.ts";

const MAIN = join(import.meta.dirname, "../../src/cli/main.ts");

test("a reader that goes away is no error", () => {
  const cwd = mkdtempSync(join(tmpdir(), "mach-nix-cli-"));
  const pins = Array.from({ length: 5000 }, (_, i) => pin(`p${i}`));
  writeFileSync(join(cwd, "mach-nix.lock"), writeLock(lockOf(pins)));
  const command = `${process.execPath} ${MAIN} tree | head -n 1; echo done`;
  const { stdout, stderr } = spawnSync("sh", ["-c", command], { cwd, encoding: "utf8" });
  expect([stdout, stderr]).toEqual(["3.11-linux-x86_64\ndone\n", ""]);
});

test("output that fits into no pipe at once is written whole", async () => {
  const cwd = mkdtempSync(join(tmpdir(), "mach-nix-cli-"));
  const pins = Array.from({ length: 5000 }, (_, i) => pin(`p${i}`));
  writeFileSync(join(cwd, "mach-nix.lock"), writeLock(lockOf(pins)));
  const { stdout } = await machNix(["tree", "--json"], { cwd });
  expect((JSON.parse(stdout) as { tree: unknown[] }).tree).toHaveLength(5000);
});

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s in the middle ends with %i and one document", async (signal, exit) => {
  const { promise: asked, resolve: onAsked } = Promise.withResolvers<void>();
  const server = createServer(() => {
    onAsked();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple/`;
  const cwd = mkdtempSync(join(tmpdir(), "mach-nix-cli-"));
  const words = [MAIN, "lock", "--json", "-p", "requests", "--index-url", url, "--python", "3.11"];
  const child = spawn(process.execPath, words, {
    cwd,
    env: { PATH: process.env["PATH"], HOME: cwd, MACH_NIX_HOME: join(cwd, "home") },
    stdio: ["ignore", "pipe", "ignore"],
  });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  const ended = new Promise<number | null>((resolve) => {
    child.once("close", resolve);
  });
  await Promise.race([asked, ended]);
  child.kill(signal);
  expect(await ended).toBe(exit);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: "interrupted" } });
  server.closeAllConnections();
  server.close();
});

test("explain prints an error's page, and knows no others", async () => {
  const { code, stdout } = await machNix(["explain", "no-resolution"]);
  expect(code).toBe(0);
  expect(stdout).toContain("(exit code 3)");
  const json = await machNix(["--json", "explain", "lock-newer"]);
  expect(JSON.parse(json.stdout)).toMatchObject({ code: "lock-newer", exit: 2 });
  const unknown = await machNix(["explain", "no-resolutoin"]);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain("explain-unknown-code");
  expect(unknown.stderr).toContain("did you mean no-resolution?");
});
