import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const BIN = join(import.meta.dirname, "../../bin");

const BUNDLE = `console.log(process.argv.slice(2).join(" "), process.env.MARK ?? "same process");
process.exitCode = 7;`;

/** A package with our launcher, and a bundle that tells how it was started. */
function packageFolder(bundle: string | null = BUNDLE): string {
  const folder = mkdtempSync(join(tmpdir(), "mach-nix-bin-"));
  writeFileSync(join(folder, "package.json"), '{"type": "module"}');
  cpSync(BIN, join(folder, "bin"), { recursive: true });
  mkdirSync(join(folder, "dist", "bundle"), { recursive: true });
  if (bundle !== null) {
    const text = `(function () { ${bundle} })`;
    writeFileSync(join(folder, "dist", "bundle", "mach-nix.cjs"), text);
  }
  return folder;
}

/** A Node beside the package that marks its processes. */
function addNode(folder: string, version: string): void {
  const node = join(folder, "node_modules", "node");
  mkdirSync(join(node, "bin"), { recursive: true });
  writeFileSync(join(node, "package.json"), JSON.stringify({ version }));
  writeFileSync(
    join(node, "bin", "node"),
    `#!/bin/sh\nMARK=beside exec ${process.execPath} "$@"\n`,
  );
  chmodSync(join(node, "bin", "node"), 0o755);
}

/** Runs the launcher, as a Node of another version where one is given. */
function launch(
  folder: string,
  { as, script = join(folder, "bin", "mach-nix") }: { as?: string; script?: string } = {},
): { status: number | null; stdout: string; stderr: string } {
  const preload = join(folder, "preload.cjs");
  writeFileSync(
    preload,
    `Object.defineProperty(process.versions, "node", { value: ${JSON.stringify(as)} });`,
  );
  const words = [...(as === undefined ? [] : ["--require", preload]), script, "a b", "--c"];
  const env = { PATH: process.env["PATH"], HOME: folder };
  return spawnSync(process.execPath, words, { encoding: "utf8", env });
}

test("a Node new enough runs the bundle itself, also through a link", () => {
  const folder = packageFolder();
  expect(launch(folder)).toMatchObject({ status: 7, stdout: "a b --c same process\n", stderr: "" });
  symlinkSync(join(folder, "bin", "mach-nix"), join(folder, "link"));
  expect(launch(folder, { script: join(folder, "link") }).status).toBe(7);
});

test("an older Node starts the one beside the package", () => {
  const folder = packageFolder();
  addNode(folder, "24.21.0");
  expect(launch(folder, { as: "18.20.8" })).toMatchObject({
    status: 7,
    stdout: "a b --c beside\n",
  });
});

test("an older Node without a newer one says what is needed", () => {
  const folder = packageFolder();
  addNode(folder, "22.1.0");
  const { status, stderr } = launch(folder, { as: "18.20.8" });
  expect(status).toBe(1);
  expect(stderr).toContain("mach-nix needs Node 24 or newer, this is 18.20.8");
});

test("a checkout that is not built says what to run", () => {
  const { status, stderr } = launch(packageFolder(null));
  expect(status).toBe(1);
  expect(stderr).toContain("npm ci && npm run build");
});

test("a program ended by a signal ends the launcher the same way", () => {
  const folder = packageFolder(
    'process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000);',
  );
  addNode(folder, "24.21.0");
  expect(launch(folder, { as: "18.20.8" })).toMatchObject({ status: null, signal: "SIGTERM" });
});
