import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { bufferSource, readZipDirectory, readZipEntry } from "../../src/archive/index.ts";
import { peerPython } from "../../tools/make-peers.ts";

/** Real wheels (those in ensurepip) and archives that zipfile writes in each of its ways, with what it reads. */
const SCRIPT = `
import ensurepip, glob, hashlib, io, json, os, random, sys, zipfile
out = sys.argv[1]
rnd = random.Random(7)
class Pipe(io.RawIOBase):  # cannot seek, so zipfile writes data descriptors
    def __init__(self, f): self.f = f
    def writable(self): return True
    def write(self, b): return self.f.write(b)
def make(i):
    path = os.path.join(out, "made%d.zip" % i)
    with open(path, "wb") as f:
        target = Pipe(f) if i % 3 == 0 else f
        with zipfile.ZipFile(target, "w", compression=rnd.choice([0, 8]), compresslevel=rnd.choice([0, 1, 6, 9])) as z:
            for n in range(rnd.randrange(0, 30)):
                name = rnd.choice(["", "d/", "d/e/", "d\\u00e9/"]) + "n%d.%s" % (n, rnd.choice(["py", "\\u4e16", "so"]))
                info = zipfile.ZipInfo(name, (2020, 1, 2, 3, 4, 6))
                info.compress_type = rnd.choice([0, 8])
                info.external_attr = rnd.choice([0, 0o100644, 0o100755, 0o644]) << 16
                data = rnd.randbytes(rnd.choice([0, 1, 100, 70000])) * rnd.choice([1, 3])
                with z.open(info, "w", force_zip64=rnd.random() < 0.3) as w:
                    w.write(data)
            if rnd.random() < 0.5: z.mkdir("folder%d" % i) if hasattr(z, "mkdir") else None
            z.comment = rnd.randbytes(rnd.choice([0, 10])).replace(b"P", b"")
    return path
paths = [make(i) for i in range(200)]
paths += glob.glob(os.path.join(os.path.dirname(ensurepip.__file__), "_bundled", "*.whl"))
for path in paths:
    with zipfile.ZipFile(path) as z:
        entries = [[i.filename, i.file_size, i.CRC, i.external_attr >> 16, hashlib.sha256(z.read(i)).hexdigest()] for i in z.infolist()]
    print(json.dumps({"path": path, "entries": entries}))
`;

const python = peerPython();
const folder = mkdtempSync(join(tmpdir(), "zipfile-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Answer {
  readonly path: string;
  readonly entries: readonly unknown[];
}

test.skipIf(python === undefined)("what Python's zipfile writes and reads is read alike", () => {
  const { stdout } = spawnSync(python as string, ["-c", SCRIPT, folder], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  const answers = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Answer);
  expect(answers.length).toBeGreaterThan(200);
  for (const { path, entries } of answers) {
    const source = bufferSource(readFileSync(path));
    const ours = readZipDirectory(source).map((entry) => [
      entry.name,
      entry.size,
      entry.crc,
      entry.mode,
      createHash("sha256").update(readZipEntry(source, entry)).digest("hex"),
    ]);
    expect([path, ours]).toEqual([path, entries]);
  }
});
