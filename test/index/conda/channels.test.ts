import { execFileSync } from "node:child_process";
import { writeFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import {
  channelPlaces,
  type CondaFolder,
  type CondaRecord,
  openChannel,
  openFolder,
} from "../../../src/index/conda/index.ts";
import { scratch, serve } from "../../http/servers.ts";
import {
  folderOptions,
  placeOf,
  readShared,
  repodata,
  serveFolder,
  sharedConda,
} from "./serve-channel.ts";

async function records(folder: CondaFolder, name: string): Promise<readonly CondaRecord[]> {
  return folder.records(name);
}

async function openText(text: string | Uint8Array, name = "repodata.json"): Promise<CondaFolder> {
  const folder = scratch();
  mkdirSync(join(folder, "linux-64"));
  writeFileSync(join(folder, "linux-64", name), text);
  const place = placeOf(pathToFileURL(folder).href);
  return (await openFolder(place, "linux-64", folderOptions())) as CondaFolder;
}

describe("names and addresses of channels", () => {
  test.each([
    ["conda-forge", ["conda-forge https://conda.anaconda.org/conda-forge/"]],
    ["bioconda", ["bioconda https://conda.anaconda.org/bioconda/"]],
    [
      "conda",
      [
        "conda/main https://repo.anaconda.com/pkgs/main/",
        "conda/r https://repo.anaconda.com/pkgs/r/",
      ],
    ],
    [
      "https://conda.anaconda.org/conda-forge",
      ["conda-forge https://conda.anaconda.org/conda-forge/"],
    ],
    ["https://host:81/a b/c/", ["host-81/a-20b/c https://host:81/a%20b/c/"]],
    ["https://u:p@host/t/tok-1/c", ["host/c https://host/c/"]],
    [
      "conda-forge/label/dev",
      ["conda-forge/label/dev https://conda.anaconda.org/conda-forge/label/dev/"],
    ],
    ["./local", ["folder/local file:///folder/local/"]],
    ["mine", ["mine https://mirror.example/x/"]],
    ["several", ["several file:///folder/a.json", "several file:///folder/b.json.zst"]],
  ])("%s", (text, expected) => {
    const addresses = { mine: "https://mirror.example/x", several: ["a.json", "b.json.zst"] };
    const places = channelPlaces(text, { folder: "/folder", addresses });
    expect(places.map(({ name, url }) => `${name} ${url}`)).toEqual(expected);
  });

  test("a mirror of a known channel counts for its address, too", () => {
    const addresses = { bioconda: "https://mirror.example/x", "host/c": "https://other.example/" };
    const of = (text: string): string | undefined =>
      channelPlaces(text, { folder: "/", addresses })[0]?.url;
    expect(of("https://conda.anaconda.org/bioconda/")).toBe("https://mirror.example/x/");
    expect(of("https://host/c")).toBe("https://host/c/");
  });

  test("credentials and tokens stay in what is asked, and nowhere else", () => {
    const place = placeOf("https://user:secret@host/t/token-1/channel");
    expect(place.asked).toBe("https://user:secret@host/t/token-1/channel/");
    expect(JSON.stringify({ ...place, asked: "" })).not.toMatch(/secret|token-1/);
  });

  test.each(["", "a b", "ftp://host/x", "-r"])("%j is no channel", (text) => {
    expect(() => channelPlaces(text, { folder: "/" })).toThrow(
      expect.objectContaining({ code: "channel-invalid" }),
    );
  });
});

describe("records", () => {
  const text = repodata({
    "numpy-1.26.4-py312_0.tar.bz2": { depends: ["python >=3.12,<3.13.0a0"], md5: "A".repeat(32) },
    "numpy-base-1.0-0.tar.bz2": {},
    "numpy-2.0-py312_0.tar.bz2": { track_features: "a, b c" },
    "numpy-1.26.4-py312_0.conda": { sha256: "a".repeat(64), size: 3, timestamp: 1_700_000_000 },
    "numpy-2.1-py312_1.conda": {
      track_features: ["a"],
      timestamp: 1_700_000_000_123,
      noarch: true,
    },
    "ruamel.yaml-0.18-0.conda": { nested: { "x}": ['"}', { y: "\\" }] }, depends: [1, "yaml"] },
    "ruamel_yaml-0.15-0.conda": { noarch: "python", constrains: ["x >1"] },
    "odd-1.0-0.conda": { name: "other" },
    "bad-1.0-0.conda": { version: 1 },
  });

  test.each([
    ["plain", text, "repodata.json"],
    ["indented", JSON.stringify(JSON.parse(text), null, 2), "repodata.json"],
    [
      "zstd of two frames",
      Buffer.concat([zstdCompressSync(text.slice(0, 100)), zstdCompressSync(text.slice(100))]),
      "repodata.json.zst",
    ],
    ["bzip2", execFileSync("bzip2", { input: text }), "repodata.json.bz2"],
  ])("as their file says, %s", async (_, bytes, name) => {
    const folder = await openText(bytes, name);
    const numpy = await records(folder, "numpy");
    expect(numpy.map(({ filename }) => filename)).toEqual([
      "numpy-1.26.4-py312_0.conda",
      "numpy-2.0-py312_0.tar.bz2",
      "numpy-2.1-py312_1.conda",
    ]);
    expect(numpy[0]).toMatchObject({
      sha256: "a".repeat(64),
      size: 3,
      timestamp: 1_700_000_000_000,
    });
    expect(numpy[1]?.trackFeatures).toEqual(["a", "b", "c"]);
    expect(numpy[2]).toMatchObject({
      trackFeatures: ["a"],
      timestamp: 1_700_000_000_123,
      noarch: "generic",
      subdir: "linux-64",
    });
    expect((await records(folder, "numpy-base")).length).toBe(1);
    expect(folder.namesLike("ruamel-yaml")).toEqual(["ruamel.yaml", "ruamel_yaml"]);
    expect((await records(folder, "ruamel.yaml"))[0]?.depends).toEqual(["yaml"]);
    expect(await records(folder, "odd")).toEqual([]);
    expect(await records(folder, "bad")).toEqual([]);
    expect(await records(folder, "gone")).toEqual([]);
    folder.close();
  });

  test("info.base_url says where files are (CEP 15)", async () => {
    const info = { subdir: "linux-64", base_url: "https://files.example/c/linux-64" };
    const folder = await openText(repodata({ "a-1-0.conda": {} }, info));
    expect((await records(folder, "a"))[0]?.url).toBe(
      "https://files.example/c/linux-64/a-1-0.conda",
    );
  });

  test.each([
    ["no JSON", "hello"],
    ["cut short", repodata({ "a-1-0.conda": {} }).slice(0, 120)],
    ["something behind", `${repodata({})} x`],
    ["a list", "[]"],
    ["records that are no objects", '{"packages":{"a-1-0.conda":1}}'],
  ])("%s is refused", async (_, text) => {
    await expect(openText(text)).rejects.toMatchObject({ code: "channel-bad-answer" });
  });

  test("a record that is no JSON is refused when it is asked for", async () => {
    const folder = await openText(
      '{"packages":{"a-1-0.conda":{"name":nonsense},"b-1-0.conda":{}}}',
    );
    expect(() => folder.records("a")).toThrow(
      expect.objectContaining({ code: "channel-bad-answer" }),
    );
  });

  test("details of a build are there when its folder is closed, too", async () => {
    const folder = await openText(repodata({ "a-1-0.conda": { depends: ["b >1"], size: 7 } }));
    const [record] = await records(folder, "a");
    folder.close();
    expect(record).toMatchObject({ depends: ["b >1"], size: 7, needsPython: false });
  });

  test("a file that is changed under a reader is told as such", async () => {
    const folder = scratch();
    mkdirSync(join(folder, "linux-64"));
    const path = join(folder, "linux-64", "repodata.json");
    writeFileSync(path, repodata({ "a-1-0.conda": { depends: ["b"] } }));
    const place = placeOf(pathToFileURL(folder).href);
    const opened = (await openFolder(place, "linux-64", folderOptions())) as CondaFolder;
    const [record] = await records(opened, "a");
    for (const text of ["{}", repodata({ "c-1-0.conda": { depends: ["b"] } })]) {
      writeFileSync(path, text);
      expect(() => record?.depends).toThrow(
        expect.objectContaining({ code: "channel-bad-answer" }),
      );
    }
  });

  test.skipIf(sharedConda() === undefined)("all of a real channel", async () => {
    const { unzstd } = await import("../../../src/archive/index.ts");
    const bytes = readShared("channels/main-merged/linux-64/repodata.json.zst");
    const whole = JSON.parse(unzstd(bytes).toString()) as Record<
      string,
      Record<string, { name: string }>
    >;
    const expected = new Map<string, Set<string>>();
    for (const [filename, { name }] of Object.entries({
      ...whole["packages"],
      ...whole["packages.conda"],
    })) {
      const stem = filename.replace(/\.conda$|\.tar\.bz2$/, "");
      expected.set(name, (expected.get(name) ?? new Set()).add(stem));
    }
    const folder = await openText(bytes, "repodata.json.zst");
    expect(folder.names().toSorted()).toEqual([...expected.keys()].toSorted());
    for (const [name, stems] of expected) {
      const found = (await records(folder, name)).map(({ filename }) =>
        filename.replace(/\.conda$|\.tar\.bz2$/, ""),
      );
      expect(found.toSorted()).toEqual([...stems].toSorted());
    }
  });
});

describe("over http", () => {
  const text = repodata({ "a-1-0.conda": {} });

  test("asked once, then by ETag, then not at all while it is fresh, and offline", async () => {
    const server = await serveFolder({
      "c/linux-64/repodata.json": text,
      "c/noarch/repodata.json.zst": zstdCompressSync(repodata({}, { subdir: "noarch" })),
    });
    const place = placeOf(`${server.url}/c`);
    const options = folderOptions();
    const folders = await openChannel(place, "linux-64", options);
    expect(folders.map(({ subdir }) => subdir)).toEqual(["linux-64", "noarch"]);
    const before = server.requests.length;
    const again = await openFolder(place, "linux-64", options);
    expect(again?.names()).toEqual(["a"]);
    expect(server.requests.slice(before)).toMatchObject([
      { headers: { "if-none-match": expect.any(String) } },
    ]);
    await openFolder(place, "linux-64", { ...options, isFresh: () => true });
    await openFolder(place, "linux-64", { ...options, offline: true });
    expect(server.requests.length).toBe(before + 1);
  });

  test("offline, what was never read is an error", () => {
    const options = folderOptions({ offline: true });
    expect(() => openFolder(placeOf("https://host.example/c"), "linux-64", options)).toThrow(
      expect.objectContaining({ code: "channel-offline" }),
    );
  });

  test("no such channel", async () => {
    const server = await serveFolder({});
    const opening = Promise.resolve(
      openChannel(placeOf(`${server.url}/c`), "linux-64", folderOptions()),
    );
    await expect(opening).rejects.toMatchObject({ code: "channel-missing" });
  });

  test("credentials are wanted", async () => {
    const server = await serve((_, response) => response.writeHead(401).end());
    const opening = Promise.resolve(
      openFolder(placeOf(`${server.url}/c`), "noarch", folderOptions()),
    );
    await expect(opening).rejects.toMatchObject({ code: "channel-unauthorized" });
  });

  test("current_repodata.json where it is asked for", async () => {
    const server = await serveFolder({
      "c/linux-64/current_repodata.json": repodata({ "b-1-0.conda": {} }),
      "c/linux-64/repodata.json": text,
    });
    const folder = await openFolder(
      placeOf(`${server.url}/c`),
      "linux-64",
      folderOptions({ current: true }),
    );
    expect(folder?.names()).toEqual(["b"]);
  });
});

test("a repodata file is a channel of one folder", async () => {
  const folder = scratch();
  writeFileSync(join(folder, "mine.json"), repodata({ "a-1-0.conda": {} }));
  const [place] = channelPlaces("mine", { folder, addresses: { mine: "mine.json" } });
  const folders = await openChannel(place as never, "linux-64", folderOptions());
  expect(folders.map(({ channel, subdir }) => `${channel}/${subdir}`)).toEqual(["mine/linux-64"]);
  expect(await openChannel(place as never, "osx-64", folderOptions())).toEqual([]);
});
