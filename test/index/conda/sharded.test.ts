import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { openFolder } from "../../../src/index/conda/index.ts";
import { readMsgpack } from "../../../src/index/conda/msgpack.ts";
import { lockProject, openSession } from "../../../src/project/index.ts";
import { scratch } from "../../http/servers.ts";
import { folderOptions, placeOf, repodata, serveFolder } from "./serve-channel.ts";

type Value =
  null | boolean | number | string | Uint8Array | readonly Value[] | { [key: string]: Value };

/** Enough of MessagePack to write channels. */
function pack(value: Value): Buffer {
  if (value === null) return Buffer.from([0xc0]);
  if (typeof value === "boolean") return Buffer.from([value ? 0xc3 : 0xc2]);
  if (typeof value === "number") {
    const bytes = Buffer.alloc(9);
    bytes[0] = 0xcf;
    bytes.writeBigUInt64BE(BigInt(value), 1);
    return bytes;
  }
  if (typeof value === "string")
    return Buffer.concat([head(0xdb, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(0xc6, value.length), value]);
  if (Array.isArray(value)) {
    const items = value as readonly Value[];
    return Buffer.concat([head(0xdd, items.length), ...items.map(pack)]);
  }
  const entries = Object.entries(value as { [key: string]: Value });
  return Buffer.concat([
    head(0xdf, entries.length),
    ...entries.flatMap(([key, one]) => [pack(key), pack(one)]),
  ]);
}

function head(type: number, length: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes[0] = type;
  bytes.writeUInt32BE(length, 1);
  return bytes;
}

type Files = Readonly<Record<string, { readonly depends?: readonly string[] }>>;

/** The files of a sharded folder, by path below the channel. */
function sharded(subdir: string, files: Files): Record<string, Uint8Array> {
  const served: Record<string, Uint8Array> = {};
  const shards: Record<string, Value> = {};
  const names = Object.groupBy(Object.keys(files), (file) => file.replace(/-[^-]+-[^-]+$/, ""));
  for (const [name, own = []] of Object.entries(names)) {
    const records = own.map((file): [string, Value] => {
      const [, version = "", build = ""] = /-([^-]+)-([^-]+)\.conda$/.exec(file) ?? [];
      const depends = files[file]?.depends ?? [];
      const sha256 = Buffer.alloc(32, 7);
      return [file, { name, version, build, build_number: 0, depends, sha256, size: 5 }];
    });
    const packed = zstdCompressSync(
      pack({ packages: {}, "packages.conda": Object.fromEntries(records), removed: [] }),
    );
    const hash = createHash("sha256").update(packed).digest();
    shards[name] = hash;
    served[`c/shards/${hash.toString("hex")}.msgpack.zst`] = packed;
  }
  const info = { subdir, base_url: "", shards_base_url: "../shards/", created_at: null };
  served[`c/${subdir}/repodata_shards.msgpack.zst`] = zstdCompressSync(
    pack({ version: 1, info, shards }),
  );
  return served;
}

const FILES = {
  ...sharded("linux-64", {
    "a-1-x_0.conda": { depends: ["b >=1"] },
    "a-2-x_0.conda": { depends: ["b >=2"] },
    "b-1-x_0.conda": { depends: ["c"] },
    "z-1-x_0.conda": {},
  }),
  ...sharded("noarch", { "c-1-x_0.conda": {} }),
};

test("records come by name, each shard once", async () => {
  const server = await serveFolder(FILES);
  const options = folderOptions({ sharded: true });
  const place = placeOf(`${server.url}/c`);
  const folder = await openFolder(place, "linux-64", options);
  expect(folder?.names()).toEqual(["a", "b", "z"]);
  const records = await folder?.records("a");
  expect(records?.map(({ filename, sha256, url }) => [filename, sha256, url])).toEqual(
    ["1", "2"].map((version) => [
      `a-${version}-x_0.conda`,
      "07".repeat(32),
      `${server.url}/c/linux-64/a-${version}-x_0.conda`,
    ]),
  );
  const before = server.requests.length;
  const again = await openFolder(place, "linux-64", { ...options, offline: true });
  expect(await again?.records("a")).toEqual(records);
  expect(await again?.records("nothing")).toEqual([]);
  expect(server.requests.length).toBe(before);
});

test("without shards, the whole list is read", async () => {
  const server = await serveFolder({ "c/linux-64/repodata.json": repodata({ "a-1-0.conda": {} }) });
  const folder = await openFolder(
    placeOf(`${server.url}/c`),
    "linux-64",
    folderOptions({ sharded: true }),
  );
  expect(folder?.names()).toEqual(["a"]);
});

test("a shard with another hash is refused", async () => {
  const damaged = Object.fromEntries(
    Object.entries(FILES).map(([path, bytes]) => [
      path,
      path.includes("shards/") ? Buffer.from("x") : bytes,
    ]),
  );
  const server = await serveFolder(damaged);
  const folder = await openFolder(
    placeOf(`${server.url}/c`),
    "linux-64",
    folderOptions({ sharded: true }),
  );
  await expect(Promise.resolve(folder?.records("a"))).rejects.toMatchObject({
    code: "channel-bad-answer",
  });
});

test("a lock over shards asks for what it may need, and for nothing else", async () => {
  const server = await serveFolder(FILES);
  const cwd = scratch();
  writeFileSync(
    join(cwd, "mach-nix.toml"),
    `python = "3.11"\nplatforms = ["linux-x86_64"]\nsharded-repodata = true\n[channels]\nmine = "${server.url}/c"\n`,
  );
  const session = openSession({
    env: { HOME: cwd, PIP_CONFIG_FILE: "/dev/null", MACH_NIX_HOME: join(cwd, "home") },
    cwd,
    options: { noIndex: true },
    report: () => undefined,
    now: () => Date.UTC(2026, 10, 1),
  });
  const { lock } = await lockProject(session, {
    inputs: [],
    packages: ["a *"],
    providers: { _default: ["mine"] },
  });
  expect(lock.targets[0]?.pins.map(({ name, version }) => `${name} ${version}`)).toEqual([
    "a 1",
    "b 1",
    "c 1",
  ]);
  expect(server.requests.filter(({ url }) => url.includes("/shards/")).length).toBe(3);
});

describe("MessagePack", () => {
  test.each([
    ["c0", null],
    ["93 01 ff c3", [1, -1, true]],
    ["cd 01 00", 256],
    ["d1 ff 00", -256],
    ["cb 3f f8 00 00 00 00 00 00", 1.5],
    ["a2 68 69", "hi"],
    ["81 a1 61 90", { a: [] }],
    ["d6 ff 00 00 00 00", null],
  ])("%s", (hex, expected) => {
    const read = readMsgpack(Buffer.from(hex.replaceAll(" ", ""), "hex"));
    expect(JSON.parse(JSON.stringify(read))).toEqual(expected);
  });

  test.each([
    "",
    "c1",
    "92 01",
    "dd ff ff ff ff",
    "df ff ff ff ff",
    "c6 00 00 00 09 01",
    "01 02",
    "81 c0 c0",
  ])("%j is none", (hex) => {
    expect(() => readMsgpack(Buffer.from(hex.replaceAll(" ", ""), "hex"))).toThrow(RangeError);
  });
});
