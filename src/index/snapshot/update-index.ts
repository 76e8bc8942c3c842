import { existsSync } from "node:fs";
import { mapBounded, type PackageName, type Report, UserError } from "../../base/index.ts";
import type { HttpClient, HttpResponse } from "../../http/index.ts";
import { fetchMetadata } from "../fetch-metadata.ts";
import { groupReleases } from "../release-files.ts";
import { askProject, listedFiles } from "./ask-project.ts";
import { boundedClient, RequestsSpent, type BoundedClient } from "./bounded-client.ts";
import { indexFileError } from "./errors.ts";
import { encodeAddresses } from "./file-addresses.ts";
import { headerSerial, type IndexSerials, readIndexSerials } from "./index-serials.ts";
import { projectData } from "./inspect-file.ts";
import { deltaPath, Layers } from "./layers.ts";
import { mergeListing, type ReadMetadata } from "./merge-listing.ts";
import { projectPayload } from "./project-payload.ts";
import { keyName } from "./table-key.ts";
import { type News, writeDelta } from "./write-delta.ts";
import { formatState, type ProjectState, readState } from "./project-state.ts";
import { serialAt } from "./serial-at.ts";

export interface UpdateOptions {
  /** The index file; deltas beside it count. */
  readonly file: string;
  /** Where to write the delta; by default beside the file, under the next number. */
  readonly output?: string | undefined;
  readonly client: HttpClient;
  /** The simple API that is asked, ending in `/`. */
  readonly indexUrl: string;
  /** Whom to ask for; without it, those that the index's own page says have changed. */
  readonly names?: readonly PackageName[] | undefined;
  /** How many requests may be made in all. */
  readonly maxRequests: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly report: Report;
}

export interface UpdateResult {
  /** The delta; absent where nothing has changed. */
  readonly path?: string;
  readonly bytes: number;
  readonly requests: number;
  /** Projects that were asked for. */
  readonly asked: number;
  /** Projects of which the index now says something else. */
  readonly changed: number;
  /** Projects that the index no longer has. */
  readonly removed: number;
  /** Projects that no request was left for, and wheels whose metadata could not be read. */
  readonly left: number;
  readonly unread: number;
  /** Projects and wheels that the index gave no usable answer for; the next update asks again. */
  readonly failed: number;
}

const AT_ONCE = 10;
/** More failures than that are the index's or the network's, not some projects'. */
const MOST_FAILURES = 20;

/** Where more projects are to be asked for, it is worth a few dozen requests to find out which need not be. */
const MANY = 200;
/** What data of a date has may have been collected some time before. */
const COLLECTED_WITHIN = 2 * 24 * 3600 * 1000;

/**
 * Asks an index what changed since a file and its deltas were made, and writes that as a further
 * delta: whole, or not at all. What no request was left for is left to the next update, and what the
 * index gives no usable answer for is noted. Throws the errors of opening the file, those of the network
 * where nothing or too little is answered, and `index-update-unlisted`.
 */
export async function updateIndex(options: UpdateOptions): Promise<UpdateResult> {
  const layers = Layers.open(options.file);
  try {
    return await new Update(layers, options).run();
  } finally {
    layers.close();
  }
}

class Update {
  private readonly layers: Layers;
  private readonly options: UpdateOptions;
  private readonly bounded: BoundedClient;
  private readonly news = new Map<PackageName, News>();
  private readonly date: number;
  private serials: IndexSerials | undefined;
  /** The serial up to which everything is known: as the layers say, or by their date. */
  private whole: number | undefined;
  private asked = 0;
  private removed = 0;
  private left = 0;
  private unread = 0;
  private readonly failures: UserError[] = [];

  constructor(layers: Layers, options: UpdateOptions) {
    this.layers = layers;
    this.options = options;
    this.bounded = boundedClient(options.client, options.maxRequests);
    this.date = Math.floor(options.now() / 1000) * 1000;
  }

  async run(): Promise<UpdateResult> {
    const names = await this.candidates();
    const { report } = this.options;
    const total = names.length;
    let done = 0;
    report({ kind: "start", phase: "index", unit: "items", total });
    await mapBounded(names, AT_ONCE, async (name) => {
      await this.ask(name);
      report({ kind: "progress", phase: "index", done: ++done, total, item: name });
    });
    report({ kind: "end", phase: "index", done });
    return this.write();
  }

  private async candidates(): Promise<readonly PackageName[]> {
    if (this.options.names !== undefined) return [...new Set(this.options.names)].sort();
    const serials = await readIndexSerials(this.bounded.client, this.options.indexUrl);
    this.serials = serials;
    this.noteGone(serials);
    this.whole = this.wholeSerial();
    const changed = await this.changedSince(this.changed([...serials.projects]));
    return changed.toSorted(([, a], [, b]) => b - a).map(([name]) => name);
  }

  private changed(projects: Changes): Changes {
    return projects.filter(([name, serial]) => {
      if (this.whole !== undefined && serial <= this.whole) return false;
      return serial > (readState(this.layers, name)?.serial ?? -1);
    });
  }

  /** Of many, those that changed since the date of an import, which has no serials. */
  private async changedSince(changes: Changes): Promise<Changes> {
    const { serials, bounded, options, layers } = this;
    if (this.whole !== undefined || serials === undefined || changes.length <= MANY) return changes;
    const date = layers.base.facts.date - COLLECTED_WITHIN;
    // The search may take half of the requests.
    const search = boundedClient(bounded.client, Math.floor(options.maxRequests / 2));
    try {
      this.whole = await serialAt(serials, {
        date,
        client: search.client,
        indexUrl: options.indexUrl,
      });
    } catch (error) {
      if (!(error instanceof RequestsSpent)) throw error;
    }
    const rest = this.changed(changes);
    options.report({
      kind: "note",
      level: "info",
      code: "index-update-since",
      message: `${rest.length} of ${serials.projects.size} projects have changed since the data was collected, by ${search.spent()} of their pages.`,
    });
    return rest;
  }

  /** The serial up to which the layers say that everything is known. */
  private wholeSerial(): number | undefined {
    return this.layers.files.findLast(({ facts }) => facts.serial !== undefined)?.facts.serial;
  }

  private noteGone({ projects }: IndexSerials): void {
    const gone: PackageName[] = [];
    let known = 0;
    let before = "";
    for (const { key, payload } of this.layers.merged("projects")) {
      const name = keyName(key);
      if (name === before || payload[0] === 0) continue;
      before = name;
      known++;
      if (!projects.has(name as PackageName)) gone.push(name as PackageName);
    }
    if (gone.length * 2 > known) throw this.otherIndex(known, gone.length);
    for (const name of gone) this.setGone(name);
  }

  private otherIndex(known: number, gone: number): Error {
    const message = `The index lacks ${gone} of the ${known} projects that the file knows: it is another index.`;
    return indexFileError("index-update-unlisted", message, {
      place: { url: this.options.indexUrl },
      hint: "name the one that the file is of with --index-url, or the packages with --packages FILE",
    });
  }

  private setGone(name: PackageName): void {
    this.removed++;
    this.news.set(name, { name, payload: projectPayload([], []) });
  }

  private async ask(name: PackageName): Promise<void> {
    try {
      await this.read(name);
    } catch (error) {
      if (error instanceof RequestsSpent) this.left++;
      else this.fail(`${name} is left as it was`, error);
    }
  }

  /** Goes on without; throws what is not for users, and too many failures. */
  private fail(what: string, error: unknown): void {
    if (!(error instanceof UserError)) throw error;
    this.failures.push(error);
    if (this.failures.length > MOST_FAILURES) throw error;
    const message = `${what}: ${error.message}`;
    this.options.report({ kind: "note", level: "warning", code: "index-update-failed", message });
  }

  private async read(name: PackageName): Promise<void> {
    const before = readState(this.layers, name);
    const { indexUrl } = this.options;
    const response = await askProject(this.bounded.client, { indexUrl, name, before });
    this.asked++;
    if (response.status === 304) return;
    const known = projectData(this.layers, name);
    if (response.status !== 200) {
      if (known.length > 0) this.setGone(name);
      return;
    }
    await this.take(name, { response, known });
  }

  private async take(
    name: PackageName,
    {
      response,
      known,
    }: { readonly response: HttpResponse; readonly known: ReturnType<typeof projectData> },
  ): Promise<void> {
    const releases = groupReleases(listedFiles(response, name), name);
    const merged = await mergeListing(releases, { known, read: this.reader(name) });
    this.unread += merged.unread;
    const payload = projectPayload(merged.sdists, merged.wheels);
    const addresses = encodeAddresses(merged.addresses);
    const counts = {
      sdists: merged.sdists.length,
      wheels: merged.wheels.reduce((sum, release) => sum + release.files.length, 0),
    };
    this.news.set(name, {
      name,
      ...(this.isKnown("projects", name, payload) ? {} : { payload, counts }),
      ...(this.isKnown("files", name, addresses) ? {} : { addresses }),
      ...(merged.unread > 0 ? {} : { state: stateOf(response) }),
    });
  }

  private isKnown(table: string, name: PackageName, payload: Buffer): boolean {
    const rows = this.layers.find(table, name);
    return rows.length === 1 && rows[0]?.key === name && rows[0].payload.equals(payload);
  }

  private reader(name: PackageName): ReadMetadata {
    return async (file) => {
      try {
        const found = await fetchMetadata(this.bounded.client, file, name);
        return "failure" in found ? undefined : found;
      } catch (error) {
        if (!(error instanceof RequestsSpent)) {
          this.fail(`The needs of ${file.filename} were not read`, error);
        }
        return undefined;
      }
    };
  }

  private async write(): Promise<UpdateResult> {
    const news = [...this.news.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    const changed = news.filter(({ payload, counts }) => payload !== undefined && counts).length;
    const { asked, removed, left, unread } = this;
    const [first] = this.failures;
    const failed = this.failures.length;
    if (first !== undefined && news.length === 0) throw first;
    const requests = this.bounded.spent();
    const result = { requests, asked, changed, removed, left, unread, failed };
    const serial = this.serialNow();
    const isNew = news.some((own) => own.payload ?? own.addresses ?? this.isStateNew(own));
    if (!isNew && serial === this.wholeSerial()) return { ...result, bytes: 0 };
    const path = this.options.output ?? this.nextPath();
    const { date, layers, options } = this;
    const upon = layers.newest.facts;
    const bytes = await writeDelta(path, {
      news,
      date: Math.max(date, upon.date),
      source: options.indexUrl,
      upon: upon.contents,
      serial,
    });
    return { path, bytes, ...result };
  }

  /** All that was listed is known where nothing was left out. */
  private serialNow(): number | undefined {
    const { left, unread, failures } = this;
    const isWhole = this.serials !== undefined && left + unread + failures.length === 0;
    return isWhole ? this.serials?.last : (this.whole ?? this.wholeSerial());
  }

  private isStateNew({ name, state }: News): true | undefined {
    if (state === undefined) return undefined;
    const before = readState(this.layers, name);
    return before === undefined || formatState(before) !== formatState(state) ? true : undefined;
  }

  private nextPath(): string {
    let number = this.layers.files.length;
    while (existsSync(deltaPath(this.options.file, number))) number++;
    return deltaPath(this.options.file, number);
  }
}

type Changes = readonly (readonly [PackageName, number])[];

function stateOf(response: HttpResponse): ProjectState {
  const serial = headerSerial(response);
  const etag = response.headers.get("etag");
  const modified = response.headers.get("last-modified");
  return {
    ...(serial === undefined ? {} : { serial }),
    ...(etag === undefined ? {} : { etag }),
    ...(modified === undefined ? {} : { modified }),
  };
}
