import type { PackageName, Report } from "../base/index.ts";

interface NoteOptions {
  /** What the note is about: each is told of once. */
  readonly subject?: string;
  readonly level?: "info" | "warning";
}

/** What the user is told of the indexes' answers: each thing once for each subject. */
export class Notes {
  private readonly report: Report;
  private readonly said = new Set<string>();

  constructor(report: Report) {
    this.report = report;
  }

  say(code: string, message: string, { subject = "", level = "warning" }: NoteOptions = {}): void {
    const key = `${code} ${subject}`;
    if (this.said.has(key)) return;
    this.said.add(key);
    this.report({ kind: "note", level, code, message });
  }

  /** A date could not be applied. */
  undated(url: string): void {
    const what = "gives no upload times for some files: the date could not be applied to them";
    this.say("index-undated", `The index ${url} ${what}.`, { subject: url });
  }

  /** Offline, what is kept may be older than the date. */
  old(fetchedAt: number): void {
    const when = new Date(fetchedAt).toISOString();
    const what = `Answers kept from before the date are used, the first of them from ${when}`;
    this.say("index-offline-old", `${what}: later uploads are not known.`);
  }

  /** Entries of an answer that cannot be used. */
  passedOver(name: PackageName, entries: readonly string[]): void {
    const more = entries.length > 1 ? ` (and ${entries.length - 1} more)` : "";
    const what = `Entries of the index for ${name} cannot be used: ${entries[0] as string}${more}.`;
    this.say("index-passed-over", what, { subject: name, level: "info" });
  }
}
