import { posix } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UserError } from "../../src/base/index.ts";
import {
  type DirectReference,
  formatMarker,
  parseMarker,
  readRequirements,
  type Requirement,
} from "../../src/requirement/index.ts";
import { peerPython } from "../../tools/make-peers.ts";
import { requirementText } from "../requirement/arbitraries.ts";
import { sample } from "../version/arbitraries.ts";
import { askPython } from "./version-peer.ts";

const python = peerPython() as string;

const VARIABLES = new Map([
  ["NAME", "requests"],
  ["EMPTY", ""],
  ["VERSION", "2.0"],
  ["LOOP", "${NAME}"],
]);

const hash = fc
  .tuple(fc.constantFrom("sha256", "sha384", "sha512"), fc.constantFrom("a", "0", "f"))
  .map(([algorithm, digit]) => {
    const length = { sha256: 64, sha384: 96, sha512: 128 }[algorithm] ?? 0;
    return `--hash=${algorithm}:${digit.repeat(length)}`;
  });

// A `;` in a URL ends it for pip; the specification of dependency specifiers has a blank do that.
// packaging writes escapes in a marker's strings in a form that does not read back.
const specifier = requirementText.filter((text) => !/a;b|extras|\\/.test(text));

const reference = fc.constantFrom(
  "./proj",
  "./proj[x,Y] ; os_name == 'nt'",
  "./w/pkg_a-1.0-py3-none-any.whl",
  "w/pkg_a-1.0-py3-none-any.whl[x]",
  "./w/pkg-2.0.tar.gz",
  "https://example.com/d/pkg_a-1.0+local.1-py3-none-any.whl#sha256=aa",
  "https://example.com/d/pkg-1.0.zip#egg=Pkg.A",
  "https://example.com/d/pkg-1.0.zip; os_name == 'nt'",
  "git+https://example.com/x/y.git@v1.0#egg=y&subdirectory=s",
  "git+ssh://git@example.com/x/y#egg=y",
  "y @ git+https://example.com/x/y.git@feature/one",
  "pkg@https://example.com/d/pkg-1.0.zip",
);
const editable = fc.constantFrom(
  "-e ./proj",
  "--editable=./proj[x]",
  "-e git+https://example.com/x/y.git@v1#egg=y",
  "-e 'y[z] @ git+https://example.com/x/y.git'",
);
const option = fc.constantFrom(
  "--extra-index-url https://one.example/simple",
  "--extra-index-url=https://two.example/simple",
  "--extra https://three.example/simple",
  "-f ./proj",
  "--find-links=https://files.example/",
  '--find-links "./w"',
  "--pre",
  "--all-releases=:all:",
  "--prefer-binary",
  "--require-hashes",
  "--trusted-host one.example",
  "--no-binary :all:",
  "--no-binary=A_b,c",
  "--only-binary c,:none:,d",
  "--only-binary=:all:,:none:,E.f",
  "--no-binary :none:",
  "--no-index",
  "-c constraints.txt",
  "-r sub/more.txt",
  "--requirement=sub/more.txt",
  "-rsub/more.txt",
);
const wrong = fc.constantFrom(
  "foo=>1",
  "foo >=",
  "[x]",
  "--nope",
  "-r",
  "--no-index=1",
  "--find-links 'x",
  "foo bar",
  "foo --hash=md5:aa",
  "--index",
  "-r missing.txt",
  "foo; nope",
);
const odd = fc.constantFrom(
  "",
  "   ",
  "# only a comment",
  "  # indented \\",
  "${NAME}==${VERSION}",
  "${EMPTY}${NAME} ; os_name == '${NAME}'",
  "foo # ${UNKNOWN}",
  "${LOOP}-x",
  "foo#egg",
  "foo ;",
  "\\",
  "baz \\ # not a continuation",
);

const withHash = fc.tuple(
  specifier,
  fc.array(hash, { minLength: 1, maxLength: 2 }),
  fc.constantFrom(" ", " \\\n    "),
);
const line = fc.oneof(
  { weight: 6, arbitrary: specifier },
  {
    weight: 2,
    arbitrary: withHash.map(([text, hashes, by]) => [text.trimEnd(), ...hashes].join(by)),
  },
  { weight: 3, arbitrary: reference },
  { weight: 1, arbitrary: editable },
  { weight: 4, arbitrary: option },
  { weight: 2, arbitrary: odd },
  { weight: 2, arbitrary: fc.tuple(specifier, fc.nat()).map(([text, n]) => continued(text, n)) },
  { weight: 2, arbitrary: specifier.map((text) => `${text} # a comment`) },
);

/** A line broken in two by a continuation. */
function continued(text: string, at: number): string {
  const i = at % (text.length + 1);
  return `${text.slice(0, i)}\\\n${text.slice(i)}`;
}

const ends = fc.constantFrom("\n", "\n", "\n", "\r\n", "\r", "\f", "\u0085", "\u2028");

function file(lines: fc.Arbitrary<string>, max: number): fc.Arbitrary<string> {
  return fc.array(fc.tuple(lines, ends), { maxLength: max }).map((pairs) => pairs.flat().join(""));
}

interface Files {
  readonly "main.txt": string;
  readonly "sub/more.txt": string;
  readonly "constraints.txt": string;
}

const inputs: fc.Arbitrary<Files> = fc
  .tuple(
    fc.constantFrom("", "", "-i https://index.example/simple\n", "\ufeff"),
    file(line, 5),
    fc.oneof({ weight: 7, arbitrary: fc.constant("") }, { weight: 1, arbitrary: wrong }),
    file(fc.oneof(specifier, reference), 2),
    file(
      fc.constantFrom(
        "a<2",
        "A.b==1 # c",
        "c>=1; os_name == 'nt'",
        "d @ https://example.com/d.zip",
      ),
      2,
    ),
  )
  .map(([first, main, bad, sub, constraints]) => ({
    "main.txt": `${first}${main}\n${bad}`,
    "sub/more.txt": `${sub}\n-c ../constraints.txt`,
    "constraints.txt": constraints,
  }));

const PIP = `
import os, tempfile, warnings, logging, types
warnings.simplefilter("ignore"); logging.disable(logging.CRITICAL)
from pip._internal.req.req_file import parse_requirements, RequirementsFileParseError
from pip._internal.req.constructors import install_req_from_parsed_requirement
from pip._internal.exceptions import PipError
from pip._internal.models.search_scope import SearchScope
from pip._internal.models.release_control import ReleaseControl
from pip._internal.models.format_control import FormatControl
from pip._vendor.packaging.utils import canonicalize_name
class Session:
    def __init__(self): self.hosts = []
    def update_index_urls(self, urls): pass
    def add_trusted_host(self, host, source=None): self.hosts.append(host)
class Finder:
    def __init__(self):
        self.format_control = FormatControl(); self.release_control = ReleaseControl(); self.prefer = False
        self.search_scope = SearchScope(find_links=[], index_urls=["default"], no_index=False)
    find_links = property(lambda self: self.search_scope.find_links)
    index_urls = property(lambda self: self.search_scope.index_urls)
    def set_release_control(self, control): self.release_control = control
    def set_prefer_binary(self): self.prefer = True
root = os.path.realpath(tempfile.mkdtemp())
os.chdir(root)
for folder in ("proj", "sub", "w"): os.mkdir(folder)
for name in ("proj/pyproject.toml", "w/pkg_a-1.0-py3-none-any.whl", "w/pkg-2.0.tar.gz"): open(name, "w").close()
def place(url):
    url = url.removeprefix("file://")
    return os.path.relpath(url, root) if url.startswith(root) else os.path.normpath(url) if url.startswith(".") else url
def requirement(parsed):
    r = install_req_from_parsed_requirement(parsed)
    if r.constraint and (r.editable or r.extras or not r.name): raise PipError("constraint")
    return [r.constraint, canonicalize_name(r.name) if r.name else "", sorted(set(canonicalize_name(e) for e in r.extras)),
        str(r.req.specifier) if r.req else "", str(r.markers) if r.markers else None,
        place(r.link.url_without_fragment) if r.link else None, r.editable,
        sorted(set(a + ":" + h for a, hs in r.hash_options.items() for h in hs))]
def one(files):
    for name, text in files.items():
        with open(name, "w", newline="", encoding="utf-8") as f: f.write(text)
    finder, session = Finder(), Session()
    options = types.SimpleNamespace(require_hashes=False, no_require_hashes=False, features_enabled=[])
    try: requirements = [requirement(r) for r in parse_requirements("main.txt", session, finder, options)]
    except (PipError, ValueError): return None
    scope, control = finder.search_scope, finder.release_control
    return [requirements, scope.index_urls, [place(p) for p in scope.find_links], scope.no_index,
        ":all:" in control.all_releases, sorted(finder.format_control.no_binary),
        sorted(finder.format_control.only_binary), bool(options.require_hashes), session.hosts, finder.prefer]
os.environ.update(cases["variables"])
answer = [one(files) for files in cases["files"]]`;

function address(reference: DirectReference): string {
  if (reference.kind === "path") return posix.normalize(reference.path).replace(/\/$/, "");
  if (reference.kind === "archive") return reference.url;
  return `git+${reference.url}${reference.ref === undefined ? "" : `@${reference.ref}`}`;
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}

function shown(requirement: Requirement, constraint: boolean): unknown[] {
  const { name, extras, specifiers, marker, reference, editable, hashes } = requirement;
  return [
    constraint,
    name,
    extras,
    specifiers.text,
    marker === undefined ? null : formatMarker(marker),
    reference === undefined ? null : address(reference),
    editable,
    unique(hashes.map(({ algorithm, hex }) => `${algorithm}:${hex}`)).toSorted(),
  ];
}

async function ours(files: Files): Promise<unknown> {
  try {
    const readFile = (path: string): Uint8Array | undefined =>
      path in files ? Buffer.from(files[path as keyof Files]) : undefined;
    const input = await readRequirements("main.txt", { readFile, variables: VARIABLES });
    const { options } = input;
    const all = [
      ...input.requirements.map((each) => shown(each, false)),
      ...input.constraints.map((each) => shown(each, true)),
    ];
    const indexes = options.noIndex
      ? []
      : [options.indexUrl ?? "default", ...options.extraIndexUrls];
    return [
      unique(all.map((each) => JSON.stringify(each))).toSorted(),
      indexes,
      options.findLinks,
      options.noIndex,
      options.pre,
      options.noBinary,
      options.onlyBinary,
      options.requireHashes,
      options.trustedHosts,
      options.preferBinary,
    ];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const codes = [error, ...error.related].map((each) => each.code);
    // pip looks at the completeness of hashes when it installs, not when it reads.
    return codes.every((code) => code === "requirements-hash") ? undefined : null;
  }
}

/** pip's answer with the differences that do not matter taken out: order, repetition, marker style. */
function theirs(answer: unknown): unknown {
  if (answer === null) return null;
  const [requirements, indexes, links, noIndex, pre, no, only, hashes, hosts, prefer] = answer as [
    unknown[][],
    string[],
    string[],
    ...unknown[],
  ];
  const lines = requirements.map((each) => {
    const marker = each[4];
    const text = typeof marker === "string" ? formatMarker(parseMarker(marker)) : marker;
    return JSON.stringify(each.with(4, text as string | null));
  });
  const places = unique(links.map((link) => (link.includes("://") ? link : posix.normalize(link))));
  return [
    unique(lines).toSorted(),
    unique(indexes),
    places,
    noIndex,
    pre,
    no,
    only,
    hashes,
    unique(hosts as string[]),
    prefer,
  ];
}

describe.skipIf(peerPython() === undefined)("requirements files as pip has them", () => {
  test("2,000 generated files", async () => {
    const files = sample(inputs, 2000);
    const variables = Object.fromEntries(VARIABLES);
    const answers = askPython(python, PIP, { files, variables }).map(theirs);
    const disagreements: unknown[] = [];
    let accepted = 0;
    for (const [i, each] of files.entries()) {
      const mine = await ours(each);
      if (mine !== null) accepted++;
      const same = mine === undefined || JSON.stringify(mine) === JSON.stringify(answers[i]);
      if (!same) disagreements.push({ files: each, ours: mine, theirs: answers[i] });
    }
    expect(disagreements.slice(0, 5).map((each) => JSON.stringify(each))).toEqual([]);
    expect(accepted).toBeGreaterThan(700);
  });
});
