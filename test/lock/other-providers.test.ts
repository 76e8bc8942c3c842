import { expect, test } from "vitest";
import { canonicalJson, sha256, type UserError } from "../../src/base/index.ts";
import { type Lock, readLock, writeLock } from "../../src/lock/index.ts";

const HASH = sha256("x");
const FILE = "conda-forge/linux-64/libgcc_mutex-0.1-conda_forge.tar.bz2";

/** A lock with a pin of each provider. */
const LOCK = {
  version: 1,
  inputHash: HASH,
  date: "2026-11-01T00:00:00Z",
  providers: { _default: ["conda-forge", "sdist", "nixpkgs"] },
  indexes: [],
  requirements: ["docopt", "torch"],
  nix: {
    nixpkgs: { url: "path:/nixpkgs" },
    machNix: {
      url: "https://example.org/mach-nix.tar.gz",
      narHash: "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
      lastModified: 1,
    },
  },
  targets: [
    {
      name: "3.11-linux-x86_64",
      python: "3.11",
      platform: "linux-x86_64",
      builds: {
        "docopt-0.6.2.tar.gz": {
          requires: ["setuptools>=40.8.0"],
          pins: [
            {
              name: "setuptools",
              version: "80.0.0",
              provider: "wheel",
              artifact: "setuptools-80.0.0-py3-none-any.whl",
              dependencies: [],
              requestedBy: ["input"],
            },
          ],
        },
      },
      pins: [
        {
          name: "_libgcc_mutex",
          version: "0.1",
          build: "conda_forge",
          provider: "conda-forge",
          artifact: FILE.replace("libgcc_mutex", "_libgcc_mutex"),
          dependencies: [],
          requestedBy: ["torch"],
        },
        {
          name: "docopt",
          version: "0.6.2",
          provider: "sdist",
          artifact: "docopt-0.6.2.tar.gz",
          dependencies: [],
          requestedBy: ["input"],
        },
        {
          name: "numpy",
          version: "2.1.0",
          provider: "nixpkgs",
          attribute: "numpy_2",
          dependencies: [],
          requestedBy: ["torch"],
        },
        {
          name: "torch",
          condaName: "pytorch",
          version: "2.1",
          build: "py311_0",
          provider: "conda-forge",
          artifact: "conda-forge/linux-64/pytorch-2.1-py311_0.conda",
          dependencies: ["_libgcc_mutex", "numpy"],
          requestedBy: ["input"],
        },
      ],
    },
  ],
  artifacts: Object.fromEntries(
    [
      "conda-forge/linux-64/_libgcc_mutex-0.1-conda_forge.tar.bz2",
      "conda-forge/linux-64/pytorch-2.1-py311_0.conda",
      "docopt-0.6.2.tar.gz",
      "setuptools-80.0.0-py3-none-any.whl",
    ].map((name) => [name, { sha256: HASH, url: `https://example.org/${name}` }]),
  ),
};

test("a lock with pins of channels, nixpkgs and source distributions comes back as written", () => {
  const text = canonicalJson(LOCK);
  const lock = readLock(text, { path: "mach-nix.lock" });
  expect(writeLock(lock)).toBe(text);
  expect(lock.targets[0]?.builds?.["docopt-0.6.2.tar.gz"]?.pins[0]?.name).toBe("setuptools");
});

type Spoil = (lock: typeof LOCK) => void;
const target = (lock: typeof LOCK): (typeof LOCK.targets)[number] => lock.targets[0] as never;

test.each<[what: string, code: string, spoil: Spoil]>([
  [
    "a conda file of another package",
    "lock-invalid",
    (lock) => void (target(lock).pins[3]!.condaName = "torch"),
  ],
  [
    "a channel's pin that is a wheel",
    "lock-invalid",
    (lock) => void (target(lock).pins[3]!.artifact = "setuptools-80.0.0-py3-none-any.whl"),
  ],
  [
    "an attribute that is an expression",
    "lock-unsafe",
    (lock) => void (target(lock).pins[2]!.attribute = "numpy.x or abort"),
  ],
  [
    "a build of something that is no sdist",
    "lock-invalid",
    (lock) =>
      void ((target(lock) as { builds: object }).builds = {
        "setuptools-80.0.0-py3-none-any.whl": { requires: [], pins: [] },
      }),
  ],
  [
    "a source with a path that is none",
    "lock-unsafe",
    (lock) => void (lock.nix.nixpkgs.url = "path:../nixpkgs"),
  ],
  ["a hash in another notation", "lock-unsafe", (lock) => void (lock.nix.machNix.narHash = HASH)],
])("%s is refused", (_, code, spoil) => {
  const lock = structuredClone(LOCK);
  spoil(lock);
  let error: unknown;
  try {
    readLock(canonicalJson(lock), { path: "mach-nix.lock" }) satisfies Lock;
  } catch (thrown) {
    error = thrown;
  }
  expect((error as UserError).code).toBe(code);
});

test.each([
  "../linux-64/a-1-0.conda",
  "conda-forge/../a-1-0.conda",
  "conda-forge/linux-64/../../a-1-0.conda",
  "/conda-forge/linux-64/a-1-0.conda",
  "linux-64/a-1-0.conda",
  "conda-forge/linux-64/a-1-0.zip",
])("%s is no artifact's name", (name) => {
  const lock = structuredClone(LOCK);
  (lock.artifacts as Record<string, unknown>)[name] = { sha256: HASH, url: "https://example.org" };
  expect(() => readLock(canonicalJson(lock), { path: "mach-nix.lock" })).toThrow(/file name/);
});
