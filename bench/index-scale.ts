// `node bench/index-scale.ts INDEX [NAMES[:FILES]…]`: index files of sizes that PyPI does not have yet.
// INDEX is a file made of the real data, from which the shapes are taken. For each size: import time,
// peak memory and length; look-up and resolution as whole processes, with the network cut. What a
// resolution takes must not grow with the number of names.
import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { figures, line, resolution, showing } from "./index-jobs.ts";
import { writeSynthetic } from "./synthetic-index.ts";
import { measure, OURS, scratch } from "./tools.ts";

const SIZES = ["250000", "500000", "1000000:15000000"];

function run(real: string, size: string): void {
  const [names = 0, files] = size.split(":").map(Number);
  const folder = scratch("scale");
  const checkout = join(folder, "checkout");
  const file = join(folder, "synthetic.index");
  const env = { MACH_NIX_HOME: join(folder, "home") };
  const made = writeSynthetic(real, {
    folder: checkout,
    size: { names, ...(files === undefined ? {} : { files }) },
    roots: ["jupyterlab"],
  });
  line(`${made.names} names`, `${made.files} files`);
  const [imported] = measure([{ argv: [...OURS, "index", "import", checkout, "-o", file], env }]);
  rmSync(checkout, { recursive: true });
  if (imported === undefined) return;
  line("  import", `${figures([imported])}, ${(statSync(file).size / 1e6).toFixed(1)} MB`);
  line("  index show numpy", showing(file, env));
  line("  lock jupyterlab", resolution(["jupyterlab"], { file, env }));
  rmSync(folder, { recursive: true });
}

const [real, ...sizes] = process.argv.slice(2);
if (real === undefined) throw new Error("usage: node bench/index-scale.ts INDEX [NAMES[:FILES]…]");
for (const size of sizes.length > 0 ? sizes : SIZES) run(real, size);
