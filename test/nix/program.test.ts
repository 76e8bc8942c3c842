// The program built from source by Nix, as `nix run` starts it: no node_modules, no Node on PATH.
import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hasCommand, ROOT, runProgram, scratch } from "../e2e/program.ts";
import { hostPackage } from "./made-lock.ts";
import { hasPythons, nixPlace, PYTHON } from "./nix-place.ts";
import { newestNix } from "./real-nix.ts";

const PARTS = ["bin", "src", "tools", "nix", "python", "page", "package.json", "default.nix"];
const MORE = ["package-lock.json", "tsconfig.json", "tsconfig.build.json"];
const PIP = "http://127.0.0.1:9/simple";

const CERTIFICATES = "NODE_EXTRA_CA_CERTS";

function askNpm(...words: readonly string[]): string | undefined {
  const ran = runProgram("npm", words, { cwd: ROOT, env: process.env });
  return ran.status === 0 ? ran.stdout.trim() : undefined;
}

/** How npm reaches its registry; undefined where it reaches none. */
function registry(): Record<string, string> | undefined {
  if (!hasCommand("npm") || askNpm("ping") === undefined) return undefined;
  const [cafile = "null", own = ""] = [
    askNpm("config", "get", "cafile"),
    process.env[CERTIFICATES],
  ];
  return {
    npm_config_registry: askNpm("config", "get", "registry") ?? "",
    ...(cafile === "null" ? {} : { npm_config_cafile: cafile }),
    ...(own === "" ? {} : { [CERTIFICATES]: own }),
  };
}

const npm = registry();
const ready = newestNix() !== undefined && hasPythons(PYTHON) && npm !== undefined;
if (npm === undefined) console.warn("npm reaches no registry: the program is not built by Nix");

describe.skipIf(!ready)("nix/program.nix", () => {
  test("builds the program from source, which runs by itself", { timeout: 240_000 }, async () => {
    const folder = scratch("nix-source");
    const pip = hostPackage(folder, {
      name: "pip",
      files: {
        "pip/_internal/models/index.py": `class PyPI:\n    simple_url = "${PIP}"\n`,
      },
    });
    const place = nixPlace(newestNix() as NonNullable<ReturnType<typeof newestNix>>, {
      packages: { pip },
    });
    const source = join(folder, "source");
    mkdirSync(source);
    for (const part of [...PARTS, ...MORE])
      cpSync(join(ROOT, part), join(source, part), { recursive: true });
    const expression = `import ${ROOT}/nix/program.nix { inherit pkgs; source = ${source}; }`;
    const built = await place.build(expression, [], npm ?? {});
    expect(existsSync(join(built, "node_modules"))).toBe(false);
    const ran = runProgram(join(built, "bin", "mach-nix"), ["--version"], {
      env: { HOME: place.folder, PATH: "/usr/bin:/bin" },
    });
    expect(ran, ran.stderr).toMatchObject({ status: 0 });
    expect(ran.stdout).toMatch(/\d+\.\d+\.\d+/);
    const index = readFileSync(join(built, "dist", "default-index.json"), "utf8");
    expect(JSON.parse(index)).toEqual({ simpleUrl: PIP });
    const again = await place.build(
      `import ${ROOT}/nix/program.nix { inherit pkgs; source = ${built}; }`,
    );
    expect(readFileSync(join(again, "package.json"))).toEqual(
      readFileSync(join(built, "package.json")),
    );
  });
});
