// Wheels and locks that are not what they say: refused by name, and nothing of them gets anywhere.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type MadeEntry } from "../archive/make-zip.ts";
import { noise, type Release, release } from "./local-index.ts";
import { expectCleanFailure, NEW, newPlace, type Place } from "./place.ts";
import { scratch } from "./program.ts";

describe("wheels that are not what they say", () => {
  let place: Place;
  beforeAll(async () => {
    place = await newPlace("wheels");
  });
  const digest = (text: string): string => createHash("sha256").update(text).digest("base64url");
  const unlisted = (entry: MadeEntry): Partial<Release> => ({ unlisted: [entry] });
  const listed = (path: string, data: string): Partial<Release> => ({
    unlisted: [{ name: path, data }],
    record: (lines) => [...lines, `${path},sha256=${digest(data)},${data.length}`],
  });

  test.each<[string, Partial<Release>, readonly (string | RegExp)[]]>([
    [
      "a file that is not as RECORD says",
      {
        record: (lines) =>
          lines.map((line) => (line.includes("__init__") ? line.replace(/=..../, "=AAAA") : line)),
      },
      ["bad/__init__.py"],
    ],
    [
      "a file of RECORD that is missing",
      { record: (lines) => [...lines, "bad/gone.py,,"] },
      ["bad/gone.py"],
    ],
    [
      "a file that RECORD does not know",
      unlisted({ name: "bad/extra.py", data: "evil" }),
      ["bad/extra.py"],
    ],
    ["no RECORD", { record: () => undefined }, ["RECORD"]],
    ["a name that climbs out", listed("../../../evil.py", "x"), ["../../../evil.py"]],
    ["an absolute name", listed("/tmp/evil.py", "x"), ["/tmp/evil.py"]],
    [
      "a link to elsewhere",
      unlisted({ name: "bad/link", data: "/etc/passwd", mode: 0o120777 }),
      ["bad/link"],
    ],
    [
      "a bomb that says it is small",
      {
        unlisted: [
          {
            name: "bad/bomb",
            data: Buffer.alloc(50_000_000),
            local: { size: 10 },
            central: { size: 10 },
          },
        ],
      },
      ["bad/bomb"],
    ],
    [
      "a bomb that says it is large",
      {
        unlisted: [
          { name: "bad/bomb", local: { size: 0xfffffff0 }, central: { size: 0xfffffff0 } },
        ],
      },
      [/bad/],
    ],
    ["no zip file at all", { bytes: noise(5000) }, ["bad-1.0-py3-none-any.whl"]],
    ["another distribution inside", { distInfo: "other-1.0.dist-info" }, ["other-1.0.dist-info"]],
  ])("%s", async (_, wrong, says) => {
    place.index.replace(release("bad", "1.0", wrong));
    await place.run(["lock", "-o", "env/mach-nix.lock", "-i", place.index.url, "-p", "old"]);
    const ran = await place.env("-p", "bad", "--cache-dir", scratch("cache"));
    await expectCleanFailure(place, ran, { exit: 4, says });
    const mended = release("bad", "1.0");
    place.index.replace(mended);
    const again = await place.env("-p", "bad", "--upgrade", "--cache-dir", scratch("cache"));
    expect(again.status, again.stderr).toBe(0);
    expect((await place.env("--cache-dir", scratch("cache"))).status).toBe(0);
  });
});

describe("locks that somebody changed", () => {
  let place: Place;
  let good: string;
  beforeAll(async () => {
    place = await newPlace("locks", NEW);
    await place.env("-p", "new");
    good = readFileSync(join(place.directory, "mach-nix.lock"), "utf8");
    await place.env();
  });
  const unsafe = [/lock-(unsafe|invalid)/, /mach-nix\.lock/];

  test.each<[string, (text: string) => string, number, readonly (string | RegExp)[]]>([
    ["a hash", (text) => text.replace(/"sha256": "..../, '"sha256": "0000'), 4, ["SHA-256"]],
    ["a size", (text) => text.replace(/"size": \d+/, '"size": 12'), 4, ["bytes, the lock says 12"]],
    [
      "no hash",
      (text) => text.replace(/"sha256": "[^"]*"/, '"sha256": ""'),
      4,
      ["sha256", ...unsafe],
    ],
    [
      "a URL of a local file",
      (text) => text.replaceAll(/"http:[^"]*whl"/g, '"file:///etc/passwd"'),
      4,
      ["new-1.0-py3-none-any.whl", /the lock says/],
    ],
    ["another scheme", (text) => text.replaceAll(/"http:([^"]*whl)"/g, '"ftp:$1"'), 4, unsafe],
    [
      "a name that climbs",
      (text) => text.replaceAll("new-1.0-py3", "../../new-1.0-py3"),
      4,
      unsafe,
    ],
    [
      "a name with a newline",
      (text) => text.replace('"name": "new"', '"name": "n\\new"'),
      4,
      unsafe,
    ],
    [
      "a file of another package",
      (text) => text.replaceAll("new-1.0-py3", "old-9.9-py3"),
      2,
      unsafe,
    ],
    [
      "a newer version of the format",
      (text) => text.replace(/"version": 1\b/, '"version": 99'),
      2,
      ["99", "lock-newer", /newer mach-nix|upgrade mach-nix|update mach-nix/i],
    ],
    ["no JSON", (text) => text.slice(0, -20), 2, ["lock-syntax", /mach-nix\.lock:\d+/]],
    [
      "a merge conflict",
      (text) => `<<<<<<< HEAD\n${text}=======\n${text}>>>>>>> other\n`,
      2,
      ["lock-syntax", /mach-nix\.lock:1:1/],
    ],
  ])("%s", async (_, change, exit, says) => {
    const path = join(place.directory, "mach-nix.lock");
    const changed = change(good);
    expect(changed).not.toBe(good);
    writeFileSync(path, changed);
    const words = ["sync", "env", "--compile", "never", "-i", place.index.url];
    const store = scratch("home");
    const ran = await place.run([...words], { MACH_NIX_HOME: store });
    await expectCleanFailure(place, ran, { exit, says });
    expect(readFileSync(path, "utf8")).toBe(changed);
    writeFileSync(path, good);
    const again = await place.run(words);
    expect(again.status, again.stderr).toBe(0);
  });
});
