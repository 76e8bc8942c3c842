/** The folders that a conda channel has, one for each platform (conda/base/constants.py). */
const SUBDIR =
  /^(?:noarch|linux-(?:32|64|aarch64|armv6l|armv7l|ppc64|ppc64le|riscv64|s390x)|osx-(?:64|arm64)|win-(?:32|64|arm64)|emscripten-wasm32|wasi-wasm32|freebsd-64|zos-z)$/;

/** What the channel `defaults` stands for. */
const DEFAULTS: ReadonlySet<string> = new Set(["pkgs/main", "pkgs/r", "pkgs/msys2"]);

export interface Channel {
  readonly name: string;
  readonly subdir?: string;
}

/** A channel as a spec or a record names it: `conda-forge`, `conda-forge/linux-64`, or a URL of either. */
export function parseChannel(text: string): Channel {
  const path = text
    .replace(/^[a-z][a-z\d+.-]*:\/\/[^/]*\/?/i, "")
    .replace(/^t\/[^/]*\//, "")
    .replace(/^\/+/, "")
    .replace(/\/+$/, "");
  const slash = path.lastIndexOf("/");
  const last = path.slice(slash + 1);
  return slash > 0 && SUBDIR.test(last)
    ? { name: path.slice(0, slash), subdir: last }
    : { name: path };
}

/** `conda/main` is what locks call `pkgs/main`. */
function ownName(name: string): string {
  return name.startsWith("conda/") ? `pkgs/${name.slice(6)}` : name;
}

/** Whether a record's channel is the one asked for; `defaults` is any of its parts, not the reverse. */
export function isSameChannel(wanted: string, own: string): boolean {
  const name = ownName(parseChannel(own).name);
  return ownName(wanted) === name || (wanted === "defaults" && DEFAULTS.has(name));
}
