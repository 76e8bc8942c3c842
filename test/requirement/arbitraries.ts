// Generated requirement lines, markers and environments, as PEP 508's grammar has them and a hair off.
import * as fc from "fast-check";
import { specifierText, versionText } from "../version/arbitraries.ts";

const blank = fc.constantFrom("", "", "", " ", "  ", "\t");
const someBlank = fc.constantFrom(" ", "  ", "\t");

/** A project's or extra's name, in any spelling. */
export const nameText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom("a", "Foo", "foo.bar", "zope-interface", "A_b.C--d", "x1", "0", "9a", "foo_"),
  fc.stringMatching(/^[a-zA-Z0-9](?:[a-zA-Z0-9._-]{0,6}[a-zA-Z0-9])?$/),
);

function joined(parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(...parts).map((texts) => texts.join(""));
}

const separated = (item: fc.Arbitrary<string>, separator: fc.Arbitrary<string>, max: number) =>
  fc
    .array(fc.tuple(item, separator), { maxLength: max })
    .map((pairs) =>
      pairs.map(([text, by], i) => (i === pairs.length - 1 ? text : text + by)).join(""),
    );

const comma = joined([blank, fc.constant(","), blank]);
const extrasText = joined([
  fc.constant("["),
  blank,
  separated(nameText, comma, 3),
  blank,
  fc.constant("]"),
]);

const VARIABLES = [
  "python_version",
  "python_full_version",
  "os_name",
  "os.name",
  "sys_platform",
  "sys.platform",
  "platform_release",
  "platform_system",
  "platform_version",
  "platform.version",
  "platform_machine",
  "platform.machine",
  "platform_python_implementation",
  "platform.python_implementation",
  "python_implementation",
  "implementation_name",
  "implementation_version",
] as const;

const variable = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...VARIABLES) },
  { weight: 3, arbitrary: fc.constant("extra") },
  { weight: 1, arbitrary: fc.constantFrom("extras", "dependency_groups") },
);

const plainValue = fc.oneof(
  fc.constantFrom("3.8", "3.11", "3.11.0", "3.8.*", "2.7, 3.4", "posix", "nt", "linux", "win32"),
  fc.constantFrom(
    "",
    "CPython",
    "cpython",
    "x86_64",
    "Foo_Bar",
    "foo-bar",
    "a.b",
    "5.15.0-generic",
  ),
  fc.constantFrom(
    "=1",
    " 3.8 ",
    "3.8;",
    "é",
    "3.11.0+",
    "#1 SMP",
    "a\\n",
    "\\x41",
    "\\101",
    "\\q",
    "\\",
    "\\u00e9",
  ),
  versionText,
);

function quotedText(value: string, quote: string): string {
  return `${quote}${value.replaceAll(quote, "")}${quote}`;
}

const literal = fc.tuple(plainValue, fc.constantFrom("'", '"')).map(([v, q]) => quotedText(v, q));
const versionOp = fc.constantFrom("<", "<=", "==", "!=", ">=", ">", "~=", "===");
const operator = fc.oneof(
  { weight: 6, arbitrary: joined([blank, versionOp, blank]) },
  { weight: 1, arbitrary: joined([someBlank, fc.constant("in"), someBlank]) },
  {
    weight: 1,
    arbitrary: joined([someBlank, fc.constant("not"), someBlank, fc.constant("in"), someBlank]),
  },
);

const comparison = fc.oneof(
  { weight: 8, arbitrary: joined([variable, operator, literal]) },
  { weight: 3, arbitrary: joined([literal, operator, variable]) },
  { weight: 1, arbitrary: joined([variable, operator, variable]) },
  { weight: 1, arbitrary: joined([literal, operator, literal]) },
);

const boolean = joined([someBlank, fc.constantFrom("and", "or"), someBlank]);

/** A marker, nested a little. */
export const markerText: fc.Arbitrary<string> = fc.letrec<{ marker: string; atom: string }>(
  (tie) => ({
    marker: fc.oneof(
      { maxDepth: 2 },
      tie("atom"),
      joined([tie("atom"), boolean, tie("atom")]),
      joined([tie("atom"), boolean, tie("atom"), boolean, tie("atom")]),
    ),
    atom: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      joined([blank, comparison, blank]),
      joined([blank, comparison, blank]),
      joined([blank, fc.constant("("), blank, tie("marker"), blank, fc.constant(")"), blank]),
    ),
  }),
).marker;

const urlText = fc.constantFrom(
  "https://example.com/a-1.0.tar.gz",
  "https://user:pw@example.com/x.whl#sha256=abc",
  "git+https://example.com/x.git@v1#egg=x&subdirectory=s",
  "file:///tmp/x",
  "./x/y",
  "https://example.com/a;b",
);

const specifiersText = fc.oneof(
  fc.constant(""),
  separated(specifierText, comma, 3),
  joined([fc.constant("("), blank, separated(specifierText, comma, 3), blank, fc.constant(")")]),
  separated(specifierText, comma, 2).map((text) => `${text},`),
);
const markerPart = fc.oneof(fc.constant(""), joined([blank, fc.constant(";"), blank, markerText]));

/** A dependency specifier. */
export const requirementText: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 5,
    arbitrary: joined([
      blank,
      nameText,
      blank,
      fc.oneof(fc.constant(""), extrasText),
      blank,
      specifiersText,
      markerPart,
      blank,
    ]),
  },
  {
    weight: 1,
    arbitrary: joined([
      nameText,
      blank,
      fc.oneof(fc.constant(""), extrasText),
      blank,
      fc.constant("@"),
      blank,
      urlText,
      fc.oneof(fc.constant(""), joined([someBlank, fc.constant(";"), markerText])),
    ]),
  },
);

/** The values that markers are decided with. */
export const environmentValues: fc.Arbitrary<Record<string, string>> = fc.record({
  os_name: fc.constantFrom("posix", "nt"),
  sys_platform: fc.constantFrom("linux", "win32", "darwin"),
  platform_machine: fc.constantFrom("x86_64", "aarch64", ""),
  platform_python_implementation: fc.constantFrom("CPython", "PyPy"),
  platform_release: fc.constantFrom("", "5.15.0-generic", "3.8", "23.1.0"),
  platform_system: fc.constantFrom("Linux", "Windows", "Darwin"),
  platform_version: fc.constantFrom("", "#1 SMP", "3.8"),
  python_version: fc.constantFrom("2.7", "3.8", "3.11"),
  python_full_version: fc.constantFrom("2.7.18", "3.8.0", "3.11.0", "3.11.0a1", "3.11.0+"),
  implementation_name: fc.constantFrom("cpython", "pypy"),
  implementation_version: fc.constantFrom("3.8.0", "3.11.0", "7.3.13"),
});
