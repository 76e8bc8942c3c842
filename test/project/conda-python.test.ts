// A Python that this machine does not have comes from a channel, wherever that stands among the providers.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Lock } from "../../src/lock/index.ts";
import { lockProject, openSession, type Session } from "../../src/project/index.ts";
import type { LockRequest } from "../../src/project/types.ts";
import { scratch, type TestServer } from "../http/servers.ts";
import { repodata, serveFolder } from "../index/conda/serve-channel.ts";
import { serveIndex } from "../index/simple-server.ts";

/** Pythons that no machine has yet. */
const BUILDS = {
  "python-3.97.4-h1_0_cpython.conda": { sha256: "1".repeat(64), depends: ["libssl", "pip"] },
  "python-3.98.2-h1_0_cpython.conda": { sha256: "2".repeat(64), depends: ["libssl", "pip"] },
  "python-3.99.0rc1-h1_0_cpython.conda": { sha256: "3".repeat(64) },
  "python-3.99.0-h1_0_cp399t.conda": { sha256: "4".repeat(64) },
  "libssl-3-0.conda": { sha256: "5".repeat(64) },
  "tool-1.0-py398_0.conda": { sha256: "6".repeat(64), depends: ["python >=3.98,<3.99.0a0"] },
};

interface Place {
  readonly notes: readonly string[];
  readonly server: TestServer;
  readonly lock: (request: Partial<LockRequest>) => Promise<Lock>;
  readonly write: (name: string, text: string) => void;
}

async function place(settings = ""): Promise<Place> {
  const cwd = scratch();
  const server = await serveFolder({
    "forge/linux-64/repodata.json": repodata(BUILDS),
    "forge/noarch/repodata.json": repodata({}, { subdir: "noarch" }),
    "empty/linux-64/repodata.json": repodata({ "samtools-1-0.conda": { sha256: "7".repeat(64) } }),
    "empty/noarch/repodata.json": repodata({}, { subdir: "noarch" }),
  });
  const projects = {
    requests: [{ filename: "requests-2.0-py3-none-any.whl" }],
    pip: [{ filename: "pip-25.0-py3-none-any.whl" }],
    old: [{ filename: "old-1.0-cp397-cp397-linux_x86_64.whl" }],
  };
  const index = await serveIndex({ current: { projects } });
  const notes: string[] = [];
  const session: Session = openSession({
    env: {
      HOME: cwd,
      PATH: "/usr/bin:/bin",
      PIP_CONFIG_FILE: "/dev/null",
      MACH_NIX_HOME: join(cwd, "home"),
    },
    cwd,
    options: { indexUrl: `${index.url}/simple` },
    report: (event) => {
      if (event.kind === "note") notes.push(event.message);
    },
    now: () => Date.UTC(2026, 10, 1),
  });
  const channels = `[channels]\nforge = "SERVER/forge"\nempty = "SERVER/empty"\n`;
  const write = (name: string, text: string): void =>
    writeFileSync(join(cwd, name), text.replaceAll("SERVER", server.url));
  write("mach-nix.toml", `platforms = ["linux-x86_64"]\n${settings}${channels}`);
  return {
    notes,
    server,
    write,
    lock: async (request) => (await lockProject(session, { inputs: [], ...request })).lock,
  };
}

function pins({ targets }: Lock): readonly string[] {
  return (targets[0]?.pins ?? []).map(({ name, version, provider }) =>
    [name, version, provider].join(" "),
  );
}

const FROM_FORGE = [
  "libssl 3 forge",
  "pip 25.0 wheel",
  "python 3.98.2 forge",
  "requests 2.0 wheel",
];

describe("a Python that no interpreter here is", () => {
  test.each<[string, Partial<LockRequest>]>([
    ["a channel behind PyPI", { providers: { _default: ["wheel", "forge"] } }],
    ["a channel that mach-nix.toml names", {}],
    ["a channel for Python alone", { providers: { python: ["forge"] } }],
    ["a channel that is not the first", { providers: { _default: ["wheel", "empty", "forge"] } }],
    ["channels that come first", { providers: { _default: ["empty", "forge", "wheel"] } }],
  ])("%s has it, and the rest comes from PyPI", async (name, request) => {
    const { lock, notes } = await place();
    const made = await lock({ packages: ["requests"], pythons: ["3.98"], ...request });
    expect(pins(made)).toEqual(FROM_FORGE);
    expect(made.targets[0]?.name).toBe("3.98-linux-x86_64");
    const told = "Python 3.98 is not on this machine: it is taken from forge";
    const isFirst = ["channels that come first", "a channel for Python alone"].includes(name);
    expect(notes.includes(told)).toBe(!isFirst);
  });

  test.each([
    ["a range", ">=3.97", "3.98"],
    ["a range with an end", ">=3.97,<3.98", "3.97"],
    ["a command", "python3.97", "3.97"],
  ])("%s: the newest release that a channel has", async (_, wanted, python) => {
    const { lock } = await place();
    const request = { packages: ["requests"], pythons: [wanted] };
    const made = await lock(request);
    expect(made.targets.map((target) => target.python)).toEqual([python]);
    expect(pins(made)).toContain(`python ${python === "3.98" ? "3.98.2" : "3.97.4"} forge`);
  });

  test("requires-python of a project, and python of an environment.yml", async () => {
    const { lock, write } = await place();
    write(
      "pyproject.toml",
      '[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.97"\ndependencies = ["requests"]\n',
    );
    expect(pins(await lock({ inputs: ["pyproject.toml"] }))).toEqual(FROM_FORGE);
    write("environment.yml", 'channels: [forge]\ndependencies: ["python>3.97.4", tool]\n');
    const other = await lock({ inputs: ["environment.yml"], upgrade: true });
    expect(pins(other)).toContain("tool 1.0 forge");
  });

  test("what a lock once took from a channel stays so, without asking again", async () => {
    const { lock, server } = await place();
    const request = { packages: ["requests"], pythons: [">=3.97"] };
    const made = await lock(request);
    const before = server.requests.length;
    expect(await lock(request)).toEqual(made);
    expect(server.requests.length).toBe(before);
    const pinned = await lock({ packages: ["requests"], pythons: ["3.98"] });
    expect(pins(pinned)).toEqual(FROM_FORGE);
  });

  test("python-not-found: no channel has it", async () => {
    const { lock } = await place();
    const request = { packages: ["requests"], pythons: [">=3.99"] };
    await expect(lock(request)).rejects.toMatchObject({ code: "python-not-found" });
  });

  test("of a range, an older one where the newest leads to no solution", async () => {
    const { lock, notes } = await place();
    const made = await lock({ packages: ["old"], pythons: [">=3.97"] });
    expect(pins(made)).toContain("python 3.97.4 forge");
    expect(notes).toContain("With Python 3.98 there is no solution: 3.97 is taken");
  });
});

test("a Python that is on this machine is taken from it, unless a channel comes first", async () => {
  const { lock } = await place();
  const made = await lock({ packages: ["requests"] });
  expect(pins(made)).toEqual(["requests 2.0 wheel"]);
});
