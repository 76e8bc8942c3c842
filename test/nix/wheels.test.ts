// Wheels of the real index, locked by our program, built by the real Nix, imported.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { indexAtHand } from "../e2e/index-at-hand.ts";
import { newUser, runProgram, scratch } from "../e2e/program.ts";
import { hasPythons, nixPlace, PYTHON } from "./nix-place.ts";
import { everyNix } from "./real-nix.ts";

const ready = everyNix().length > 0 && hasPythons(PYTHON) && indexAtHand();
const CHECK =
  "import requests, flask, pytest, markupsafe._speedups as s; print(requests.__name__, s.__name__)";

function realLock(): string {
  const folder = scratch("nix-lock");
  const words = ["-p", "requests", "-p", "flask", "-p", "pytest"];
  const target = ["--python", PYTHON, "--platform", "linux-x86_64"];
  const ran = newUser("nix-lock").run(["lock", ...words, ...target], { cwd: folder });
  expect(ran.status, ran.stderr).toBe(0);
  return join(folder, "mach-nix.lock");
}

describe.skipIf(!ready || process.arch !== "x64")("requests, flask and pytest", () => {
  test.each(everyNix().map((nix) => [nix.version, nix] as const))("with Nix %s", async (_, nix) => {
    const lock = realLock();
    const place = nixPlace(nix);
    const library = join(import.meta.dirname, "..", "..", "nix");
    const seen = [place.folder, lock, library].flatMap((path, i) => ["-I", `part${i}=${path}`]);
    const pure = ["--option", "allow-import-from-derivation", "false", "--restrict-eval"];
    const env = await place.build(`mach.mkPython { lock = ${lock}; }`, [...pure, ...seen]);
    const python = join(env, "bin", "python");
    const imported = runProgram(python, ["-c", CHECK], { env: place.env });
    expect(imported, imported.stderr).toMatchObject({
      status: 0,
      stdout: "requests markupsafe._speedups\n",
    });
    expect(readFileSync(join(env, "bin", "flask"), "utf8")).toContain(env);
  });
});
