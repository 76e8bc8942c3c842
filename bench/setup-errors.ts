// Where pypi-deps-db has a reason instead of dependencies (`sdist-errors`): does setup.py fail here as well, and is
// the reason that a crawl would keep the same? Prints a line for each disagreement, and the shares.
//
//     node bench/setup-errors.ts BUCKETS --python PATH --setuptools FOLDER [--count 60] [--cache DIR]
//
// BUCKETS is a folder with sdist-errors/XX.json files. Left out are reasons of Nix, which built these, such as a
// download that failed, and that there is no setup.py, which a crawl finds out without running anything.
import { mapBounded } from "../src/base/index.ts";
import { normalizeFailure } from "../src/crawl/normalize-failure.ts";
import type { FileRecord } from "../src/index/index.ts";
import { choose, close, draw, type Drawn, run } from "./setup-run.ts";

const EXCEPTION = /^[\w.]{1,200}(?:Error|Exception|Exit)\b/;
const NO_SETUP = /^(?:FileNotFoundError|IOError): .*'setup\.py'/;

function isReason(text: string): boolean {
  return EXCEPTION.test(text) && !NO_SETUP.test(text);
}

/** Without the places of files, which are others on each machine, and the lines after the first. */
function sentence(text: string): string {
  const [line = ""] = text.split("\n");
  return line.replaceAll(/(?:\/[\w.#+-]+)+\/|#TMP#\//g, "@/").trim();
}

type Outcome = "the same" | "the same sentence" | "the same kind" | "another" | "none here";

async function compare(
  { version, expected }: Drawn<string>,
  file: FileRecord,
): Promise<[Outcome, string]> {
  const { answer, ...places } = await run(file);
  if ("setup" in answer) return ["none here", ""];
  const found = normalizeFailure(answer.error, { version, ...places });
  if (found.trim() === expected.trim()) return ["the same", found];
  if (sentence(found) === sentence(expected)) return ["the same sentence", found];
  const kind = (text: string): string => EXCEPTION.exec(text)?.[0].split(".").at(-1) ?? "";
  return [kind(found) === kind(expected) ? "the same kind" : "another", found];
}

const counts = new Map<Outcome, number>();
const chosen = await choose(draw<string>("sdist-errors", isReason));
await mapBounded(chosen, 2, async ({ release, file }) => {
  const [outcome, found] = await compare(release, file).catch(
    (error: unknown): [Outcome, string] => ["another", String(error)],
  );
  counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  if (outcome.startsWith("the same") && outcome !== "the same kind") return;
  const { expected } = release;
  console.log(JSON.stringify({ file: file.filename, outcome, expected, found }));
});
const failed = chosen.length - (counts.get("none here") ?? 0);
for (const [outcome, count] of counts) console.log(`${outcome}: ${count} of ${chosen.length}`);
const agreed = (counts.get("the same") ?? 0) + (counts.get("the same sentence") ?? 0);
console.log(
  `of ${failed} that fail in both, ${agreed} for the same reason (${((100 * agreed) / failed).toFixed(1)} %)`,
);
await close();
