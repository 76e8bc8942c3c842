import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { unpackSdist } from "../../src/build/index.ts";
import { makeSdist, makeTar, type TarPart } from "../index/make-sdist.ts";

const scratch = mkdtempSync(join(tmpdir(), "unpack-sdist-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let count = 0;

/** Writes an archive and unpacks it; gives the folder and what was said of it. */
async function unpack(
  { filename, content }: { readonly filename: string; readonly content: Buffer },
  limit?: number,
): Promise<{ into: string; top: string }> {
  const folder = join(scratch, `${count++}`);
  const into = join(folder, "into");
  mkdirSync(into, { recursive: true });
  writeFileSync(join(folder, filename), content);
  const options = { filename, into, ...(limit === undefined ? {} : { limit }) };
  return { into, top: await unpackSdist(join(folder, filename), options) };
}

function tarGz(...parts: TarPart[]): { filename: string; content: Buffer } {
  return { filename: "demo-1.0.tar.gz", content: gzipSync(makeTar(parts)) };
}

test.each(["demo-1.0.tar.gz", "demo-1.0.zip"])(
  "%s: its files, and its only folder",
  async (name) => {
    const { into, top } = await unpack(makeSdist(name, { "setup.py": "one", "src/a/b.py": "two" }));
    expect(top).toBe("demo-1.0");
    expect(readFileSync(join(into, "demo-1.0/setup.py"), "utf8")).toBe("one");
    expect(readFileSync(join(into, "demo-1.0/src/a/b.py"), "utf8")).toBe("two");
  },
);

test("several things at the top", async () => {
  const made = makeSdist("demo-1.0.tar.gz", { "setup.py": "one", "/other/a": "two" });
  expect((await unpack(made)).top).toBe("");
});

test("the last of a file that comes twice, links, hard links, permissions", async () => {
  const { into, top } = await unpack(
    tarGz(
      { name: "demo/", type: "5" },
      { name: "demo/run", data: Buffer.from("old"), mode: 0o755 },
      { name: "demo/same", type: "1", target: "demo/run" },
      { name: "demo/link", type: "2", target: "run" },
      { name: "demo/run", data: Buffer.from("newer"), mode: 0o644 },
    ),
  );
  expect(top).toBe("demo");
  expect(readFileSync(join(into, "demo/run"), "utf8")).toBe("newer");
  expect(lstatSync(join(into, "demo/run")).mode & 0o111).toBe(0);
  expect(readFileSync(join(into, "demo/same"), "utf8")).toBe("old");
  expect(readlinkSync(join(into, "demo/link"))).toBe("run");
});

test("links and names that lead out are refused", async () => {
  const link = unpack(tarGz({ name: "demo/x", type: "2", target: "../../x" }));
  await expect(link).rejects.toMatchObject({ code: "tar-unsafe-link" });
  const name = unpack(tarGz({ name: "../x", data: Buffer.from("x") }));
  await expect(name).rejects.toMatchObject({ code: "tar-unsafe-name" });
});

test("more bytes than allowed", async () => {
  const made = makeSdist("demo-1.0.tar.gz", { a: "x".repeat(600), b: "y".repeat(600) });
  await expect(unpack(made, 1000)).rejects.toMatchObject({ code: "build-sdist-too-large" });
  expect((await unpack(made, 1200)).top).toBe("demo-1.0");
});
