import { spawnSync } from "node:child_process";
import { mkdirSync, renameSync } from "node:fs";
import { expect, test } from "vitest";
import { temporaryFolder } from "../store/fixture.ts";
import { makeEnvironment } from "./fixture.ts";

const SHOW = `echo "$VIRTUAL_ENV"; echo "\${PATH%%:*}"; echo "$PS1"`;
/** A shell and how it is started so that it reads no settings. */
const SHELLS: readonly (readonly [string, readonly string[], string])[] = [
  ["bash", ["--norc", "-c"], "source"],
  ["dash", ["-c"], "."],
  ["sh", ["-c"], "."],
  ["zsh", ["-f", "-c"], "source"],
  ["ksh", ["-c"], "."],
  ["mksh", ["-c"], "."],
].filter(([shell]) => spawnSync(shell as string, ["-c", "true"]).status === 0) as never;

function run(shell: string, args: readonly string[], options: { input?: string } = {}): string[] {
  const { stdout, stderr } = spawnSync(shell, args, {
    encoding: "utf8",
    cwd: "/",
    ...options,
    env: { PATH: "/usr/bin:/bin", PS1: "$ ", HOME: "/nonexistent", TERM: "dumb" },
  });
  expect(stderr).toBe("");
  return stdout.split("\n").slice(0, -1);
}

test.each(SHELLS)(
  "%s activates, deactivates, and finds a moved environment",
  async (shell, args, source) => {
    const { directory } = await makeEnvironment([]);
    const moved = `${temporaryFolder()}/it's moved`;
    for (const place of [directory, moved]) {
      if (place === moved) renameSync(directory, moved);
      const file = `"${place}/bin/activate"`;
      const code = `PS1="$ "; ${source} ${file}; ${SHOW}; deactivate; ${SHOW}`;
      const name = place.slice(place.lastIndexOf("/") + 1);
      expect(run(shell, [...args, code])).toEqual([
        place,
        `${place}/bin`,
        `(${name}) $ `,
        "",
        "/usr/bin",
        "$ ",
      ]);
      const twice = `${source} ${file}; ${source} ${file}; echo "$PATH"; type deactivate >/dev/null && echo ok`;
      expect(run(shell, [...args, twice])).toEqual([`${place}/bin:/usr/bin:/bin`, "ok"]);
      expect(run(shell, [...args, `set -eu; ${source} ${file}; deactivate; echo ok`])).toEqual([
        "ok",
      ]);
    }
    const relative = `cd "${moved}/bin" && ${source} ./activate; echo "$VIRTUAL_ENV"`;
    expect(run(shell, [...args, relative])).toEqual([moved]);
  },
);

const hasFish = spawnSync("fish", ["-c", "true"]).status === 0;

test.runIf(hasFish)("fish activates and deactivates", async () => {
  const { directory } = await makeEnvironment([]);
  const moved = `${temporaryFolder()}/moved`;
  renameSync(directory, moved);
  const code = `source "${moved}/bin/activate.fish"; echo $VIRTUAL_ENV; command -v python; deactivate; echo "$VIRTUAL_ENV"; echo $PATH`;
  expect(run("fish", ["--no-config", "-c", code])).toEqual([
    moved,
    `${moved}/bin/python`,
    "",
    "/usr/bin /bin",
  ]);
});

const csh = ["tcsh", "csh"].find((shell) => spawnSync(shell, ["-fc", "true"]).status === 0);

test.runIf(csh !== undefined)("csh activates and deactivates", async () => {
  const folder = `${temporaryFolder()}/plain`;
  mkdirSync(folder);
  const { directory } = await makeEnvironment([], { directory: `${folder}/env` });
  const moved = `${folder}/moved env`;
  for (const place of [directory, moved]) {
    if (place === moved) renameSync(directory, moved);
    const input = `cd "${place}"
source bin/activate.csh
echo $VIRTUAL_ENV:q
which python
deactivate
echo $?VIRTUAL_ENV
echo $PATH
`;
    expect(run(csh as string, ["-f"], { input })).toEqual([
      place,
      `${place}/bin/python`,
      "0",
      "/usr/bin:/bin",
    ]);
  }
});
