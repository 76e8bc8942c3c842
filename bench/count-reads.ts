// `node bench/count-reads.ts INDEX NAME…`: resolves the names as bench/index.ts does and prints how many
// bytes of the index file were read, and in how many reads.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [file = "", ...packages] = process.argv.slice(2);
const { ino } = fs.statSync(file);
const { readSync } = fs;
let bytes = 0;
let reads = 0;
fs.readSync = ((handle: number, ...rest: [Buffer, number, number, number]) => {
  const count = readSync(handle, ...rest);
  if (fs.fstatSync(handle).ino === ino) {
    bytes += count;
    reads += 1;
  }
  return count;
}) as typeof fs.readSync;
syncBuiltinESMExports();

const { lockProject, openSession } = await import("../src/project/index.ts");
const cwd = fs.mkdtempSync(join(tmpdir(), "mach-nix-count-"));
const session = openSession({
  env: { MACH_NIX_HOME: join(cwd, "home"), HOME: cwd },
  cwd,
  options: { indexFile: file, offline: true, indexUrl: "http://127.0.0.1:9/simple/" },
  report: () => undefined,
  now: () => Date.now(),
});
await lockProject(session, {
  inputs: [],
  packages,
  pythons: ["3.9"],
  platforms: ["linux-x86_64"],
  providers: { _default: ["wheel", "sdist"] },
  date: "2023-09-07",
});
fs.rmSync(cwd, { recursive: true });
console.log(`${bytes} in ${reads} reads`);
