import { describe, expect, test } from "vitest";
import { conflictFacts, explainConflict } from "../../src/resolve/index.ts";
import { problemOf, type Scenario, scenarios } from "./packse.ts";
import { run, versionsOf } from "./run-resolve.ts";

const PEP440 =
  "PEP 440 and pip admit a pre-release where nothing else meets a specifier; uv only where a project has nothing else";
const PIP =
  "pip merges the specifiers on a name, so that one that names a pre-release admits it for all; uv asks for it in the input";
const SDIST = "only an sdist is left, and building from source comes later";
const PYTHON = "pip checks Requires-Python in full; uv ignores upper bounds";

/** Where our answer is another than uv's, and why. */
const EXCEPTIONS: Readonly<Record<string, { because: string; packages?: Record<string, string> }>> =
  {
    "package-only-prereleases-in-range": { because: PEP440, packages: { a: "1.0.0a1" } },
    "transitive-package-only-prereleases-in-range": {
      because: PEP440,
      packages: { a: "0.1.0", b: "1.0.0a1" },
    },
    "transitive-prerelease-and-stable-dependency": {
      because: PIP,
      packages: { a: "1.0.0", b: "1.0.0", c: "2.0.0b1" },
    },
    "transitive-prerelease-and-stable-dependency-many-versions": {
      because: PIP,
      packages: { a: "1.0.0", b: "1.0.0", c: "2.0.0b9" },
    },
    "transitive-prerelease-and-stable-dependency-many-versions-holes": {
      because: PIP,
      packages: { a: "1.0.0", b: "1.0.0", c: "2.0.0b4" },
    },
    "incompatible-python-compatible-override-available-no-wheels": { because: SDIST },
    "incompatible-python-compatible-override-no-compatible-wheels": { because: SDIST },
    "incompatible-python-compatible-override-other-wheel": { because: SDIST },
    "incompatible-python-compatible-override-unavailable-no-wheels": { because: SDIST },
    "python-less-than-current": { because: PYTHON },
  };

const all = scenarios();

/** The pins that a scenario must have; undefined where there must be none; {} where any will do. */
function expectedPins({ name, expected }: Scenario): Record<string, string> | undefined {
  const exception = EXCEPTIONS[name];
  if (exception !== undefined) return exception.packages;
  return expected.satisfiable ? { ...expected.packages } : undefined;
}

describe.skipIf(all.length === 0)(
  "packse scenarios (skipped where they are not beside the repository)",
  () => {
    test.each(all.map((scenario) => [scenario.name, scenario] as const))(
      "%s",
      async (_, scenario) => {
        const result = await run(problemOf(scenario));
        const expected = expectedPins(scenario);
        const pins = result.kind === "conflict" ? undefined : versionsOf(result);
        // Where a scenario only says that there is a solution, any will do.
        const anything = expected !== undefined && Object.keys(expected).length === 0;
        expect(pins).toEqual(anything ? (pins ?? {}) : expected);
      },
    );

    test("every exception is a scenario whose answer differs", () => {
      const byName = new Map(all.map((scenario) => [scenario.name, scenario]));
      for (const [name, { packages }] of Object.entries(EXCEPTIONS)) {
        expect(byName.get(name)?.expected.satisfiable).toBe(packages === undefined);
      }
    });

    test("explanations", async () => {
      const texts: string[] = [];
      for (const scenario of all) {
        const result = await run(problemOf(scenario));
        if (result.kind === "conflict")
          texts.push(`# ${scenario.name}\n${explainConflict(result)}\n`);
      }
      await expect(texts.join("\n")).toMatchFileSnapshot(
        "../cases/resolve-packse-explanations.txt",
      );
    });

    test("facts are JSON and name every premise", async () => {
      for (const scenario of all) {
        const result = await run(problemOf(scenario));
        if (result.kind === "resolution") continue;
        const facts = JSON.parse(JSON.stringify(conflictFacts(result))) as {
          steps: { premises: unknown[] }[];
        };
        expect(facts.steps.length).toBeGreaterThan(0);
      }
    });
  },
);
