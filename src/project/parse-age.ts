import { projectError } from "./errors.ts";

const HOUR = 3_600_000;
const UNITS: Readonly<Record<string, number>> = { h: HOUR, d: 24 * HOUR, w: 168 * HOUR };
const AGE = /^(\d{1,6})\s*([hdw])$/;

/** A time span such as `7d`, `36h` or `2w` in milliseconds; `0` is none. Throws UserError `project-age`. */
export function parseAge(text: string): number {
  const written = text.trim();
  if (written === "0") return 0;
  const [, count, unit = ""] = AGE.exec(written) ?? [];
  if (count === undefined) {
    throw projectError("project-age", `"${text}" is no time span`, {
      hint: "write hours, days or weeks: 36h, 7d, 2w; 0 for none",
    });
  }
  return Number(count) * (UNITS[unit] as number);
}
