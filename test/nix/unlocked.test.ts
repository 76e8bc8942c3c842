// Calls without a lock: the resolver in a derivation, with providers, fetchers, packages of one's own,
// nixpkgs' packages, names, and conda channels.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { makeWheel } from "../build/make-wheel.ts";
import { newUser, runProgram, scratch } from "../e2e/program.ts";
import { writeDatabase } from "../index/snapshot/database.ts";
import { makeSdist } from "../index/make-sdist.ts";
import { backendPackage, hostPackage, sourceFiles } from "./made-lock.ts";
import { hasPythons, type NixPlace, nixPlace, PYTHON } from "./nix-place.ts";
import { programFolder } from "./program-folder.ts";
import { newestNix } from "./real-nix.ts";

const ready = newestNix() !== undefined && hasPythons(PYTHON) && process.arch === "x64";

interface Files {
  readonly wheel: Record<string, unknown>;
  readonly sdist: Record<string, unknown>;
  readonly addresses: Record<string, unknown>;
}

/** Adds a wheel, and a source distribution of a project that has none, to the data. */
function addProject(folder: string, name: string, version: string, files: Files): void {
  const sha = (content: Buffer): string => createHash("sha256").update(content).digest("base64");
  const put = (kind: string, filename: string, content: Buffer): void => {
    const place = join(folder, "packages", kind, name[0] ?? "", name);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, filename), content);
  };
  const wheelName = `${name}-${version}-py3-none-any.whl`;
  const wheel = makeWheel({
    name,
    version,
    files: { [`${name}.py`]: `VERSION = "${version}"\n` },
    metadata: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
  });
  const sdist = makeSdist(`${name}-${version}.tar.gz`, sourceFiles({ name, version }));
  put("py3", wheelName, wheel);
  put("source", sdist.filename, sdist.content);
  files.wheel[name] = { py3: { [version]: { [wheelName]: {} } } };
  files.sdist[name] = { [version]: { "311": {} } };
  files.addresses[name] = {
    [version]: {
      wheels: { [wheelName]: [sha(wheel), "py3"] },
      sdist: [sha(sdist.content), sdist.filename],
    },
  };
}

function settingsOf(place: NixPlace): string {
  const files: Files = { wheel: {}, sdist: {}, addresses: {} };
  addProject(place.folder, "app", "1.0", files);
  addProject(place.folder, "lonely", "9.0", files);
  const database = writeDatabase({ wheel: files.wheel, sdist: files.sdist } as never);
  place.write("fetcher/UNIX_TIMESTAMP", "1694121121");
  place.write("fetcher/pypi/00.json", JSON.stringify(files.addresses));
  const user = newUser("nix-unlocked");
  const options = { cwd: place.folder };
  const url = `file://${place.folder}/packages`;
  const imports = [
    ["index", "import", database, "-o", "pypi.index"],
    ["index", "import", "fetcher", "--files", "--files-url", url, "-o", "pypi.index.files"],
  ];
  for (const words of imports) {
    const ran = user.run(words, options);
    expect(ran.status, ran.stderr).toBe(0);
  }
  const program = programFolder(place.folder);
  const index = join(place.folder, "pypi.index");
  return `{ program = ${program}; index = ${index}; indexFiles = ${index}.files; }`;
}

describe.skipIf(!ready)("without a lock", () => {
  let place: NixPlace;
  let mach: string;

  beforeAll(() => {
    const folder = scratch("nix-unlocked");
    place = nixPlace(newestNix() as NonNullable<ReturnType<typeof newestNix>>, {
      packages: {
        "tiny-backend": backendPackage(folder),
        lonely: hostPackage(folder, { name: "lonely", version: "0.5" }),
      },
    });
    mach = `(import ${join(import.meta.dirname, "..", "..")} ({ inherit pkgs; } // ${settingsOf(place)}))`;
  });

  function version(env: string, module: string): string {
    const code = `import ${module}; print(${module}.VERSION)`;
    const ran = runProgram(join(env, "bin", "python"), ["-c", code], { env: place.env });
    expect(ran.status, ran.stderr).toBe(0);
    return ran.stdout.trim();
  }

  test("requirements as text, and providers", async () => {
    const wheel = await place.build(`${mach}.mkPython { requirements = "lonely"; }`);
    expect(version(wheel, "lonely")).toBe("9.0");
    const nixpkgs = await place.build(
      `${mach}.mkPython { requirements = "lonely\\napp"; providers.lonely = "nixpkgs"; }`,
    );
    expect(version(nixpkgs, "lonely")).toBe("0.5");
    expect(version(nixpkgs, "app")).toBe("1.0");
  });

  test("requirements as a path, with the lock beside it once that is saved", async () => {
    const file = place.write("project/requirements.txt", "app\n");
    const call = `${mach}.mkPython { requirements = ${file}; }`;
    const env = await place.build(call);
    const lock = await place.build(`(${call}).lock`);
    place.write("project/mach-nix.lock", readFileSync(lock, "utf8"));
    const words = ["--option", "allow-import-from-derivation", "false"];
    expect(await place.build(call, words)).toBe(env);
  });

  test("a package of one's own, its requirements resolved with the environment's", async () => {
    for (const [path, text] of Object.entries({
      ...sourceFiles({ name: "mine", requires: ["app"] }),
      "mine.py": "import app\nVERSION = app.VERSION\n",
    }))
      place.write(join("mine", path), text);
    const env = await place.build(
      `${mach}.mkPython { requirements = "lonely"; packagesExtra = [ ${place.folder}/mine ]; }`,
    );
    expect(version(env, "mine")).toBe("1.0");
    expect(version(env, "lonely")).toBe("9.0");
  });

  test("overridesPre: what is defined there can be asked for", async () => {
    const env = await place.build(`${mach}.mkPython {
      requirements = "brand-new";
      overridesPre = [ (self: super: { brand-new = super.lonely.overridePythonAttrs { pname = "brand-new"; }; }) ];
      providers.brand-new = "nixpkgs";
    }`);
    expect(version(env, "lonely")).toBe("0.5");
  });

  test("fetchPypiSdist and fetchPypiWheel", async () => {
    const sdist = await place.build(`${mach}.fetchPypiSdist "app" "1.0"`);
    expect(sdist).toMatch(/app-1\.0\.tar\.gz$/);
    const wheel = await place.build(
      `${mach}.fetchPypiWheel "app" "1.0" "app-1.0-py3-none-any.whl"`,
    );
    expect(wheel).toMatch(/app-1\.0-py3-none-any\.whl$/);
  });

  test("gen.python and gen.docker", async () => {
    const env = await place.build(`${mach}.gen.python.app.lonely`);
    expect(version(env, "lonely")).toBe("9.0");
    const name = await place.evaluate(`${mach}.gen.docker.app.name`, ["--read-write-mode"]);
    expect(name).toBe("mach-nix-python.tar");
  });

  test("what cannot be resolved is said by the build", async () => {
    const error = await place.fails(`${mach}.mkPython { requirements = "app>=2"; }`);
    expect(error).toContain("app");
    expect(error).toMatch(/no-resolution|>=2/);
  });

  test("cross: the resolver runs with the build platform's tools, for the target", async () => {
    const cross = `(import ${place.nixpkgs} { crossSystem = { system = "aarch64-linux"; }; })`;
    const call = mach.replace("inherit pkgs;", `pkgs = ${cross};`);
    const target = `(${call}.mkPython { requirements = "app"; }).passthru.target.name`;
    expect(await place.evaluate(target, ["--read-write-mode"])).toBe("3.11-linux-aarch64");
  });
});
