import { projectError } from "./errors.ts";

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;

/**
 * The snapshot date in milliseconds since 1970, whole seconds: the last second whose uploads count.
 * A day counts to its end, in UTC; a time needs its zone. Throws UserError `project-date`.
 */
export function parseSnapshotDate(text: string): number {
  const written = text.trim();
  if (DAY.test(written)) return dayEnd(written);
  const time = TIME.test(written) ? Date.parse(written) : Number.NaN;
  if (Number.isNaN(time)) throw badDate(text);
  return Math.floor(time / 1000) * 1000;
}

const LAST_SECOND = 86_399_000;

function dayEnd(day: string): number {
  const start = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(start) || new Date(start).toISOString().slice(0, 10) !== day) throw badDate(day);
  return start + LAST_SECOND;
}

function badDate(text: string): Error {
  return projectError("project-date", `"${text}" is not a date`, {
    hint: "a day (2026-11-01, counted to its end in UTC) or a time with its zone (2026-11-01T12:00:00Z)",
  });
}

/** ISO 8601 in UTC, whole seconds: as a lock writes it. */
export function formatSnapshotDate(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "Z");
}
