import { describe, expect, test } from "vitest";
import { UserError } from "../../src/base/index.ts";
import { type Lock, readLock, writeLock } from "../../src/lock/index.ts";
import { lockOf, pin, sampleLock } from "./sample-lock.ts";

/** A value that may be changed in any way. */
type Loose = ReturnType<typeof JSON.parse>;

function refusal(text: string): UserError {
  try {
    readLock(text, { path: "mach-nix.lock" });
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("the lock was accepted");
}

/** The sample lock with one thing in it changed. */
function spoiled(change: (lock: Loose) => void): string {
  const lock = structuredClone(sampleLock()) as unknown;
  change(lock);
  return JSON.stringify(lock, undefined, 2);
}

test("what was written is read back", () => {
  const lock = sampleLock();
  expect(readLock(writeLock(lock), { path: "x" })).toEqual(lock);
});

test("a lock in another spelling is read too", () => {
  const text = JSON.stringify(sampleLock())
    .replaceAll('":', '" :')
    .replace("3.11-l", "3.11-\\u006c");
  expect(readLock(text, { path: "x" })).toEqual(sampleLock());
});

describe("text that is no JSON", () => {
  test.each([
    ["", 1, 1, "a value"],
    ["{", 1, 2, "a key in double quotes"],
    ['{\n  "version": 1,\n}', 3, 1, "a key in double quotes"],
    ['{"version": 01}', 1, 14, '"," or "}"'],
    ['{"version" 1}', 1, 12, '":"'],
    ['{"a": [1 2]}', 1, 10, '"," or "]"'],
    ['{"version": 1} x', 1, 16, "the end of the file"],
    ['{"a": "b\nc"}', 1, 7, "a value"],
    ['{"a": NaN}', 1, 7, "a value"],
    ["\ufeff{}", 1, 1, "a value"],
  ])("%j: %i:%i", (text, line, column, expected) => {
    const error = refusal(text);
    expect(error).toMatchObject({ code: "lock-syntax", place: { line, column } });
    expect(error.message).toContain(`expected ${expected} here`);
  });

  test("merge conflict marks are named", () => {
    const error = refusal('{\n<<<<<<< HEAD\n  "version": 1\n=======\n');
    expect(error).toMatchObject({ code: "lock-syntax", place: { line: 2, column: 1 } });
    expect(error.hint).toContain("merge conflict");
  });

  test("nesting without end is refused, not followed", () => {
    expect(refusal("[".repeat(200_000)).code).toBe("lock-syntax");
  });
});

test("a text beyond the limit is not parsed", () => {
  expect(refusal(" ".repeat(33 * 1024 * 1024)).code).toBe("lock-too-large");
});

test("a key that stands twice is refused, however it is spelled", () => {
  const text = writeLock(sampleLock());
  const plain = text.replace('  "version": 1', '  "version": 1,\n  "version": 1');
  expect(refusal(plain).code).toBe("lock-duplicate-key");
  const escaped = text.replace('  "version": 1', '  "version": 1,\n  "v\\u0065rsion": 1');
  expect(refusal(escaped)).toMatchObject({ code: "lock-duplicate-key" });
  const spaced = text.replace('  "version": 1', '  "version" : 1, "version" : 1');
  expect(refusal(spaced).message).toContain('"version"');
});

describe("the format's version", () => {
  test("newer: refused as such, whatever else is in it", () => {
    const error = refusal('{\n  "strange": [],\n  "version": 2\n}');
    expect(error).toMatchObject({ code: "lock-newer", exit: 2, place: { line: 3, column: 14 } });
    expect(error.hint).toContain("update mach-nix");
  });

  test.each(['{"version": 0}', '{"version": "1"}', "{}", "[]", "null", "1", '{"version": 1.5}'])(
    "%s is no lock",
    (text) => {
      expect(refusal(text).code).toBe("lock-invalid");
    },
  );
});

const target = (lock: Loose): Loose => lock.targets[0];
const onePin = (lock: Loose): Loose => target(lock).pins[0];
const WHEEL = "click-1.0-py3-none-any.whl";
const file = (lock: Loose): Loose => lock.artifacts[WHEEL];

describe("a lock of the wrong shape", () => {
  test.each<[string, (lock: Loose) => void, string]>([
    ["a key is missing", (lock) => delete lock.date, 'lacks the key "date"'],
    ["an unknown key", (lock) => (lock.extra = 1), "extra is a key that locks do not have"],
    ["an unknown key of a pin", (lock) => (onePin(lock).url = ""), "targets[0].pins[0].url"],
    ["a list is an object", (lock) => (lock.targets = {}), "targets must be a list, not an object"],
    ["an object is a list", (lock) => (lock.artifacts = []), "artifacts must be an object"],
    [
      "an object is null",
      (lock) => (lock.providers = null),
      "providers must be an object, not null",
    ],
    ["a text is a number", (lock) => (onePin(lock).version = 1), "must be a text, not 1"],
    ["a size is a text", (lock) => (file(lock).size = "10"), "must be a number of bytes"],
    ["a negative size", (lock) => (file(lock).size = -1), "must be a number of bytes"],
    ["a size beyond safe integers", (lock) => (file(lock).size = 2 ** 60), "a number of bytes"],
    ["a date that is none", (lock) => (lock.date = "2026-02-30T00:00:00Z"), "a time in UTC"],
    ["a date with a zone", (lock) => (lock.date = "2026-02-03T00:00:00+01:00"), "a time in UTC"],
    ["a Python that is none", (lock) => (target(lock).python = "three"), "a Python version"],
    ["another target's name", (lock) => (target(lock).name = "3.12-x"), '"3.11-linux-x86_64"'],
    [
      "a pin that stands twice",
      (lock) => target(lock).pins.push(onePin(lock)),
      "stands there twice",
    ],
    ["a target that stands twice", (lock) => lock.targets.push(target(lock)), "stands there twice"],
    [
      "a dependency without pin",
      (lock) => onePin(lock).dependencies.push("x"),
      "a pin of this target",
    ],
    ["an asker without pin", (lock) => (onePin(lock).requestedBy = ["x"]), "a pin of this target"],
    [
      "input as a dependency",
      (lock) => (onePin(lock).dependencies = ["input"]),
      "a pin of this target",
    ],
    ["a pin without its file", (lock) => delete lock.artifacts[WHEEL], "out of `artifacts`"],
    ["a pin that names no file", (lock) => delete onePin(lock).artifact, "must be a text"],
    [
      "a wheel of another project",
      (lock) => (onePin(lock).artifact = target(lock).pins[1].artifact),
      "a file of click",
    ],
    [
      "a wheel for an sdist",
      (lock) => (onePin(lock).provider = "sdist"),
      "the file name of a sdist",
    ],
    [
      "an inherited name as file",
      (lock) => (onePin(lock).artifact = "constructor"),
      "out of `artifacts`",
    ],
  ])("%s", (_, change, words) => {
    const error = refusal(spoiled(change));
    expect(error.message).toContain(words);
    expect(error).toMatchObject({ code: "lock-invalid", exit: 2 });
    expect(error.place?.line).toBeGreaterThan(0);
  });

  test("the place is that of the bad value", () => {
    const text = writeLock(sampleLock()).replace('"size": 10', '"size": "10"');
    const error = refusal(text);
    const line = text.split("\n")[(error.place?.line ?? 0) - 1] ?? "";
    expect(line.slice((error.place?.column ?? 0) - 1)).toMatch(/^"10"/);
  });
});

describe("a lock with a value that could do harm", () => {
  const urls = [
    "ftp://example.org/x",
    "data:text/plain,x",
    "javascript:alert(1)",
    "https://user:secret@example.org/x",
    "https://user@example.org/x",
    "https://example.org\\@evil.org/x",
    "https://example.org/a b",
    "https://",
    "//example.org/x",
    "../x.whl",
    "git+https://example.org/x",
    "git+ssh://git@example.org/x",
    "file://server/share/x",
    "https://example.org/\u001b[31m",
    "https://example.org/\u202ex",
    "",
  ];
  test.each(urls)("URL %j", (url) => {
    const error = refusal(spoiled((lock) => (file(lock).url = url)));
    expect(error).toMatchObject({ code: "lock-unsafe", exit: 4 });
    expect(error.message).not.toContain("secret");
    expect(error.message).not.toContain("\u001b");
  });

  test.each(urls)("index URL %j", (url) => {
    expect(refusal(spoiled((lock) => (lock.indexes = [url]))).code).toBe("lock-unsafe");
  });

  test.each([
    "../click-1.0-py3-none-any.whl",
    "/etc/click-1.0-py3-none-any.whl",
    "a/click-1.0-py3-none-any.whl",
    "click-1.0-py3-none-any.whl\n",
    "click-1.0-py3-none-any.whl/../../x",
    "click-1.0-py3-none-any.exe",
    "click-1..0-py3-none-any.whl",
    "click-1.0.whl",
    "click\\-1.0-py3-none-any.whl",
    ".whl",
    "",
    "__proto__",
    `click-1.0-py3-none-${"a".repeat(300)}.whl`,
  ])("file name %j", (name) => {
    const text = JSON.stringify(sampleLock()).replaceAll(WHEEL, JSON.stringify(name).slice(1, -1));
    expect(refusal(text)).toMatchObject({ code: "lock-unsafe" });
  });

  test.each([
    "../x",
    "a/b",
    "X",
    "a_b",
    "a--b",
    "-a",
    "a\u0000",
    "__proto__",
    "ä",
    "a".repeat(300),
    "",
  ])("name %j", (name) => {
    expect(refusal(spoiled((lock) => (onePin(lock).name = name))).code).toBe("lock-unsafe");
  });

  test.each(["../1", "1/2", "", "-1", "1 0", "1\n", "$(id)", "1".repeat(300)])(
    "version %j",
    (version) => {
      expect(refusal(spoiled((lock) => (onePin(lock).version = version))).code).toBe("lock-unsafe");
    },
  );

  test.each(["../wheel", "a//b", "wheel/", "a b", "", "wheel\u0007"])("provider %j", (provider) => {
    expect(refusal(spoiled((lock) => (onePin(lock).provider = provider))).code).toBe("lock-unsafe");
    expect(refusal(spoiled((lock) => (lock.providers._default = [provider]))).code).toBe(
      "lock-unsafe",
    );
  });

  test.each(["", "ab", "AB".repeat(32), `${"ab".repeat(32)}\n`, "zz".repeat(32)])(
    "hash %j",
    (hash) => {
      expect(refusal(spoiled((lock) => (file(lock).sha256 = hash))).code).toBe("lock-unsafe");
      expect(refusal(spoiled((lock) => (lock.inputHash = hash))).code).toBe("lock-unsafe");
    },
  );

  test.each<[string, (lock: Loose) => void]>([
    ["a provider list for no package", (lock) => (lock.providers["../x"] = ["wheel"])],
    ["control characters in a requirement", (lock) => (lock.requirements = ["x\u001b[2J"])],
    ["a requirement of a mile", (lock) => (lock.requirements = ["x".repeat(20_000)])],
    ["a short commit", (lock) => (file(lock).commit = "abc123")],
    ["a platform with a path", (lock) => (target(lock).platform = "../linux")],
    ["a build with a path", (lock) => (onePin(lock).build = "a/../b")],
    ["an instance with a space", (lock) => (onePin(lock).instance = "a b")],
    ["an extra that is no name", (lock) => (onePin(lock).extras = ["a b"])],
  ])("%s", (_, change) => {
    expect(refusal(spoiled(change)).code).toBe("lock-unsafe");
  });

  test("a name out of __proto__ changes no prototype", () => {
    const text = writeLock(sampleLock()).replace('"_default"', '"__proto__"');
    expect(refusal(text).code).toBe("lock-unsafe");
    expect(({} as Record<string, unknown>)["0"]).toBeUndefined();
  });
});

describe("what a lock may hold beyond plain wheels", () => {
  const accepted: [string, Lock][] = [
    ["no target", lockOf([], { targets: [] })],
    ["a file beside it", withUrl("file:../wheels/a b.whl")],
    ["an absolute file", withUrl("file:///srv/wheels/a.whl")],
    ["an http index", lockOf([pin("a")], { indexes: ["http://127.0.0.1:8000/simple/"] })],
    ["a pin of nixpkgs", lockOf([nixPin()])],
    [
      "a pin of conda",
      lockOf([{ ...nixPin(), provider: "conda/main", build: "py311h_0", instance: "b" }]),
    ],
    ["two instances", lockOf([nixPin(), { ...nixPin(), instance: "second" }])],
    ["a direct reference", lockOf([pin("a", { provider: "reference" })])],
    ["an sdist", lockOf([pin("a-b", { provider: "sdist", artifact: "a_b-1.0.tar.gz" })])],
    ["an old sdist", lockOf([pin("a-b", { provider: "sdist", artifact: "a-b-1.0.zip" })])],
    [
      "providers of a package named like a method",
      lockOf([], { providers: { _default: ["wheel"], constructor: ["sdist"] } }),
    ],
  ];

  function nixPin(): Lock["targets"][number]["pins"][number] {
    const { artifact: _, ...rest } = pin("zlib");
    return { ...rest, provider: "nixpkgs" };
  }

  function withUrl(url: string): Lock {
    const lock = lockOf([pin("a")]);
    const [name = "", artifact] = Object.entries(lock.artifacts)[0] ?? [];
    return artifact === undefined ? lock : { ...lock, artifacts: { [name]: { ...artifact, url } } };
  }

  test.each(accepted)("%s", (_, lock) => {
    expect(readLock(writeLock(lock), { path: "x" })).toEqual(lock);
  });

  test("a git reference with its commit", () => {
    const lock = structuredClone(lockOf([pin("a")])) as Loose;
    Object.assign(lock.artifacts["a-1.0-py3-none-any.whl"], {
      url: "git+https://example.org/a.git",
      commit: "0123456789abcdef0123456789abcdef01234567",
    });
    expect(readLock(writeLock(lock as Lock), { path: "x" })).toEqual(lock);
  });

  test("looking up a name that no list has finds nothing inherited", () => {
    const { providers, artifacts } = readLock(writeLock(sampleLock()), { path: "x" });
    expect(providers["constructor"]).toBeUndefined();
    expect(artifacts["toString"]).toBeUndefined();
  });
});
