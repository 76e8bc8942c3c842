// Hostile text through the real Nix: what reaches it is unchanged or refused, never evaluated.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { nixLiteral, nixValue } from "../../src/emit/nix-text.ts";
import { ROOT } from "../e2e/program.ts";
import { nixPlace } from "./nix-place.ts";
import { everyNix } from "./real-nix.ts";

const FRAGMENTS = [
  '${builtins.abort "evaluated"}',
  "''${builtins.abort \"evaluated\"}",
  "$${x}",
  "\\${x}",
  '"; builtins.abort "evaluated',
  "''; builtins.abort 1; ''",
  '"',
  "''",
  "\\",
  "\\\\",
  "$",
  "${",
  "$(touch evaluated)",
  "`touch evaluated`",
  "; touch evaluated",
  "\n",
  "\r\n",
  "\t",
  " ",
  "../../etc/passwd",
  "/etc/passwd",
  "é",
  "\u202E",
  "😀",
  "@out@",
  "inherit",
  "%00",
] as const;
const PLACES = [
  (text: string): string => text,
  (text: string): string => `a${text}`,
  (text: string): string => `${text}1.0`,
  (text: string): string => `1.0${text}`,
  (text: string): string => `a${text}b`,
  (text: string): string => `a-1.0${text}-py3-none-any.whl`,
  (text: string): string => `https://127.0.0.1/${text}`,
  (text: string): string => `https://127.0.0.1/${text}/a-1.0-py3-none-any.whl`,
  (text: string): string => `file:${text}`,
  (text: string): string => text + text,
  (text: string): string => `"${text}"`,
  (text: string): string => `''${text}''`,
  (text: string): string => `{ ${text} }`,
  (text: string): string => `x\n${text}`,
  (text: string): string => `\\${text}`,
  (text: string): string => `$${text}`,
  (text: string): string => `-${text}`,
  (text: string): string => `.${text}`,
  (text: string): string => `${text}.`,
  (text: string): string => `A_${text}`,
] as const;
const STRINGS = [...new Set(FRAGMENTS.flatMap((text) => PLACES.map((place) => place(text))))];

/** Every string as each part of a lock: what a derivation of it would be made with, or "refused". */
const EVALUATION = `
  let
    locks = import ${ROOT}/nix/lock.nix;
    source = import ${ROOT}/nix/source.nix { inherit pkgs; };
    text = import ${ROOT}/nix/text.nix;
    hash = builtins.hashString "sha256" "";
    try = value: let tried = builtins.tryEval (builtins.deepSeq value value); in
      if tried.success then tried.value else "refused";
    lockOf = { name ? "a", version ? "1", file ? "a-1-py3-none-any.whl", url ? "https://h/a", artifact ? { }, pin ? { }, build ? { } }:
      locks.read {
        version = 1;
        artifacts.\${file} = { inherit url; sha256 = hash; } // artifact;
        targets = [{ name = "t"; python = "3.11"; platform = "linux-x86_64";
          pins = [({ inherit name version; artifact = file; dependencies = [ ]; requestedBy = [ ]; } // pin)];
          builds.a = { requires = [ ]; pins = [ ]; } // build; }];
      };
    buildOf = lock: (builtins.head lock.targets).builds.a;
    pinOf = lock: builtins.head (builtins.head lock.targets).pins;
    fileOf = lock: builtins.head (builtins.attrValues lock.artifacts);
    derived = lock: let file = source.fetch { artifact = fileOf lock; }; in builtins.seq file.drvPath file;
    check = string: {
      name = try (pinOf (lockOf { name = string; })).name;
      version = try (pinOf (lockOf { version = string; })).version;
      file = try (fileOf (lockOf { file = string; })).name;
      pinned = try (pinOf (lockOf { file = string; })).artifact;
      url = try (fileOf (lockOf { url = string; })).url;
      attribute = try (pinOf (lockOf { pin.attribute = string; })).attribute;
      dependency = try (builtins.head (pinOf (lockOf { pin.dependencies = [ string ]; })).dependencies);
      commit = try (fileOf (lockOf { artifact.commit = string; })).commit;
      folder = try (fileOf (lockOf { artifact.subdirectory = string; })).subdirectory;
      hash = try (fileOf (lockOf { artifact.sha256 = string; })).sha256;
      crate = try (builtins.head (buildOf (lockOf { build.crates = [ string ]; })).crates);
      tool = try (builtins.head (buildOf (lockOf { build.pins = [ { name = string; version = "1"; dependencies = [ ]; } ]; })).pins).name;
      address = try (builtins.head (derived (lockOf { url = string; })).urls);
      literal = text.literal string;
      bound = text.attribute string;
      store = text.storeName string;
    };
  in
  map check (builtins.fromJSON (builtins.readFile ./strings.json))
`;

/** What of a lock reaches a builder, or the evaluation. */
const PARTS = [
  ...(["name", "version", "file", "pinned", "url", "address", "attribute"] as const),
  ...(["dependency", "commit", "folder", "hash", "crate", "tool"] as const),
] as const;

interface Checked extends Readonly<Record<(typeof PARTS)[number], string>> {
  readonly literal: string;
  readonly bound: string;
  readonly store: string;
}

/** What a shell gives a meaning to, or Nix. */
const DANGEROUS = /["'\\$`;|<>(){}\s*[\]]|[^ -~]/;

describe.skipIf(everyNix().length === 0)("hostile text", () => {
  test("there are at least five hundred", () => {
    expect(STRINGS.length).toBeGreaterThanOrEqual(500);
  });

  test.each(everyNix().map((nix) => [nix.version, nix] as const))("Nix %s", async (_, nix) => {
    const place = nixPlace(nix);
    place.write("strings.json", JSON.stringify(STRINGS));
    const words = ["--read-write-mode"];
    const checked = (await place.evaluate(EVALUATION, words)) as readonly Checked[];
    const wrong = STRINGS.flatMap((string, i) => {
      const one = checked[i] as Checked;
      const { store } = one;
      const kept = PARTS.map((part) => one[part]).filter((value) => value !== "refused");
      const changed = kept.filter((value) => value !== string || DANGEROUS.test(value));
      return changed.length > 0 || DANGEROUS.test(store) ? [{ string, changed, store }] : [];
    });
    expect(wrong).toEqual([]);

    const literals = checked.map(({ literal }) => literal);
    expect(literals).toEqual(STRINGS.map(nixLiteral));
    const back = `[\n${literals.map((literal) => `(${literal})\n`).join("")}]`;
    expect(await place.evaluate(back)).toEqual(STRINGS);
    const attributes = checked.map(({ bound }) => `{ ${bound} = null; }`).join("\n");
    const named = `builtins.concatMap builtins.attrNames [\n${attributes}\n]`;
    expect(await place.evaluate(named)).toEqual(STRINGS);
    const data = { list: STRINGS, set: Object.fromEntries(STRINGS.map((one) => [one, { one }])) };
    expect(await place.evaluate(nixValue(data))).toEqual(data);
    expect(readFileSync(`${place.folder}/strings.json`, "utf8")).toBe(JSON.stringify(STRINGS));
  });
});
