/** What the launcher (bin/start.js) offers; nothing where the program was started without it. */
const OFFERED: unique symbol = Symbol.for("mach-nix.expectShortRun");

/** Says that work of tenths of a second is ahead: the launcher sets V8 up for it. */
export function expectShortRun(): void {
  const tune: unknown = Reflect.get(process, OFFERED);
  if (typeof tune === "function") Reflect.apply(tune, undefined, []);
}
