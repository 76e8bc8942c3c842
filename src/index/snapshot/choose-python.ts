import { byPython } from "./python-key.ts";

/**
 * Which of the Pythons that a release has metadata for speaks for a target's Python. A Python that
 * was tried speaks only for itself: where it gave nothing, there is nothing. One that never was tried,
 * newer than the data perhaps, is spoken for by the nearest older one of its major version, else by
 * the nearest newer one.
 */
export function choosePython(
  release: readonly number[],
  { has, tried }: { readonly has: readonly string[]; readonly tried: readonly string[] },
): string | undefined {
  const [major = 0, minor = 0] = release;
  const own = `${major}${minor}`;
  if (has.includes(own)) return own;
  if (tried.includes(own)) return undefined;
  const same = has.filter((python) => python.startsWith(`${major}`)).toSorted(byPython);
  return same.findLast((python) => byPython(python, own) < 0) ?? same[0];
}
