// Passwords in the URL of an index reach that index and nothing else: no file, no output, no other host.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { LOCAL_ENVIRONMENT, type LocalIndex, release, serveLocalIndex } from "./local-index.ts";
import { newUser, type Ran, runProgram, scratch, type User } from "./program.ts";

const NAME = "ci-robot";
const PASSWORD = "s3cr3t/of@the:house";
const ENCODED = encodeURIComponent(PASSWORD);
const BASIC = Buffer.from(`${NAME}:${PASSWORD}`).toString("base64");
/** No form of it may be found anywhere; its parts would be found as well. */
const FORMS = [PASSWORD, ENCODED, BASIC, "s3cr3t"];

let user: User;
let folder: string;
let closed: LocalIndex;
let open: LocalIndex;
const ran: Ran[] = [];

beforeAll(async () => {
  user = newUser("credentials");
  folder = scratch("credentials");
  open = await serveLocalIndex(release("public", "1.0"));
  closed = await serveLocalIndex(
    release("inner", "1.0", { requires: ["public", "elsewhere"] }),
    release("elsewhere", "1.0", {
      listed: { url: `http://${open.host}/files/elsewhere-1.0-py3-none-any.whl` },
    }),
  );
  open.add(release("elsewhere", "1.0"));
  closed.protect(NAME, PASSWORD);
});

async function start(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Ran> {
  const done = await user.start(words, { cwd: folder, env: { ...LOCAL_ENVIRONMENT, ...env } });
  ran.push(done);
  return done;
}

const withCredentials = (): string => closed.url.replace("//", `//${NAME}:${ENCODED}@`);

function expectMade(done: Ran, directory: string): void {
  expect(done.status, done.stderr).toBe(0);
  const python = join(folder, directory, "bin", "python");
  const imported = runProgram(python, ["-c", "import inner, elsewhere, public"], { env: user.env });
  expect(imported.status, imported.stderr).toBe(0);
}

describe.each<[string, () => { words?: string[]; env?: Record<string, string> }]>([
  ["--extra-index-url", () => ({ words: ["--extra-index-url", withCredentials()] })],
  ["PIP_EXTRA_INDEX_URL", () => ({ env: { PIP_EXTRA_INDEX_URL: withCredentials() } })],
  [
    "pip.conf",
    () => {
      const path = join(folder, "pip.conf");
      writeFileSync(path, `[global]\nextra-index-url = ${withCredentials()}\n`);
      return { env: { PIP_CONFIG_FILE: path } };
    },
  ],
  [
    "netrc",
    () => {
      const path = join(folder, "my-netrc");
      writeFileSync(path, `machine 127.0.0.1\nlogin ${NAME}\npassword ${PASSWORD}\n`, {
        mode: 0o600,
      });
      return { words: ["--extra-index-url", closed.url], env: { NETRC: path } };
    },
  ],
  [
    "the requirements file",
    () => {
      const path = join(folder, "requirements.txt");
      writeFileSync(path, "--extra-index-url http://${WHO}:${WORD}@" + closed.host + "/simple/\n");
      return { words: ["-r", path], env: { WHO: NAME, WORD: ENCODED } };
    },
  ],
])("credentials from %s", (way, given) => {
  test("open the index, and stay with it", async () => {
    const { words = [], env = {} } = given();
    const directory = way.replace(/\W/g, "");
    const cache = scratch("credentials-home");
    const home = { MACH_NIX_HOME: cache };
    const all = ["env", directory, "-i", open.url, "-p", "inner", "--compile", "now", "--debug"];
    expectMade(await start([...all, ...words], { ...env, ...home }), directory);
    expect(closed.requests.some(({ authorization }) => authorization === `Basic ${BASIC}`)).toBe(
      true,
    );
    // netrc names a machine without its port, so there, and only there, both are meant.
    const shown = open.requests.some(({ authorization }) => authorization !== undefined);
    expect(shown).toBe(way === "netrc");
    open.requests.length = 0;
    expect(filesWithSecrets(join(folder, directory))).toEqual([]);
    expect(filesWithSecrets(cache)).toEqual([]);
  });
});

test("failures do not tell them either", async () => {
  const wrong = closed.url.replace("//", `//${NAME}:${ENCODED}x@`);
  const denied = await start(["lock", "-p", "inner", "-i", wrong, "--debug"]);
  expect(denied.status).toBe(5);
  expect(denied.stderr).toMatch(/401|credentials|password/i);
  expect(denied.stderr).toContain(closed.host);
  for (const words of [
    ["lock", "-p", "nothing", "-i", withCredentials(), "--debug"],
    ["lock", "-p", "inner", "-i", withCredentials(), "--offline", "--debug"],
    ["lock", "-p", "inner", "-i", withCredentials().replace(closed.host, "127.0.0.1:1"), "--debug"],
    ["lock", "-p", "inner", "-i", withCredentials().replace("http:", "gopher:"), "--json"],
    ["lock", "-p", `x @ ${withCredentials()}x.whl`, "-i", open.url, "--json"],
    ["lock", "--frobnicate", withCredentials()],
  ]) {
    expect((await start(words)).status, words.join(" ")).not.toBe(0);
  }
});

test("no output had them", () => {
  expect(ran.length).toBeGreaterThan(10);
  for (const { stdout, stderr } of ran) {
    for (const form of FORMS) expect(stdout + stderr).not.toContain(form);
  }
});

function filesWithSecrets(path: string): string[] {
  const found: string[] = [];
  for (const item of readdirSync(path, { recursive: true, withFileTypes: true })) {
    const file = join(item.parentPath, item.name);
    if (FORMS.some((form) => file.includes(form))) found.push(file);
    if (!item.isFile()) continue;
    const bytes = readFileSync(file);
    if (FORMS.some((form) => bytes.includes(form))) found.push(file);
  }
  return found;
}

describe("the same name on two indexes", () => {
  test("the extra one has it, and a higher version outside does not win", async () => {
    const company = await serveLocalIndex(release("our-tool", "1.0"));
    const world = await serveLocalIndex(release("our-tool", "99.0"), release("public", "2.0"));
    const words = ["lock", "-p", "our-tool", "-p", "public", "-i", world.url];
    expect((await start([...words, "-o", "world.lock"])).status).toBe(0);
    const done = await start([...words, "--extra-index-url", company.url, "-o", "two.lock"]);
    expect(done.status, done.stderr).toBe(0);
    const lock = readFileSync(join(folder, "two.lock"), "utf8");
    expect(lock).toContain(`http://${company.host}/files/our_tool-1.0-py3-none-any.whl`);
    expect(lock).toContain(`http://${world.host}/files/public-2.0-py3-none-any.whl`);
    expect(lock).not.toContain("99.0");
    // What is known of the other index is told; it is not asked for it.
    expect(done.stderr).toMatch(/our-tool is served by .*, which comes later, has 99\.0/);
  });

  test("an extra index that does not answer is an error, not a reason to go elsewhere", async () => {
    const company = await serveLocalIndex();
    company.misbehave((_, response) => {
      response.writeHead(500).end();
      return true;
    });
    const world = await serveLocalIndex(release("our-tool", "99.0"));
    const words = ["lock", "-p", "our-tool", "-i", world.url, "--extra-index-url", company.url];
    const done = await start([...words, "-o", "none.lock"]);
    expect(done.status).toBe(5);
    expect(done.stderr).toContain("500");
  });
});
