/** A Python as pypi-deps-db writes it, `27` or `310`: a digit for the major version, then the minor one. */
export function isPythonKey(text: string): boolean {
  return /^\d{2,4}$/.test(text);
}

/** Oldest first: `27` before `36` before `310`. */
export function byPython(a: string, b: string): number {
  return Number(a[0]) - Number(b[0]) || Number(a.slice(1)) - Number(b.slice(1));
}
