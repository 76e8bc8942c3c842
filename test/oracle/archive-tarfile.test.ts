import { spawnSync } from "node:child_process";
import { hash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import {
  bufferSource,
  bunzip2,
  decompress,
  readTar,
  streamBzip2,
  tarCompression,
} from "../../src/archive/index.ts";
import { peerPython } from "../../tools/make-peers.ts";

/** Archives that tarfile writes in each of its formats and compressions, with what it reads from them. */
const SCRIPT = `
import bz2, hashlib, io, json, os, random, sys, tarfile
out = sys.argv[1]
rnd = random.Random(7)
def make(i):
    kind = ["", ".gz", ".bz2"][i % 3]
    path = os.path.join(out, "made%d.tar%s" % (i, kind))
    with tarfile.open(path, "w:" + kind[1:], format=rnd.choice([tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])) as t:
        files = []
        for n in range(rnd.randrange(1, 25)):
            ustar = t.format == tarfile.USTAR_FORMAT
            folder = rnd.choice(["", "./", "d/", "d/e/", "l" * 60 + "/"] + ([] if ustar else ["x" * 120 + "/", "d\\u00e9/" * 30]))
            info = tarfile.TarInfo(folder + "n%d" % n)
            info.mode = rnd.choice([0o644, 0o755, 0o4755, 0])
            info.mtime = rnd.choice([0, 1, 2**31, 1600000000] + ([1.5] if t.format == tarfile.PAX_FORMAT else []))
            what = rnd.choice(["file"] * 6 + ["dir", "link", "hard"])
            data = b""
            if what == "dir": info.type = tarfile.DIRTYPE
            elif what == "link": info.type, info.linkname = tarfile.SYMTYPE, rnd.choice(["nowhere", "x" * (90 if ustar else 150), "\\u00e9"])
            elif what == "hard" and files: info.type, info.linkname = tarfile.LNKTYPE, rnd.choice(files)
            else:
                data = rnd.randbytes(rnd.choice([0, 1, 511, 512, 513, 70000])) * rnd.choice([1, 2])
                info.size = len(data)
                files.append(info.name)
            t.addfile(info, io.BytesIO(data))
    return path
def entry(t, m):
    kind = "folder" if m.isdir() else "link" if m.issym() else "hardlink" if m.islnk() else "file"
    name = "/".join(p for p in m.name.split("/") if p not in ("", "."))
    digest = hashlib.sha256(t.extractfile(m).read()).hexdigest() if m.isreg() else ""
    return [name, kind, m.mode, m.mtime, m.linkname if m.issym() else "", digest]
for i in range(150):
    path = make(i)
    with tarfile.open(path) as t: print(json.dumps({"path": path, "entries": [entry(t, m) for m in t]}))
for i in range(40):
    path = os.path.join(out, "plain%d.bz2" % i)
    data = b"".join(bytes([rnd.randrange(256)]) * rnd.choice([1, 2, 3, 4, 5, 255, 256, 300, 70000]) if rnd.random() < .5 else rnd.randbytes(rnd.randrange(3000)) for _ in range(rnd.randrange(0, 60)))
    with open(path, "wb") as f:
        for part in range(rnd.randrange(1, 3)): f.write(bz2.compress(data, rnd.randrange(1, 10)))
    print(json.dumps({"path": path, "sha256": hashlib.sha256(bz2.open(path).read()).hexdigest()}))
`;

const python = peerPython();
const folder = mkdtempSync(join(tmpdir(), "tarfile-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Answer {
  readonly path: string;
  readonly entries?: readonly unknown[];
  readonly sha256?: string;
}

test.skipIf(python === undefined)(
  "what Python writes and reads as tar and bzip2 is read alike",
  () => {
    const { stdout, stderr } = spawnSync(python as string, ["-c", SCRIPT, folder], {
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    });
    expect(stderr).toBe("");
    const answers = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Answer);
    expect(answers).toHaveLength(190);
    for (const answer of answers) expect(ours(answer.path)).toEqual(answer);
  },
);

/** What we read, in the words of the script. */
function ours(path: string): Answer {
  const bytes = readFileSync(path);
  const compression = tarCompression(path);
  if (compression === undefined) {
    const whole = bunzip2(bytes);
    const pieces = Buffer.concat([...streamBzip2(bufferSource(bytes))]);
    return { path, sha256: pieces.equals(whole) ? hash("sha256", whole, "hex") : "differs" };
  }
  const entries = readTar(decompress(bytes, compression)).map((entry) => [
    entry.path,
    entry.kind,
    entry.mode,
    entry.mtime,
    entry.kind === "link" ? entry.target : "",
    entry.kind === "file" ? hash("sha256", entry.data, "hex") : "",
  ]);
  return { path, entries };
}
