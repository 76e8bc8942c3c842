import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Sha256, silent } from "../../src/base/index.ts";
import { findHostTools, type LockedCrate } from "../../src/build/index.ts";
import { createClient } from "../../src/http/index.ts";
import type { LockedArtifact } from "../../src/lock/index.ts";
import { askCargo } from "../../src/project/builds/ask-cargo.ts";
import { indexOf, readCargoSettings } from "../../src/project/builds/cargo-settings.ts";
import { lockCrates } from "../../src/project/builds/lock-crates.ts";
import { openSession, type Session } from "../../src/project/index.ts";
import { removeForced } from "../store/fixture.ts";
import { REGISTRY } from "../build/make-crate.ts";

const scratch = mkdtempSync(join(tmpdir(), "mach-nix-crates-"));
afterAll(() => removeForced(scratch));

/** A user whose cargo configuration is `text`. */
function sessionWith(text: string, env: Readonly<Record<string, string>> = {}): Session {
  const home = mkdtempSync(join(scratch, "home-"));
  mkdirSync(join(home, ".cargo"));
  writeFileSync(join(home, ".cargo", "config.toml"), text);
  return openSession({
    env: { PATH: process.env["PATH"], HOME: home, ...env },
    cwd: home,
    now: Date.now,
    report: silent,
    options: {},
  });
}

const MIRROR = `[source.crates-io]
replace-with = "mirror"
[source.mirror]
registry = "sparse+https://mirror.example/index/"
`;
const OTHER = "registry+https://git.example/index";

describe("which index stands for a registry", () => {
  test.each([
    ["cargo's own", "", REGISTRY, undefined],
    ["a mirror", MIRROR, REGISTRY, "https://mirror.example/index/"],
    [
      "a mirror of a mirror",
      `${MIRROR}replace-with = "near"\n[registries.near]\nindex = "sparse+http://near.example"\n`,
      REGISTRY,
      "http://near.example/",
    ],
    [
      "a mirror of another one",
      MIRROR,
      "sparse+https://crates.example/i/",
      "https://crates.example/i/",
    ],
    [
      "another registry's mirror",
      `[source.corp]\nregistry = "https://git.example/index"\nreplace-with = "sparse"\n[source.sparse]\nregistry = "sparse+https://corp.example/"\n`,
      OTHER,
      "https://corp.example/",
    ],
    [
      "a replacement in a circle",
      `[source.crates-io]\nreplace-with = "crates-io"\n`,
      REGISTRY,
      undefined,
    ],
  ])("%s", async (_, text, registry, expected) => {
    expect(indexOf(registry, await readCargoSettings(sessionWith(text)))).toBe(expected);
  });

  test("CARGO_HOME, and a variable that names a registry", async () => {
    const folder = mkdtempSync(join(scratch, "cargo-"));
    writeFileSync(join(folder, "config"), `[source.crates-io]\nreplace-with = "my-corp"\n`);
    const session = sessionWith(MIRROR, {
      CARGO_HOME: folder,
      CARGO_REGISTRIES_MY_CORP_INDEX: "sparse+https://corp.example/i",
    });
    expect(indexOf(REGISTRY, await readCargoSettings(session))).toBe("https://corp.example/i/");
  });

  test.each([
    [
      "a folder",
      `[source.crates-io]\nreplace-with = "v"\n[source.v]\ndirectory = "/v"\n`,
      REGISTRY,
      /directory/,
    ],
    [
      "a git index",
      `[source.crates-io]\nreplace-with = "v"\n[source.v]\nregistry = "https://u:secret@g.example/i"\n`,
      REGISTRY,
      /"https:\/\/\*\*\*@g.example\/i" is no sparse/,
    ],
    ["a git index that nothing replaces", "", OTHER, /no sparse index/],
  ])("%s cannot be used", async (_, text, registry, message) => {
    const settings = await readCargoSettings(sessionWith(text));
    expect(() => indexOf(registry, settings)).toThrow(
      expect.objectContaining({
        code: "project-crates",
        message: expect.stringMatching(message) as string,
      }),
    );
  });

  test("a configuration that is no TOML: its place", async () => {
    const session = sessionWith("[source");
    await expect(readCargoSettings(session)).rejects.toMatchObject({
      code: "project-crates",
      place: { file: join(session.home.user, ".cargo", "config.toml") },
    });
  });
});

describe("addresses of crates", () => {
  let server: Server;
  let answer = "";
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === "/index/config.json") response.end(answer);
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => void server.close());

  const open: { close(): void }[] = [];
  afterEach(() => {
    for (const client of open.splice(0)) client.close();
  });

  function crate(name: string, version = "1.0.0", hash = "ab"): LockedCrate {
    return { name, version, registry: REGISTRY, sha256: hash.repeat(32) as Sha256 };
  }

  function session(): Session {
    const { port } = server.address() as AddressInfo;
    return sessionWith(
      `[source.crates-io]\nreplace-with = "here"\n[source.here]\nregistry = "sparse+http://127.0.0.1:${port}/index/"\n`,
    );
  }

  function lock(
    crates: readonly LockedCrate[],
    { session: asked = session(), offline = false }: { session?: Session; offline?: boolean } = {},
  ): Promise<Readonly<Record<string, LockedArtifact>>> {
    const client = createClient({ userAgent: "test", offline, retries: { limit: 0 } });
    open.push(client);
    return lockCrates(crates, { session: asked, client });
  }

  test.each([
    ["https://d.example/api", "https://d.example/api/Abcd/1.0.0+x/download"],
    ["https://d.example/{prefix}/{crate}-{version}", "https://d.example/Ab/cd/Abcd-1.0.0+x"],
    [
      "https://d.example/{lowerprefix}/{sha256-checksum}",
      `https://d.example/ab/cd/${"ab".repeat(32)}`,
    ],
  ])("dl %s", async (dl, url) => {
    answer = JSON.stringify({ dl });
    expect(await lock([crate("Abcd", "1.0.0+x")])).toEqual({
      "Abcd-1.0.0+x.crate": { url, sha256: "ab".repeat(32) },
    });
  });

  test.each([
    ["a", "1"],
    ["ab", "2"],
    ["abc", "3/a"],
  ])("%s is in the folder %s", async (name, folder) => {
    answer = JSON.stringify({ dl: "https://d.example/{prefix}/x" });
    const found = await lock([crate(name)]);
    expect(found[`${name}-1.0.0.crate`]?.url).toBe(`https://d.example/${folder}/x`);
  });

  test("offline, what the index said last counts", async () => {
    const user = session();
    answer = JSON.stringify({ dl: "https://d.example" });
    const first = await lock([crate("a")], { session: user });
    expect(await lock([crate("a")], { session: user, offline: true })).toEqual(first);
    await expect(lock([crate("a")], { offline: true })).rejects.toMatchObject({
      code: "http-offline",
    });
  });

  test.each([
    ["no JSON", "<html>", /no JSON/],
    ["no place to download from", "{}", /names no place/],
    ["another kind of place", `{"dl": "file:///etc"}`, /names no place/],
    ["a registry behind a token", `{"dl": "https://d.example", "auth-required": true}`, /token/],
  ])("%s is refused", async (_, text, message) => {
    answer = text;
    await expect(lock([crate("a")])).rejects.toMatchObject({
      code: "project-crates",
      message: expect.stringMatching(message) as string,
    });
  });

  test("two crates of one file name are refused", async () => {
    answer = JSON.stringify({ dl: "https://d.example" });
    await expect(lock([crate("a"), crate("a", "1.0.0", "cd")])).rejects.toMatchObject({
      code: "project-crates",
      message: "two registries have different crates named a-1.0.0.crate",
    });
  });
});

describe("cargo's own index", () => {
  const hasCargo = findHostTools(process.env).path.some((path) => path.includes("toolchains"));
  if (!hasCargo) console.warn("no Rust toolchain of rustup: cargo is not asked");

  test.runIf(hasCargo)("is what cargo names, without the network", async () => {
    const { HOME = "", RUSTUP_HOME } = process.env;
    const user = sessionWith("", { RUSTUP_HOME: RUSTUP_HOME ?? join(HOME, ".rustup") });
    expect(await askCargo(user)).toMatch(/^https:\/\/[a-z0-9.-]+\/(?:[^\s]*\/)?$/);
  });

  test("no cargo: the hint says what to do", async () => {
    await expect(askCargo(sessionWith("", { PATH: scratch }))).rejects.toMatchObject({
      code: "project-crates",
      hint: expect.stringContaining("install a Rust toolchain") as string,
    });
  });
});
