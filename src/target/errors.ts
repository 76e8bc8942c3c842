import { EXIT, errorMaker, type ErrorEntry, type ErrorMaker } from "../base/index.ts";

type TargetErrorCode =
  | "platform-unknown"
  | "host-unknown"
  | "python-version-invalid"
  | "python-version-unsupported"
  | "wheel-name-invalid"
  | "virtual-package-unknown";

/** What can be wrong with a target or a wheel's file name. */
export const TARGET_ERRORS: Readonly<Record<TargetErrorCode, ErrorEntry>> = {
  "platform-unknown": {
    exit: EXIT.badInput,
    title: "No platform has this name",
    explain:
      "Platforms have names such as linux-x86_64, linux-aarch64-musl, macos-arm64 or " +
      "windows-x86_64. The spellings of uv (x86_64-unknown-linux-gnu), Nix (x86_64-linux), conda " +
      "(linux-64) and of wheel tags (manylinux_2_28_x86_64) are understood too. A floor other than " +
      "the default is part of the name: linux-x86_64-glibc2.35, macos-arm64-14.0.",
  },
  "host-unknown": {
    exit: EXIT.badInput,
    title: "This machine's platform is not in the table",
    explain:
      "Without --platform, the operating system and processor of this machine decide. They are not " +
      "in the table of platforms; name one with --platform.",
  },
  "virtual-package-unknown": {
    exit: EXIT.badInput,
    title: "No virtual package has this name",
    explain:
      "Conda's virtual packages say what a system has that no package brings: __glibc, __linux, " +
      "__unix, __osx, __win, __archspec, __cuda, __musl. They follow from the platform; " +
      "`[virtual-packages]` in mach-nix.toml or CONDA_OVERRIDE_CUDA and its like give others.",
  },
  "python-version-invalid": {
    exit: EXIT.badInput,
    title: "Not a Python version",
    explain:
      "The Python of a target is a release of CPython: 3.11, or 3.11.4 where the patch release " +
      "matters. 3.11 is evaluated as 3.11.0.",
  },
  "python-version-unsupported": {
    exit: EXIT.badInput,
    title: "This Python cannot be a target",
    explain:
      "Targets are CPython 2.7 and 3.6 or later. Other implementations and free-threaded builds " +
      "have other wheel tags and are refused rather than guessed.",
  },
  "wheel-name-invalid": {
    exit: EXIT.badInput,
    title: "Not a wheel's file name",
    explain:
      "A wheel's file name says what is inside and where it runs: " +
      "name-version[-build]-python-abi-platform.whl (PEP 427). Tools decide by it before they look " +
      "inside, so a name that breaks the rules is refused.",
  },
};

export const targetError: ErrorMaker<typeof TARGET_ERRORS> = errorMaker(TARGET_ERRORS);

/** A text for an error message, cut where it is long enough to flood a terminal. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
