import { expect, test } from "vitest";
import { GLOBAL_OPTIONS, RESOLVE_OPTIONS, TARGET_OPTIONS } from "../../src/cli/global-options.ts";
import { parseArguments } from "../../src/cli/parse-arguments.ts";
import { lockRequest } from "../../src/cli/requests.ts";
import type { LockRequest } from "../../src/project/index.ts";

function requestOf(line: string): LockRequest {
  const options = [...RESOLVE_OPTIONS, ...TARGET_OPTIONS];
  const spec = { description: [], operands: [], options, examples: [] };
  const words = line.split(" ").filter((word) => word !== "");
  return lockRequest(parseArguments(words, { spec, global: GLOBAL_OPTIONS, name: "lock" }));
}

test.each([
  ["--providers wheel,sdist", { providers: { _default: ["wheel", "sdist"] } }],
  ["--providers numpy=wheel", { providers: { numpy: ["wheel"] } }],
  [
    "--provider numpy=conda-forge,wheel --provider six=sdist",
    { providers: { numpy: ["conda-forge", "wheel"], six: ["sdist"] } },
  ],
  ["--prefer newest", { steering: { prefer: "newest" } }],
  ["--resolution lowest-direct", { steering: { order: "lowest-direct" } }],
  ["--min-age 7d --min-age six=0", { steering: { minimumAge: ["7d", "six=0"] } }],
  ["--pre=black --pre=six", { steering: { prereleases: ["black", "six"] } }],
  ["--pre", { pre: true }],
  ["--nixpkgs-packages list.json", { nixpkgsPackages: "list.json" }],
  ["--upgrade=six", { upgrade: ["six"] }],
  ["--upgrade", { upgrade: true }],
])("%s", (line, expected) => {
  expect(requestOf(line)).toMatchObject(expected);
});

test("what is not given is not asked for", () => {
  const request = requestOf("");
  expect(request).not.toHaveProperty("steering");
  expect(request).not.toHaveProperty("providers");
  expect(request).not.toHaveProperty("pre");
});

test.each(["--provider wheel", "--provider =wheel", "--providers wheel,,sdist", "--prefer latest"])(
  "usage-choice: %s",
  (line) => {
    expect(() => requestOf(line)).toThrow(expect.objectContaining({ code: "usage-choice" }));
  },
);

test("a package of any name may have providers", () => {
  const { providers } = requestOf("--provider __proto__=wheel");
  expect(Object.keys(providers ?? {})).toEqual(["__proto__"]);
});
