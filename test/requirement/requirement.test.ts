import { expect, test } from "vitest";
import { UserError } from "../../src/base/index.ts";
import {
  dependencyExtra,
  type DirectReference,
  formatRequirement,
  parseDependency,
  parseRequirement,
  parseRequirements,
  type Requirement,
  withoutCredentials,
} from "../../src/requirement/index.ts";

function only(text: string): Requirement {
  const [requirement, other] = parseRequirements(text);
  if (requirement === undefined || other !== undefined) throw new Error("not one requirement");
  return requirement;
}

test.each([
  ["Foo.Bar[b,A]>=1,<2 ; os_name=='nt'", 'foo-bar[a,b]<2,>=1; os_name == "nt"'],
  ["foo (>=1)", "foo>=1"],
  ["foo===1.0-whatever", "foo===1.0-whatever"],
  ["foo==1!2.0+local", "foo==1!2.0+local"],
  [
    "foo @ https://u:p@h/x.zip#sha256=AB&subdirectory=s ; os_name == 'nt'",
    'foo @ https://h/x.zip#sha256=ab&subdirectory=s ; os_name == "nt"',
  ],
  ["foo[x] @ git+ssh://git@h/x@main", "foo[x] @ git+ssh://git@h/x@main"],
  ["foo @ git+https://token@h/x", "foo @ git+https://h/x"],
  ["foo @ file:///a/b%2Bc", "foo @ /a/b+c"],
  ["foo @ file://localhost/a/b.zip", "foo @ file://localhost/a/b.zip"],
  ["foo @ ./x", "foo @ ./x"],
  [
    "a; (os_name=='a' or os_name=='b') and (os_name=='c' and os_name=='d')",
    'a; (os_name == "a" or os_name == "b") and os_name == "c" and os_name == "d"',
  ],
  ["a; extra == 'Foo_Bar'", 'a; extra == "foo-bar"'],
  [`a; os_name == 'say "x"'`, `a; os_name == 'say "x"'`],
])("%s in its one form", (text, expected) => {
  const formatted = formatRequirement(parseRequirement(text));
  expect(formatted).toBe(expected);
  expect(formatRequirement(parseRequirement(formatted))).toBe(formatted);
});

test.each<[string, Partial<Requirement>]>([
  ["https://h/foo-1.0-py3-none-any.whl", { name: "foo" as Requirement["name"], spelled: "foo" }],
  [
    "./d/Foo_Bar-1.0-1-py3-none-any.whl[x]",
    { name: "foo-bar" as Requirement["name"], extras: ["x"] },
  ],
  ["./proj", { name: "" as Requirement["name"] }],
  ["-e .", { editable: true }],
  [
    "-e git+https://h/x#egg=A_b[c]",
    { name: "a-b" as Requirement["name"], extras: ["c"], editable: true },
  ],
  [
    "-e 'a[b] @ git+https://h/x'",
    { name: "a" as Requirement["name"], extras: ["b"], editable: true },
  ],
  ["foo;", { name: "foo" as Requirement["name"] }],
  ["a.zip.b", { name: "a-zip-b" as Requirement["name"] }],
])("the line %s", (line, expected) => {
  expect(only(line)).toMatchObject(expected);
});

test.each<[string, DirectReference]>([
  [
    "git+https://h/x.git@feature/y#egg=a&subdirectory=s/t",
    { kind: "git", url: "https://h/x.git", ref: "feature/y", subdirectory: "s/t" },
  ],
  ["git+ssh://git@h/x#egg=a", { kind: "git", url: "ssh://git@h/x" }],
  ["git+file:///repos/x@v1#egg=a", { kind: "git", url: "file:///repos/x", ref: "v1" }],
  ["-e git://h/x#egg=a", { kind: "git", url: "git://h/x" }],
  [
    "https://h/a-1.tar.gz#sha256=ff&md5=00",
    { kind: "archive", url: "https://h/a-1.tar.gz", hashes: [{ algorithm: "sha256", hex: "ff" }] },
  ],
  ["file:///x/a-1.zip", { kind: "archive", url: "file:///x/a-1.zip", hashes: [] }],
  ["../x[extra]", { kind: "path", path: "../x" }],
  ["x/y", { kind: "path", path: "x/y" }],
  ["numpy-1.0.tar.gz", { kind: "path", path: "numpy-1.0.tar.gz" }],
  ["a @ ../x", { kind: "path", path: "../x" }],
])("the reference of %s", (line, expected) => {
  expect(only(line).reference).toEqual(expected);
});

test("a comment needs white space before it, a continuation nothing after it", () => {
  const text = "a # b\nc \\\n>=1 # d\n  # \\\ne\\\n\nf\\";
  expect(parseRequirements(text).map(({ text: each, place }) => [each, place?.line])).toEqual([
    ["a", 1],
    ["c >=1", 2],
    ["e", 5],
    ["f", 7],
  ]);
  expect(only("git+https://h/x#egg=a").name).toBe("a");
});

test("variables have one form, and those without a value stay", () => {
  const variables = new Map([
    ["A_1", "foo"],
    ["E", ""],
  ]);
  const names = (text: string) => parseRequirements(text, { variables }).map(({ name }) => name);
  expect(names("${A_1}-${A_1}")).toEqual(["foo-foo"]);
  for (const text of ["${a}", "$A_1", "${E}", "${NONE}"])
    expect(() => names(text)).toThrow(UserError);
});

test.each<[string, string | undefined]>([
  ["foo (>=7.2.0<8.0.0)", "foo<8.0.0,>=7.2.0"],
  ["foo (!=~5.0,>=4.12)", "foo!=5.0.*,>=4.12"],
  ["foo (>=1.9.*)", "foo>=1.9"],
  ["foo (>=2.7,!=3.0*,!=3.1*)", "foo!=3.0.*,!=3.1.*,>=2.7"],
  ["foo>=9.0.0a1.0", "foo>=9.0.0a1"],
  ["foo>=1.3.0,<1.4.0',", "foo<1.4.0,>=1.3.0"],
  ['foo ">=1"; python_version >= "3.7"', 'foo>=1; python_version >= "3.7"'],
  ["foo (>=1.0)", "foo>=1.0"],
  ["foo>=1.0,", "foo>=1.0"],
  ["foo bar", undefined],
  ["", undefined],
  ["foo; nonsense", undefined],
  ["foo @ hg+https://h/x", undefined],
])("metadata says %s", (line, expected) => {
  const requirement = parseDependency(line);
  expect(requirement && formatRequirement(requirement)).toBe(expected);
});

test.each<[string, string | undefined]>([
  ["a; extra == 'X_y'", "x-y"],
  ['a>=1 ; python_version < "3" and extra == "x"', "x"],
  ['a; (os_name == "a" or os_name == "b") and extra == "x"', "x"],
  ['a; os_name == "a" or extra == "x"', undefined],
  ['a; os_name == "a" or os_name == "b" and extra == "x"', undefined],
  ['a; (os_name == "a") or (os_name == "b") and extra == "x"', undefined],
  ['a; extra != "x"', undefined],
  ['a; os_name == "x"', undefined],
  ["a", undefined],
])("the extra that decides %s", (line, expected) => {
  expect(dependencyExtra(line)).toBe(expected);
});

test.each([
  ["https://u:p@h/x", "https://h/x"],
  ["https://token@h/x@y", "https://h/x@y"],
  ["ssh://git@h/x", "ssh://git@h/x"],
  ["ssh://git:pw@h/x", "ssh://h/x"],
  ["https://h/x@y", "https://h/x@y"],
  ["./x@y", "./x@y"],
])("%s without credentials", (url, expected) => {
  expect(withoutCredentials(url)).toBe(expected);
});
