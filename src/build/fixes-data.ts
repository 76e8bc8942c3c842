import type { Fix } from "./fixes.ts";

/** What packages need that they do not say themselves. Data only: add an entry. */
export const FIXES: readonly Fix[] = [
  {
    package: "cartopy",
    why: "links to GEOS",
    when: { provider: ["sdist", "nixpkgs"] },
    add: { libraries: ["geos"] },
  },
  {
    package: "cryptography",
    why: "was built without Rust before 3.4",
    when: { provider: ["sdist", "nixpkgs"], version: "<3.4" },
    remove: { hooks: ["cargoSetupHook"] },
  },
  { package: "google-auth", why: "imports six without saying so", add: { dependencies: ["six"] } },
  {
    package: "httpx",
    why: "patches are for the version that nixpkgs has",
    when: { provider: ["sdist", "nixpkgs"] },
    set: { patches: [] },
  },
  {
    package: "ldap0",
    why: "links to OpenLDAP and Cyrus SASL",
    when: { provider: ["sdist", "nixpkgs"] },
    add: { libraries: ["openldap", "cyrus_sasl"] },
  },
  {
    package: "libwebp-base",
    why: "its programs are also those of libwebp",
    when: { provider: ["conda"] },
    remove: { files: ["bin/*"] },
  },
  {
    package: "mariadb",
    why: "finds the client library only where this variable says",
    when: { provider: ["sdist", "nixpkgs"] },
    set: { env: { MARIADB_CONFIG: "{mariadb-connector-c}/bin/mariadb_config" } },
    add: { libraries: ["mariadb-connector-c"] },
  },
  {
    package: "pip",
    why: "a patch is for 20 and newer",
    when: { provider: ["sdist", "nixpkgs"], version: "<20" },
    remove: { patches: ["reproducible.patch"] },
  },
  {
    package: "pyjq",
    why: "builds its own jq with autotools",
    when: { provider: ["sdist", "nixpkgs"] },
    add: { programs: ["autoconf", "automake", "libtool", "flex", "bison"] },
  },
  {
    package: "rpy2",
    why: "a patch is for versions before 3.2.6",
    when: { provider: ["sdist", "nixpkgs"], version: ">=3.2.6" },
    set: { patches: [] },
  },
  {
    package: "tensorflow",
    why: "tensorboard is a distribution of its own with the same program",
    when: { provider: ["wheel"] },
    remove: { files: ["bin/tensorboard"] },
  },
  {
    package: "tensorflow-gpu",
    why: "tensorboard is a distribution of its own with the same program",
    when: { provider: ["wheel"] },
    remove: { files: ["bin/tensorboard"] },
  },
  {
    package: "websockets",
    why: "the patch phase changes tests that releases do not have",
    when: { provider: ["sdist", "nixpkgs"] },
    set: { phases: { patchPhase: "" } },
  },
  {
    package: "deepspeed-mii",
    why: "asyncio is part of Python since 3.4",
    when: { python: ">=3.4" },
    remove: { dependencies: ["asyncio"] },
  },
];
