import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeLock } from "../../src/lock/index.ts";
import { lockOf, pin, sampleLock } from "../lock/sample-lock.ts";
import { machNix } from "./run-process.ts";

const cwd = mkdtempSync(join(tmpdir(), "mach-nix-why-"));
writeFileSync(join(cwd, "mach-nix.lock"), writeLock(sampleLock()));
writeFileSync(join(cwd, "other.lock"), writeLock(lockOf([pin("flask", { version: "3.1" })])));

test("why says who asked for a package, and what name was meant", async () => {
  const text = await machNix(["why", "markupsafe"], { cwd });
  expect(text.code).toBe(0);
  expect(text.stdout).toContain("→ jinja2 1.0 → markupsafe 1.0\n");
  const json = await machNix(["why", "Click", ".", "--json"], { cwd });
  expect(JSON.parse(json.stdout)).toMatchObject({ why: [{ name: "click", paths: [{}] }] });
  const wrong = await machNix(["why", "markupsave"], { cwd });
  expect([wrong.code, wrong.stdout]).toEqual([2, ""]);
  expect(wrong.stderr).toContain("why-unknown-package");
  expect(wrong.stderr).toContain("did you mean markupsafe?");
  expect((await machNix(["why", "zope.interface"], { cwd })).stderr).toContain("mach-nix tree");
});

test("tree --invert", async () => {
  const { stdout } = await machNix(["tree", "--invert"], { cwd });
  expect(stdout).toContain("├── colorama 1.0 (wheel)\n│   ├── click 1.0");
});

test("diff tells two locks apart", async () => {
  const text = await machNix(["diff", ".", "other.lock"], { cwd });
  expect(text.stdout).toContain("  ↑ flask 3.0 → 3.1 (extras async,dotenv → none)\n");
  const json = await machNix(["diff", ".", "other.lock", "--json"], { cwd });
  expect(JSON.parse(json.stdout)).toMatchObject({
    targets: [
      {
        changes: expect.arrayContaining([
          { kind: "removed", name: "click", from: "1.0" },
        ]) as unknown,
      },
    ],
  });
  const same = await machNix(["diff", ".", "mach-nix.lock"], { cwd });
  expect(same).toMatchObject({ code: 0, stdout: "" });
  expect(same.stderr).toContain("Nothing differs");
  expect((await machNix(["diff", "."], { cwd })).stderr).toContain("usage-missing-operand");
});
