/** Thrown where records are needed at once that are still being fetched: wait, and begin again. */
export class NotReadYet extends Error {
  readonly reading: Promise<unknown>;

  constructor(reading: Promise<unknown>) {
    super("records are still being fetched");
    this.reading = reading;
  }
}
