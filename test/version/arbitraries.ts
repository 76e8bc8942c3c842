// Generated versions and specifiers: small numbers, so that they meet, in every spelling of PEP 440.
import * as fc from "fast-check";

const number = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom("0", "1", "2", "3") },
  { weight: 2, arbitrary: fc.constantFrom("00", "01", "10", "007", "11") },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "20240131",
      "9007199254740993",
      "9007199254740992",
      "99999999999999999999",
    ),
  },
);
const separator = fc.constantFrom("", "", ".", "-", "_");
const maybeNumber = fc.oneof(
  { weight: 3, arbitrary: number },
  { weight: 1, arbitrary: fc.constant("") },
);

function maybe(arbitrary: fc.Arbitrary<string>, weight: number): fc.Arbitrary<string> {
  return fc.oneof({ weight, arbitrary: fc.constant("") }, { weight: 1, arbitrary });
}

function labelled(labels: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(separator, fc.constantFrom(...labels), separator, maybeNumber)
    .map((p) => p.join(""));
}

const epoch = maybe(fc.constantFrom("0!", "1!", "2!"), 6);
export const release: fc.Arbitrary<string> = fc
  .array(number, { minLength: 1, maxLength: 4 })
  .map((numbers) => numbers.join("."));
const pre = maybe(labelled(["a", "alpha", "b", "beta", "c", "rc", "pre", "preview", "RC", "A"]), 2);
const post = maybe(
  fc.oneof(
    labelled(["post", "rev", "r", "Post"]),
    number.map((n) => `-${n}`),
  ),
  2,
);
const dev = maybe(labelled(["dev", "DEV"]), 2);
const localPart = fc.constantFrom("0", "1", "01", "a", "abc", "Ab", "1a", "ubuntu", "10");
const local = maybe(
  fc
    .tuple(
      localPart,
      fc.array(fc.tuple(fc.constantFrom(".", "-", "_"), localPart), { maxLength: 2 }),
    )
    .map(([first, rest]) => `+${first}${rest.map((part) => part.join("")).join("")}`),
  3,
);
const lead = maybe(fc.constantFrom("v", "V"), 12);

/** A version without its local label. */
export const publicText: fc.Arbitrary<string> = fc
  .tuple(lead, epoch, release, pre, post, dev)
  .map((parts) => parts.join(""));

/** A valid version, in any spelling. */
export const versionText: fc.Arbitrary<string> = fc
  .tuple(publicText, local)
  .map((parts) => parts.join(""));

const piece = fc.constantFrom(
  ..." .-_+!*v0123abcprdetos,;()<>=~\t\u00a0\u001c\u0085\ufeffſ①é".split(""),
);

/** A text with a character put in, taken out or replaced: often invalid, by a hair. */
export function mutated(arbitrary: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(arbitrary, fc.nat(), piece, fc.nat(2)).map(([text, at, character, how]) => {
    const i = at % (text.length + 1);
    if (how === 0) return text.slice(0, i) + character + text.slice(i);
    if (how === 1) return text.slice(0, i) + text.slice(i + 1);
    return text.slice(0, i) + character + text.slice(i + 1);
  });
}

const compatibleText = fc
  .tuple(lead, epoch, release, number, pre, post, dev)
  .map(([v, e, r, n, ...rest]) => `${v}${e}${r}.${n}${rest.join("")}`);
const space = fc.constantFrom("", "", "", " ", "  ", "\t");
const wildcardText = fc.tuple(lead, epoch, release).map((parts) => `${parts.join("")}.*`);

function comparison(op: string, version: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(space, space, version)
    .map(([before, between, text]) => before + op + between + text);
}

/** One valid comparison. */
export const specifierText: fc.Arbitrary<string> = fc.oneof(
  ...["<=", ">=", "<", ">"].map((op) => comparison(op, publicText)),
  ...["==", "!="].map((op) => comparison(op, fc.oneof(versionText, wildcardText))),
  comparison("~=", compatibleText),
  comparison("===", fc.oneof(versionText, fc.constantFrom("foo", "1.0-x", "", "Ünï"))),
);

/** A set of comparisons. */
export const specifierSetText: fc.Arbitrary<string> = fc
  .array(specifierText, { maxLength: 4 })
  .map((parts) => parts.join(","));

/** `count` values, the same ones on every run. */
export function sample<T>(arbitrary: fc.Arbitrary<T>, count: number): T[] {
  return fc.sample(arbitrary, { numRuns: count, seed: 440 });
}
