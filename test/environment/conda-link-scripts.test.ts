// Scripts that conda packages want to be run when they are linked and unlinked: shut in, on request.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ProgressEvent } from "../../src/base/index.ts";
import { openSandbox, type Sandbox, unpackCondaPackage } from "../../src/build/index.ts";
import {
  createEnvironment,
  type Environment,
  environmentState,
  type LinkScriptChoice,
} from "../../src/environment/index.ts";
import { openStore, type StorePath } from "../../src/store/index.ts";
import { condaJob, type MadeConda } from "../build/make-conda.ts";
import { DERIVED, removeForced } from "../store/fixture.ts";
import { output, somePython } from "./fixture.ts";

const scratch = mkdtempSync(join(tmpdir(), "mach-nix-link-"));
afterAll(() => removeForced(scratch));
const store = openStore(join(scratch, "store"), { derived: DERIVED });

let sandbox: Sandbox | undefined;
beforeAll(async () => {
  const { path } = await somePython();
  try {
    const opened = await openSandbox({ python: path });
    if (opened.hasMounts) sandbox = opened;
  } catch {
    // Said below.
  }
  if (sandbox === undefined) console.warn("no sandbox with mounts works here: no scripts are run");
});

function scripted(name: string, post: string, more: Partial<MadeConda> = {}): MadeConda {
  return {
    name,
    ...more,
    files: {
      [`bin/.${name}-post-link.sh`]: { data: post, executable: true },
      [`share/${name}/kept`]: "of the package",
      ...more.files,
    },
  };
}

interface Made {
  readonly environment: Environment;
  readonly notes: readonly Extract<ProgressEvent, { kind: "note" }>[];
}

let made = 0;

async function make(
  packages: readonly MadeConda[],
  {
    of = "all",
    directory = join(scratch, `env ${(made += 1)}`),
    box,
  }: { of?: LinkScriptChoice; directory?: string; box?: Sandbox } = {},
): Promise<Made> {
  const condaObjects: StorePath[] = [];
  for (const one of packages) condaObjects.push(await unpackCondaPackage(condaJob(one), store));
  const notes: Extract<ProgressEvent, { kind: "note" }>[] = [];
  const interpreter = await somePython();
  const environment = await createEnvironment({
    directory,
    interpreter,
    store,
    objects: [],
    condaObjects,
    source: "lock",
    report: (event) => void (event.kind === "note" && notes.push(event)),
    conda: {
      linkScripts: {
        of,
        sandbox: async () => box ?? (sandbox as Sandbox),
        readable: [interpreter.basePrefix],
        logs: join(scratch, "logs"),
      },
    },
  });
  return { environment, notes };
}

function text({ environment: { directory } }: Made, path: string): string {
  return readFileSync(join(directory, path), "utf8");
}

describe("scripts of linking", { timeout: 60_000 }, () => {
  test("are run in order, activated, told what conda tells them; what they say is told", async (context) => {
    context.skip(sandbox === undefined);
    const tell = 'echo "$PKG_NAME $PKG_VERSION $PKG_BUILDNUM $CONDA_PREFIX" >> "$PREFIX/etc/told"';
    const done = await make([
      scripted("b", tell, { depends: ["c"], version: "2.0", index: { build_number: 7 } }),
      scripted(
        "c",
        `${tell}\npwd >> "$PREFIX/etc/told"; echo "read me" >> "$PREFIX/.messages.txt"`,
      ),
    ]);
    const { directory } = done.environment;
    expect(text(done, "etc/told").split("\n")).toEqual([
      `c 1.0 0 ${directory}`,
      `${directory}/bin`,
      `b 2.0 7 ${directory}`,
      "",
    ]);
    expect(done.environment.linked).toEqual(["c", "b"]);
    expect(done.notes).toMatchObject([
      { code: "conda-package-message", message: "c says: read me" },
    ]);
    expect(existsSync(join(directory, ".messages.txt"))).toBe(false);
    expect(environmentState(directory)).toMatchObject({ kind: "made", fault: undefined });
  });

  test("the environment's Python runs in them; new folders show in the directory", async (context) => {
    context.skip(sandbox === undefined);
    const done = await make([
      scripted(
        "p",
        'mkdir "$PREFIX/new" && python -c "import sys; print(sys.prefix)" > "$PREFIX/new/x"',
      ),
    ]);
    expect(text(done, "new/x")).toBe(`${done.environment.directory}\n`);
    expect(done.environment.links).toContain("new");
    expect(output(join(done.environment.directory, "bin/python"), "-c", "print(1)")).toBe("1");
  });

  test("what they change is the environment's own; the store and all else stay", async (context) => {
    context.skip(sandbox === undefined);
    const outside = join(scratch, "outside");
    writeFileSync(outside, "mine");
    const script = `
echo changed > "$PREFIX/share/w/kept"
echo new > "$PREFIX/share/other/new"
chmod u+w "$PREFIX/share/w/program" && echo changed > "$PREFIX/share/w/program"
chmod u+w "$PREFIX/bin/tool" && echo changed > "$PREFIX/bin/tool"
(echo x > "$PREFIX/share/other/file") 2>/dev/null && echo "wrote another's" > "$PREFIX/share/bad"
(echo x > ${outside}) 2>/dev/null; (cat ${outside}) 2>/dev/null > "$PREFIX/share/seen"
(exec 3<>/dev/tcp/127.0.0.1/1) 2>"$PREFIX/share/net"
ln -sf ${outside} "$PREFIX/environment.json"; rm -f "$PREFIX/objects"; ln -s ${outside} "$PREFIX/objects"
true`;
    const program = { data: "#!/bin/sh\necho program\n", executable: true };
    const done = await make([
      scripted("w", script, { files: { "share/w/program": program } }),
      { name: "other", files: { "share/other/file": "other's", "bin/tool": program } },
    ]);
    expect(text(done, "share/w/kept")).toBe("changed\n");
    expect(text(done, "share/other/new")).toBe("new\n");
    expect(text(done, "share/other/file")).toBe("other's");
    expect(existsSync(join(done.environment.directory, "share/bad"))).toBe(false);
    expect(text(done, "share/seen")).toBe("");
    expect(text(done, "share/net")).not.toBe("");
    expect(readFileSync(outside, "utf8")).toBe("mine");
    expect((await store.verify()).problems).toEqual([]);
    expect(environmentState(done.environment.directory)).toMatchObject({ fault: undefined });
  });

  test("conda-link-script: one that fails leaves all as it was, and its log", async (context) => {
    context.skip(sandbox === undefined);
    const directory = join(scratch, "failing");
    const good = await make([{ name: "g", files: { "share/g": "g" } }], { directory });
    const failing = scripted("f", "echo about to fail\nmkdir -m 0 $PREFIX/closed\nexit 3");
    const before = readdirSync(join(directory, ".mach-nix/generations"));
    await expect(make([failing], { directory })).rejects.toMatchObject({
      code: "conda-link-script",
      message: "bin/.f-post-link.sh of f 1.0 failed: it ended with 3 (about to fail)",
      hint: expect.stringContaining(join(scratch, "logs")) as unknown,
    });
    expect(readFileSync(join(scratch, "logs/f-1.0-post-link.log"), "utf8")).toContain("+ exit 3");
    expect(readdirSync(join(directory, ".mach-nix/generations"))).toEqual(before);
    expect(text(good, "share/g")).toBe("g");
  });

  test("conda-link-sandbox: without a file system of its own they are not run", async () => {
    const box = await openSandbox({ python: (await somePython()).path, kind: "none" });
    await expect(make([scripted("n", "true")], { box })).rejects.toMatchObject({
      code: "conda-link-sandbox",
      message: expect.stringContaining('"none"') as unknown,
    });
  });

  test("only of those that were named; a name without scripts is told", async (context) => {
    context.skip(sandbox === undefined);
    const done = await make(
      [scripted("x", 'echo > "$PREFIX/x"'), scripted("y", 'echo > "$PREFIX/y"')],
      {
        of: ["y", "zzz"],
      },
    );
    expect(done.environment.linked).toEqual(["y"]);
    expect(existsSync(join(done.environment.directory, "x"))).toBe(false);
    expect(existsSync(join(done.environment.directory, "y"))).toBe(true);
    expect(done.notes).toMatchObject([
      { code: "conda-link-scripts", facts: { scripts: ["bin/.x-post-link.sh"] } },
      { code: "conda-no-scripts", message: expect.stringContaining("zzz") as unknown },
    ]);
  });

  test("links stay links where no script is run", async () => {
    const { environment } = await make([{ name: "plain", files: { "share/a/b/c": "c" } }]);
    expect(lstatSync(join(environment.directory, "share/a")).isSymbolicLink()).toBe(true);
  });

  test("of unlinking: of what is gone or replaced, in the generation that had it", async (context) => {
    context.skip(sandbox === undefined);
    const directory = join(scratch, "unlinking");
    const witness = (name: string, version: string): MadeConda =>
      scripted(name, "true", {
        version,
        files: {
          [`bin/.${name}-pre-unlink.sh`]: {
            data: `echo "$PKG_NAME $PKG_VERSION leaves" >> $PREFIX/.messages.txt; echo > $PREFIX/share/left-${name}`,
            executable: true,
          },
        },
      });
    const bad = scripted("bad", "true", {
      files: { "bin/.bad-pre-unlink.sh": { data: "exit 1", executable: true } },
    });
    mkdirSync(directory);
    await make([witness("a", "1.0"), witness("b", "1.0"), witness("c", "1.0"), bad], { directory });
    const { environment, notes } = await make([witness("a", "2.0"), witness("c", "1.0")], {
      directory,
    });
    expect(notes.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      "conda-unlink-script: bin/.bad-pre-unlink.sh of bad 1.0 failed: it ended with 1",
      "conda-package-message: b says: b 1.0 leaves",
      "conda-package-message: a says: a 1.0 leaves",
    ]);
    expect(readdirSync(join(directory, "share"))).toEqual(["a", "c"]);
    const former = join(directory, ".mach-nix/generations", String(environment.generation - 1));
    expect(readdirSync(join(former, "share"))).toContain("left-b");
    expect(basename(environment.python)).toBe("python");
  });
});
