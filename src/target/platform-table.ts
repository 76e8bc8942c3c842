import type { Platform } from "./types.ts";

/** A platform of the table: what it is, and every other spelling of its name. */
export interface PlatformRow {
  readonly platform: Platform;
  readonly aliases: readonly string[];
}

/** The oldest C library or macOS that a target has unless its name says otherwise: as uv's. */
const GLIBC: readonly [number, number] = [2, 28];
const GLIBC_RISCV64: readonly [number, number] = [2, 39];
const GLIBC_LOONGARCH64: readonly [number, number] = [2, 36];
const MUSL: readonly [number, number] = [1, 2];
const MACOS: readonly [number, number] = [13, 0];

interface LinuxSpellings {
  readonly floor?: readonly [number, number];
  readonly aliases: readonly string[];
  readonly musl: readonly string[];
}

/** Linux by architecture: glibc's floor, and the spellings of uv, Rust, Nix, conda and wheels. */
const LINUX: readonly (readonly [arch: string, spellings: LinuxSpellings])[] = [
  [
    "x86_64",
    {
      aliases: ["linux", "x86_64-unknown-linux-gnu", "x86_64-linux", "linux-64", "linux_x86_64"],
      musl: ["x86_64-unknown-linux-musl"],
    },
  ],
  [
    "aarch64",
    {
      aliases: ["aarch64-unknown-linux-gnu", "aarch64-linux", "linux-arm64", "linux_aarch64"],
      musl: ["aarch64-unknown-linux-musl"],
    },
  ],
  [
    "i686",
    {
      aliases: ["i686-unknown-linux-gnu", "i686-linux", "linux-32", "linux_i686"],
      musl: ["i686-unknown-linux-musl"],
    },
  ],
  [
    "armv7l",
    {
      aliases: ["armv7-unknown-linux-gnueabihf", "armv7l-linux", "linux_armv7l"],
      musl: ["armv7-unknown-linux-musleabihf"],
    },
  ],
  [
    "ppc64le",
    {
      aliases: ["powerpc64le-unknown-linux-gnu", "powerpc64le-linux", "linux_ppc64le"],
      musl: ["powerpc64le-unknown-linux-musl"],
    },
  ],
  [
    "s390x",
    {
      aliases: ["s390x-unknown-linux-gnu", "s390x-linux", "linux_s390x"],
      musl: ["s390x-unknown-linux-musl"],
    },
  ],
  [
    "riscv64",
    {
      floor: GLIBC_RISCV64,
      aliases: [
        "riscv64-unknown-linux",
        "riscv64gc-unknown-linux-gnu",
        "riscv64-linux",
        "linux_riscv64",
      ],
      musl: ["riscv64gc-unknown-linux-musl"],
    },
  ],
  [
    "loongarch64",
    {
      floor: GLIBC_LOONGARCH64,
      aliases: ["loongarch64-unknown-linux-gnu", "loongarch64-linux", "linux_loongarch64"],
      musl: ["loongarch64-unknown-linux-musl"],
    },
  ],
];

const OTHERS: readonly PlatformRow[] = [
  {
    platform: { name: "macos-arm64", os: "macos", arch: "aarch64", floor: MACOS },
    aliases: ["macos", "macos-aarch64", "aarch64-apple-darwin", "aarch64-darwin", "osx-arm64"],
  },
  {
    platform: { name: "macos-x86_64", os: "macos", arch: "x86_64", floor: MACOS },
    aliases: ["x86_64-apple-darwin", "x86_64-darwin", "osx-64"],
  },
  {
    platform: { name: "windows-x86_64", os: "windows", arch: "x86_64" },
    aliases: ["windows", "x86_64-pc-windows-msvc", "x86_64-windows", "win-64", "win_amd64"],
  },
  {
    platform: { name: "windows-arm64", os: "windows", arch: "aarch64" },
    aliases: [
      "windows-aarch64",
      "aarch64-pc-windows-msvc",
      "aarch64-windows",
      "win-arm64",
      "win_arm64",
    ],
  },
  {
    platform: { name: "windows-i686", os: "windows", arch: "i686" },
    aliases: ["i686-pc-windows-msvc", "i686-windows", "win-32", "win32"],
  },
];

function linuxRows([arch, spellings]: (typeof LINUX)[number]): PlatformRow[] {
  const name = `linux-${arch}`;
  const floor = spellings.floor ?? GLIBC;
  return [
    { platform: { name, os: "linux", arch, libc: "glibc", floor }, aliases: spellings.aliases },
    {
      platform: { name: `${name}-musl`, os: "linux", arch, libc: "musl", floor: MUSL },
      aliases: spellings.musl,
    },
  ];
}

/** The one table of platforms, canonical names and aliases. */
export function platformTable(): readonly PlatformRow[] {
  return [...LINUX.flatMap(linuxRows), ...OTHERS];
}
