import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { getBuildRequires, openSandbox } from "../../src/build/index.ts";
import { bareEnvironment, makeSdistScratch, python } from "./make-sdist.ts";

const scratch = makeSdistScratch();
afterAll(() => scratch.remove());

test("an editable install that would build at each import is refused", async () => {
  const path = mkdtempSync(join(tmpdir(), "meson-"));
  const system = `[build-system]\nrequires = ["meson-python"]\nbuild-backend = "mesonpy"\n`;
  writeFileSync(join(path, "pyproject.toml"), system);
  const asked = getBuildRequires({
    source: { kind: "tree", path },
    environment: bareEnvironment,
    sandbox: await openSandbox({ python }),
    folder: scratch.fresh(),
    editable: true,
  });
  await expect(asked).rejects.toMatchObject({
    code: "build-editable",
    message: expect.stringContaining(
      "meson-python builds it again whenever it is imported",
    ) as string,
    hint: expect.stringContaining("leave out -e") as string,
  });
  rmSync(path, { recursive: true });
});
