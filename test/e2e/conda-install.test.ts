// An environment.yml whose packages come from a channel and, in the same solve, from PyPI: made, moved, run.
import { mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { channelMissing } from "../environment/conda-channel.ts";
import { indexAtHand } from "./index-at-hand.ts";
import { newUser, type Ran, runProgram, scratch } from "./program.ts";
import { serveChannel } from "./served-channel.ts";

const INPUT = `channels: [e2e]
dependencies:
  - python=3.7
  - requests
  - cryptography
  - seaborn
  - patsy
  - pip:
      - toml
`;

const WORKS = `
import curses, sqlite3, ssl, sys, tkinter
import cryptography.fernet, numpy, pandas, patsy, requests, scipy.stats, seaborn, statsmodels.api, toml
curses.setupterm("xterm")
tkinter.Tcl()
key = cryptography.fernet.Fernet(cryptography.fernet.Fernet.generate_key())
print(sys.prefix, key.decrypt(key.encrypt(b"ok")), numpy.ones(3).sum(), ssl.OPENSSL_VERSION)
`;

const address = serveChannel();

describe.skipIf(channelMissing || !indexAtHand())(
  "conda and PyPI in one environment",
  { timeout: 300_000 },
  () => {
    const user = newUser("conda");
    const folder = scratch("conda");
    const directory = join(folder, "env");
    let home = join(folder, "home");

    const run = (...words: string[]): Promise<Ran> =>
      user.start(words, { cwd: folder, env: { MACH_NIX_HOME: home } });

    function works(): void {
      const ran = runProgram(join(directory, "bin/python"), ["-W", "ignore", "-c", WORKS], {
        env: { HOME: folder, PATH: "/usr/bin:/bin" },
      });
      expect(ran).toMatchObject({ status: 0, stderr: "" });
      expect(ran.stdout).toBe(`${directory} b'ok' 3.0 OpenSSL 1.1.1c  28 May 2019\n`);
    }

    test("is made from an environment.yml, without root, and works", async () => {
      mkdirSync(directory);
      const channel = `[channels]\ne2e = "${address()}"\n`;
      writeFileSync(join(directory, "mach-nix.toml"), `platforms = ["linux-x86_64"]\n${channel}`);
      writeFileSync(join(folder, "environment.yml"), INPUT);
      const made = await run("env", directory, "-r", "environment.yml", "--compile", "never");
      expect(made.status, made.stderr).toBe(0);
      works();
      expect(readdirSync(join(directory, "conda-meta"))).toContain(
        "python-3.7.3-h0371630_900.json",
      );
    });

    test("the whole store moved: sync makes it work again, offline", async () => {
      renameSync(home, join(folder, "moved"));
      home = join(folder, "moved");
      const synced = await run("sync", directory, "--offline", "--json");
      expect(synced.status, synced.stderr).toBe(0);
      expect(JSON.parse(synced.stdout)).toMatchObject({ added: 0, changed: true });
      works();
      expect((await run("store", "verify")).status).toBe(0);
    });
  },
);
