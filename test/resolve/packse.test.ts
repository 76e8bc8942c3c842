import { describe, expect, test } from "vitest";
import { problemOf, scenarios } from "./packse.ts";
import { run, versionsOf } from "./run-resolve.ts";

const all = scenarios();

describe.skipIf(all.length === 0)("packse", () => {
  test.each(all.map((scenario) => [scenario.name, scenario] as const))(
    "%s",
    async (_, scenario) => {
      const result = await run(problemOf(scenario));
      expect(result.kind).toBe(scenario.expected.satisfiable ? "resolution" : "conflict");
      if (scenario.expected.packages !== undefined) {
        expect(versionsOf(result)).toEqual(scenario.expected.packages);
      }
    },
  );
});
