import { execFileSync } from "node:child_process";
import { array, constantFrom, sample, tuple } from "fast-check";
import { expect, test } from "vitest";
import { parseNetrc } from "../../src/http/index.ts";
import { peerPython } from "../../tools/make-peers.ts";

const PYTHON = `
import json, netrc, sys, tempfile, os
path = tempfile.mktemp()
answers = []
for text in json.load(sys.stdin):
    with open(path, "w") as file: file.write(text)
    try:
        hosts = netrc.netrc(path).hosts
        answers.append(sorted([h, login, password] for h, (login, _, password) in hosts.items()))
    except netrc.NetrcParseError: answers.append(None)
os.unlink(path)
json.dump(answers, sys.stdout)
`;

const WORDS = ["machine", "login", "user", "password", "account", "default", "h.org", "a", "b"];
const piece = tuple(
  constantFrom(...WORDS, '"q q"', '""', '"\\""', "x\\ y", 'x"y', "machine m login l password p"),
  constantFrom(" ", "\n", "\t", " \r\n", "  "),
);

function ours(text: string): unknown {
  try {
    const { hosts, default: fallback } = parseNetrc(text);
    const all = new Map(hosts);
    if (fallback !== undefined) all.set("default", fallback);
    return [...all.entries()]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([host, { username, password }]) => [host, username, password]);
  } catch {
    return null;
  }
}

/** An empty word ends the file for Python; for us it is a value, or no keyword. */
function isComparable(text: string): boolean {
  return !text.includes('""') && !/(^|\s)machine\s+default(\s|$)/.test(text);
}

test.skipIf(peerPython() === undefined)("netrc files are read as Python reads them", () => {
  const texts = sample(array(piece, { maxLength: 12 }), { numRuns: 4000, seed: 7 })
    .map((pieces) => pieces.flat().join(""))
    .filter(isComparable);
  const input = JSON.stringify(texts);
  const output = execFileSync(peerPython() as string, ["-c", PYTHON], { input, encoding: "utf8" });
  const theirs = JSON.parse(output) as (string[][] | null)[];
  const differing = texts.filter(
    (text, i) => JSON.stringify(ours(text)) !== JSON.stringify(theirs[i]),
  );
  expect(texts.length).toBeGreaterThan(2000);
  expect(
    differing.map((text) => [text, ours(text), theirs[texts.indexOf(text)]]).slice(0, 5),
  ).toEqual([]);
});
