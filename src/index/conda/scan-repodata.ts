import { channelError } from "./errors.ts";

/** Where the records of a name stand: pairs of start and end, each a run of `"file": {…}, …`. */
export type Runs = Map<string, number[]>;

export interface ScannedRepodata {
  readonly runs: Runs;
  /** The object `info`, as it stands there; undefined where there is none. */
  readonly info: unknown;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const DASH = 0x2d;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
/** More bytes are wanted. */
const MORE = -1;

/**
 * Finds the records of a repodata.json by name, looking at its bytes once, in pieces. What is
 * between the ends of a record is not read. Throws `channel-bad-answer` where the outer structure is
 * not that of a repodata.json.
 */
export class RepodataScanner {
  private readonly source: string;
  private readonly runs: Runs = new Map();
  private info: unknown;
  private state: "start" | "top" | "records" | "end" = "start";
  private window: Buffer = Buffer.alloc(0);
  /** Where the window begins in the whole. */
  private base = 0;
  /** The run under way: the end of its array grows. */
  private run: number[] | undefined;
  private runName: Buffer = Buffer.alloc(0);

  constructor(source: string) {
    this.source = source;
  }

  /** Takes the next piece, which is kept only as far as it ends within a record. */
  push(piece: Uint8Array): void {
    const next = asBuffer(piece);
    this.window = this.window.length === 0 ? next : Buffer.concat([this.window, next]);
    let at = 0;
    for (let next = at; next !== MORE; next = this.step(at)) at = next;
    this.base += at;
    // A copy, since the piece may be written over.
    this.window = Buffer.from(this.window.subarray(at));
  }

  /** What was found, when all pieces have been taken. */
  finish(): ScannedRepodata {
    if (this.state !== "end") throw this.fault("it is cut short", this.window.length);
    if (this.space(0) < this.window.length) throw this.fault("something follows its end", 0);
    return { runs: this.runs, info: this.info };
  }

  private fault(why: string, at: number): Error {
    return channelError("channel-bad-answer", `${this.source} is not a repodata.json: ${why}`, {
      place: { url: this.source },
      facts: { byte: this.base + at },
    });
  }

  /** The end of the next thing, or MORE. */
  private step(from: number): number {
    if (this.state === "end") return MORE;
    const at = this.space(from);
    if (at >= this.window.length) return MORE;
    const byte = this.window[at] as number;
    if (this.state === "start") {
      if (byte !== OPEN) throw this.fault("it does not begin with {", at);
      this.state = "top";
      return at + 1;
    }
    if (byte === COMMA) return at + 1;
    if (byte === CLOSE) {
      this.run = undefined;
      this.state = this.state === "records" ? "top" : "end";
      return at + 1;
    }
    if (byte !== QUOTE) throw this.fault("a name in quotes was expected", at);
    const end = this.stringEnd(at);
    const colon = end === MORE ? MORE : this.space(end);
    if (colon === MORE || colon >= this.window.length) return MORE;
    if (this.window[colon] !== COLON) throw this.fault("a colon was expected", colon);
    const value = this.space(colon + 1);
    if (value >= this.window.length) return MORE;
    return this.state === "top" ? this.section(at, end, value) : this.record(at, end, value);
  }

  private section(at: number, end: number, value: number): number {
    const key = this.window.toString("latin1", at + 1, end - 1);
    const isRecords = key === "packages" || key === "packages.conda";
    if (isRecords && this.window[value] === OPEN) {
      this.state = "records";
      return value + 1;
    }
    const after = this.valueEnd(value);
    if (after !== MORE && key === "info") this.readInfo(value, after);
    return after;
  }

  private readInfo(from: number, to: number): void {
    try {
      this.info = JSON.parse(this.window.toString("utf8", from, to));
    } catch {
      throw this.fault("its `info` is no JSON", from);
    }
  }

  private record(at: number, keyEnd: number, value: number): number {
    if (this.window[value] !== OPEN) throw this.fault("a record is no object", value);
    const end = this.recordEnd(value);
    if (end === MORE) return MORE;
    const length = nameLength(this.window, at + 1, keyEnd - 1);
    if (length > 0) this.add(at, end, length);
    else this.run = undefined;
    return end;
  }

  private add(at: number, end: number, length: number): void {
    const { run, runName } = this;
    const from = at + 1;
    if (run !== undefined && sameBytes(this.window, from, runName, length)) {
      run[run.length - 1] = this.base + end;
      return;
    }
    this.runName = Buffer.from(this.window.subarray(from, from + length));
    const name = this.runName.toString("utf8").toLowerCase();
    let known = this.runs.get(name);
    if (known === undefined) this.runs.set(name, (known = []));
    known.push(this.base + at, this.base + end);
    this.run = known;
  }

  /**
   * The end of a record. The next `}` is it where a file's name follows, since no quotation mark can
   * stand unescaped in a text; else the braces are counted.
   */
  private recordEnd(from: number): number {
    const close = this.window.indexOf(CLOSE, from);
    if (close < 0) return MORE;
    let at = this.space(close + 1);
    if (this.window[at] === COMMA) {
      at = this.space(at + 1);
      if (this.window[at] === QUOTE) {
        const end = this.window.indexOf(QUOTE, at + 1);
        if (end > 0 && isPackageFile(this.window, end) && this.window[end + 1] === COLON) {
          return close + 1;
        }
      }
    }
    return this.valueEnd(from);
  }

  private space(from: number): number {
    let at = from;
    for (; at < this.window.length; at++) {
      const byte = this.window[at] as number;
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
    }
    return at;
  }

  /** Just behind the closing quotation mark. */
  private stringEnd(from: number): number {
    let at = from + 1;
    for (;;) {
      at = this.window.indexOf(QUOTE, at);
      if (at < 0) return MORE;
      let slashes = at - 1;
      while (this.window[slashes] === BACKSLASH) slashes--;
      at++;
      if ((at - slashes) % 2 === 0) return at;
    }
  }

  /** Just behind a value of any kind. */
  private valueEnd(from: number): number {
    let depth = 0;
    for (let at = from; at < this.window.length; at++) {
      const byte = this.window[at] as number;
      if (byte === QUOTE) {
        const end = this.stringEnd(at);
        if (end === MORE) return MORE;
        if (depth === 0) return end;
        at = end - 1;
      } else if (byte === OPEN || byte === 0x5b) depth++;
      else if (byte === CLOSE || byte === 0x5d) {
        if (depth === 0) return at;
        if (--depth === 0) return at + 1;
      } else if (depth === 0 && byte === COMMA) return at;
    }
    return MORE;
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Whether `.conda` or `.tar.bz2` ends there. */
function isPackageFile(bytes: Buffer, end: number): boolean {
  return extensionLength(bytes, end) > 0;
}

const CONDA = Buffer.from(".conda");
const TAR_BZ2 = Buffer.from(".tar.bz2");

/** Length of `.conda` or `.tar.bz2` before `end`, else 0. */
function extensionLength(bytes: Buffer, end: number): number {
  const extension = bytes[end - 1] === 0x61 ? CONDA : TAR_BZ2;
  const from = end - extension.length;
  return from > 0 && sameBytes(bytes, from, extension, extension.length) ? extension.length : 0;
}

/** Length of the name in `name-version-build.conda`; 0 where it is no such file name. */
function nameLength(bytes: Buffer, from: number, to: number): number {
  let at = to - extensionLength(bytes, to);
  if (at === to) return 0;
  for (let dashes = 0; at > from;) if (bytes[--at] === DASH && ++dashes === 2) return at - from;
  return 0;
}

/** Whether the name that begins there is the one given: equal, and as long. */
function sameBytes(bytes: Buffer, from: number, name: Buffer, length: number): boolean {
  if (name.length !== length) return false;
  for (let i = 0; i < length; i++) if (bytes[from + i] !== name[i]) return false;
  return true;
}
