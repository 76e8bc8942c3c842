// A conda environment by Nix: real packages of 2019, relocated, run under nixpkgs' Python 3.7.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT, runProgram, scratch } from "../e2e/program.ts";
import { hasPythons, type NixPlace, nixPlace } from "./nix-place.ts";
import { programFolder } from "./program-folder.ts";
import { newestNix } from "./real-nix.ts";

const DATA = join(ROOT, "..", "shared", "data", "conda", "packages", "e2e-2019");
const nix = newestNix();
const ready = nix !== undefined && hasPythons("3.7") && existsSync(DATA) && process.arch === "x64";

interface Repodata {
  readonly [section: string]: Readonly<
    Record<
      string,
      { name: string; version: string; build: string; depends: string[]; sha256?: string }
    >
  >;
}

/** A lock of all packages of the two folders, by hand. */
function condaLock(folder: string, roots: readonly string[]): string {
  const artifacts: Record<string, object> = {};
  const pins: object[] = [];
  const names = new Set<string>();
  const found = ["linux-64", "noarch"].flatMap((subdir) => {
    const data = JSON.parse(readFileSync(join(DATA, subdir, "repodata.json"), "utf8")) as Repodata;
    const records = { ...data["packages"], ...data["packages.conda"] };
    return readdirSync(join(DATA, subdir))
      .filter((name) => name in records)
      .map((filename) => ({ subdir, filename, record: records[filename] }));
  });
  for (const { record } of found) if (record !== undefined) names.add(record.name);
  mkdirSync(join(folder, "files"), { recursive: true });
  for (const { subdir, filename, record } of found) {
    if (record === undefined) continue;
    cpSync(join(DATA, subdir, filename), join(folder, "files", filename));
    const sha256 = createHash("sha256")
      .update(readFileSync(join(DATA, subdir, filename)))
      .digest("hex");
    const key = `main/${subdir}/${filename}`;
    artifacts[key] = { url: `file:files/${filename}`, sha256 };
    pins.push({
      name: record.name.replaceAll("_", "-").replace(/^-+/, ""),
      condaName: record.name,
      version: record.version,
      build: record.build,
      provider: "conda",
      artifact: key,
      dependencies: record.depends
        .map((one) => one.split(" ")[0] ?? "")
        .filter((one) => names.has(one))
        .map((one) => one.replaceAll("_", "-").replace(/^-+/, "")),
      requestedBy: roots.includes(record.name) ? ["input"] : [],
    });
  }
  const lock = {
    version: 1,
    inputHash: "0".repeat(64),
    date: "2019-09-01T00:00:00Z",
    providers: { _default: ["conda/main"] },
    indexes: [],
    requirements: [],
    artifacts,
    targets: [{ name: "3.7-linux-x86_64", python: "3.7", platform: "linux-x86_64", pins }],
  };
  const path = join(folder, "mach-nix.lock");
  writeFileSync(path, JSON.stringify(lock));
  return path;
}

describe.skipIf(!ready)("conda packages", () => {
  test("cryptography, requests and a package for any Python run with conda's libraries", async () => {
    const place = nixPlace(nix as NonNullable<typeof nix>, { python: "3.7" });
    const roots = ["cryptography", "requests", "pyopenssl", "tqdm", "ruamel_yaml"];
    const lock = condaLock(scratch("nix-conda"), roots);
    const env = await place.build(`mach.mkPython { lock = ${lock}; }`);
    const code = [
      "import requests, tqdm, ruamel_yaml, ssl",
      "from cryptography.hazmat.backends.openssl.backend import backend",
      "print(requests.__version__, tqdm.__version__, backend.openssl_version_text())",
    ].join("\n");
    const ran = runProgram(join(env, "bin", "python"), ["-c", code], { env: place.env });
    expect(ran, ran.stderr).toMatchObject({
      status: 0,
      stdout: "2.22.0 4.32.1 OpenSSL 1.1.1c  28 May 2019\n",
    });
    const script = runProgram(join(env, "bin", "tqdm"), ["--version"], { env: place.env });
    expect(script.status, script.stderr).toBe(0);
  });

  /** A call with a channel of one's own, below the folder of the place. */
  function withChannel(place: NixPlace, call: string): string {
    const channel = join(place.folder, "channel");
    cpSync(DATA, channel, { recursive: true });
    const files = ["linux-64", "noarch"].map((subdir) => `"\${channel}/${subdir}/repodata.json"`);
    return `
      let
        channel = ${channel};
        mach = import ${ROOT}/nix {
          inherit pkgs;
          program = ${programFolder(place.folder)};
          condaChannelsExtra.own = [ ${files.join(" ")} ];
        };
      in
      ${call}`;
  }

  test("condaChannelsExtra: a channel of one's own, resolved by Nix", async () => {
    const place = nixPlace(nix as NonNullable<typeof nix>, { python: "3.7" });
    const call = 'mach.mkPython { requirements = "six\\ntqdm\\n"; providers._default = "own"; }';
    const env = await place.build(withChannel(place, call));
    const code = "import six, tqdm; print(six.__version__, tqdm.__version__)";
    const ran = runProgram(join(env, "bin", "python"), ["-c", code], { env: place.env });
    expect(ran, ran.stderr).toMatchObject({ status: 0, stdout: "1.12.0 4.32.1\n" });
  });

  test("environment.yml, resolved by Nix: its channels, its Python, its build strings", async () => {
    const place = nixPlace(nix as NonNullable<typeof nix>);
    const exported = [
      "name: exported",
      "channels:",
      "  - own",
      "dependencies:",
      "  - python=3.7",
      "  - six=1.12.0=py37_0",
      "  - requests",
      "",
    ].join("\n");
    const call = `mach.mkPython { requirements = builtins.readFile ${place.write("environment.yml", exported)}; }`;
    const env = await place.build(withChannel(place, call));
    const code =
      "import six, requests, sys; print(six.__version__, requests.__version__, sys.version[:3])";
    const ran = runProgram(join(env, "bin", "python"), ["-c", code], { env: place.env });
    expect(ran, ran.stderr).toMatchObject({ status: 0, stdout: "1.12.0 2.22.0 3.7\n" });
  });
});
