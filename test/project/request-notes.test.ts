import { expect, test } from "vitest";
import type { ProgressEvent } from "../../src/base/index.ts";
import type { Lock } from "../../src/lock/index.ts";
import { noteRequest } from "../../src/project/request-notes.ts";
import type { RequirementInput } from "../../src/requirement/index.ts";
import { parsePlatform, parsePythonVersion } from "../../src/target/index.ts";

const FORMER = { targets: [{ pins: [{ name: "pyyaml" }] }] } as unknown as Lock;

function notesOf({
  upgrade,
  requiresPython,
  pythons = ["3.11"],
}: {
  readonly upgrade?: true | readonly string[];
  readonly requiresPython?: string;
  readonly pythons?: readonly string[];
}): string[] {
  const notes: string[] = [];
  noteRequest(
    (event: ProgressEvent) => {
      if (event.kind === "note") notes.push(event.message);
    },
    {
      request: { inputs: [], ...(upgrade === undefined ? {} : { upgrade }) },
      input: (requiresPython === undefined ? {} : { requiresPython }) as RequirementInput,
      targets: pythons.map((text) => ({
        python: parsePythonVersion(text),
        platform: parsePlatform("linux"),
      })),
      former: FORMER,
    },
  );
  return notes;
}

test("a name to upgrade that is not locked", () => {
  expect(notesOf({ upgrade: ["PyYAML", "nosuch"] })).toEqual([
    "nothing named nosuch is locked, so there is nothing to upgrade",
  ]);
  expect(notesOf({ upgrade: true })).toEqual([]);
});

test("a Python that the project excludes", () => {
  expect(notesOf({ requiresPython: ">=3.12", pythons: ["3.11", "3.12"] })).toEqual([
    "the input asks for Python >=3.12, which 3.11 is not",
  ]);
  expect(notesOf({ requiresPython: ">=3.11.4,<4" })).toEqual([]);
  expect(notesOf({ requiresPython: ">=3.11.4", pythons: ["3.11.2"] })).toHaveLength(1);
  expect(notesOf({})).toEqual([]);
});
