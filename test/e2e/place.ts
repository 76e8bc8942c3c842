// A user with a local index and an environment that works: what failing commands must leave alone.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import {
  LOCAL_ENVIRONMENT,
  type LocalIndex,
  noise,
  type Release,
  release,
  serveLocalIndex,
} from "./local-index.ts";
import { newUser, type Ran, runProgram, scratch, type User } from "./program.ts";

/** A user with an environment that works, made from `old 1.0`. */
export interface Place {
  readonly user: User;
  readonly index: LocalIndex;
  readonly folder: string;
  readonly directory: string;
  /** `env` with these words more, from the index of the place. */
  env(...words: readonly string[]): Promise<Ran>;
  run(words: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ran>;
}

/** Makes one; the releases are on its index, besides `old 1.0`. */
export async function newPlace(name: string, ...releases: readonly Release[]): Promise<Place> {
  const user = newUser(name);
  const index = await serveLocalIndex(release("old", "1.0"), ...releases);
  const folder = scratch(name);
  const run: Place["run"] = (words, env) =>
    user.start(words, { cwd: folder, env: { ...LOCAL_ENVIRONMENT, ...env } });
  const place: Place = {
    user,
    index,
    folder,
    directory: join(folder, "env"),
    run,
    env: (...words) =>
      run(["env", "env", "-i", index.url, "--compile", "never", "-p", "old", ...words]),
  };
  const made = await place.env();
  expect(made.status, made.stderr).toBe(0);
  return place;
}

/** The program failed as a program should: says it, shows no stack, and left everything as it was. */
export async function expectCleanFailure(
  place: Place,
  ran: Ran,
  { exit, says }: { readonly exit: number; readonly says: readonly (string | RegExp)[] },
): Promise<void> {
  expect({ exit: ran.status, stderr: ran.stderr }).toMatchObject({ exit });
  expect(ran.stdout).toBe("");
  expect(ran.stderr).toMatch(/^error: /m);
  expect(ran.stderr).not.toMatch(/^\s+at .*(\(|node:|\.[cm]?[jt]s:\d)/m);
  for (const words of says) expect(ran.stderr).toMatch(words);
  expectOldWorks(place);
  await expectSound(place);
}

/** The environment is as it was made at first, with nothing half-made beside it. */
export function expectOldWorks({ directory, user }: Place): void {
  const python = join(directory, "bin", "python");
  const ran = runProgram(python, ["-c", "import old; print(old.VERSION)"], { env: user.env });
  expect(ran).toMatchObject({ status: 0, stdout: "1.0\n" });
  expect(readdirSync(join(directory, ".mach-nix", "generations")).join()).toMatch(/^[\d,]+$/);
}

/** Every object of the store is as it was made. */
export async function expectSound(place: Place): Promise<void> {
  const verified = await place.run(["store", "verify"]);
  expect(verified).toMatchObject({ status: 0, stdout: "" });
}

/** Once the world is in order again, the same words succeed. */
export async function expectWorksNow(place: Place, ...words: readonly string[]): Promise<void> {
  place.index.misbehave(undefined);
  const ran = await place.env(...words);
  expect(ran.status, ran.stderr).toBe(0);
  expectOldWorks(place);
  await expectSound(place);
  for (const name of words.filter((word) => word.startsWith("new"))) {
    const python = join(place.directory, "bin", "python");
    const imported = runProgram(python, ["-c", `import ${name}`], { env: place.user.env });
    expect(imported.status, imported.stderr).toBe(0);
  }
}

/** A release with something to download. */
export const NEW: Release = release("new", "1.0", { files: { "new/data.bin": noise(300_000) } });
