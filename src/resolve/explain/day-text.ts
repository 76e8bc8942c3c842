/** A time as the day it is on, UTC. */
export function dayText(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
