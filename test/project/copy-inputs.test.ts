import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { silent } from "../../src/base/index.ts";
import { copyInputs } from "../../src/project/copy-inputs.ts";
import { readRequest } from "../../src/project/read-request.ts";
import { openSession } from "../../src/project/index.ts";
import type { LockRequest } from "../../src/project/index.ts";

function project(): {
  readonly directory: string;
  readonly copy: (request: LockRequest) => Promise<void>;
} {
  const cwd = mkdtempSync(join(tmpdir(), "mach-nix-inputs-"));
  const directory = join(cwd, "env");
  mkdirSync(directory);
  writeFileSync(join(cwd, "requirements.txt"), "-r more/base.txt\nsix\n");
  mkdirSync(join(cwd, "more"));
  writeFileSync(join(cwd, "more/base.txt"), "attrs\n");
  const session = openSession({ env: {}, cwd, now: Date.now, report: silent, options: {} });
  return {
    directory,
    copy: async (request) => {
      const input = await readRequest(session, request);
      copyInputs(session, { directory, input, request });
    },
  };
}

test("includes come along, and the paths to them are rewritten", async () => {
  const { directory, copy } = project();
  await copy({ inputs: ["requirements.txt"] });
  expect(readFileSync(join(directory, "requirements.txt"), "utf8")).toBe(
    "-r includes/base.txt\nsix\n",
  );
  expect(readFileSync(join(directory, "includes/base.txt"), "utf8")).toBe("attrs\n");
});

test("names alone become a requirements file", async () => {
  const { directory, copy } = project();
  await copy({ inputs: [], packages: ["six", "attrs>=20"] });
  expect(readFileSync(join(directory, "requirements.txt"), "utf8")).toBe("six\nattrs>=20\n");
});

test("names beside files have a file of their own, as long as there are any", async () => {
  const { directory, copy } = project();
  await copy({ inputs: ["requirements.txt"], packages: ["idna"] });
  expect(readFileSync(join(directory, "packages.txt"), "utf8")).toContain("idna\n");
  await copy({ inputs: ["requirements.txt"] });
  expect(readdirSync(directory)).not.toContain("packages.txt");
  writeFileSync(join(directory, "packages.txt"), "the user's own\n");
  await copy({ inputs: ["requirements.txt"] });
  expect(readdirSync(directory)).toContain("packages.txt");
});

test("a file that a pyproject.toml names stays beside it", async () => {
  const { directory, copy } = project();
  const tables = "[tool.setuptools.dynamic]\ndependencies = { file = 'needs.txt' }\n";
  writeFileSync(
    join(directory, "../pyproject.toml"),
    `[project]\nname = "shop"\ndynamic = ["dependencies"]\n${tables}`,
  );
  writeFileSync(join(directory, "../needs.txt"), "six\n");
  await copy({ inputs: ["pyproject.toml"] });
  expect(readdirSync(directory).toSorted()).toEqual(["needs.txt", "pyproject.toml"]);
  await copy({ inputs: [join(directory, "pyproject.toml")] });
  expect(readdirSync(directory)).toHaveLength(2);
});
