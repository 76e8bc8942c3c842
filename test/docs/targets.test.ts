import { expect, test } from "vitest";
import { readTargetsPage, targetsPage } from "../../tools/targets.ts";

test("the table of platforms is the program's own: node tools/targets.ts", () => {
  const page = readTargetsPage();
  expect(page).toBe(targetsPage(page));
});
