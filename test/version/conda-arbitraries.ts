// Generated conda versions, specs and candidates: few values, so that they meet.
import * as fc from "fast-check";

const part = fc.constantFrom(
  "0",
  "1",
  "2",
  "10",
  "01",
  "1a",
  "1a1",
  "1rc2",
  "1post1",
  "1dev",
  "a",
  "dev",
  "post",
  "alpha",
  "b2",
);
const separator = fc.constantFrom(".", ".", ".", "_");

/** A valid conda version. */
export const condaVersionText: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom("", "", "", "", "1!", "0!"),
    part,
    fc.array(fc.tuple(separator, part), { maxLength: 3 }),
    fc.constantFrom("", "", "", "", "_", "+1", "+1.a", "+0"),
  )
  .map(
    ([epoch, first, rest, end]) => epoch + first + rest.map((one) => one.join("")).join("") + end,
  );

const operator = fc.constantFrom("==", "!=", "<=", ">=", "<", ">", "=", "~=");

const term = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(operator, condaVersionText).map((p) => p.join("")) },
  { weight: 2, arbitrary: condaVersionText },
  { weight: 2, arbitrary: condaVersionText.map((v) => `${v}.*`) },
  { weight: 1, arbitrary: condaVersionText.map((v) => `!=${v}.*`) },
  { weight: 1, arbitrary: fc.constantFrom("*", "^1\\..*$", "^(1|2)\\.0$", "1.*.1") },
);

/** A version spec. */
export const condaSpecText: fc.Arbitrary<string> = fc
  .tuple(term, fc.array(fc.tuple(fc.constantFrom(",", ",", "|"), term), { maxLength: 3 }))
  .map(([first, rest]) => first + rest.map((one) => one.join("")).join(""));
