import { channelError } from "./errors.ts";
import {
  BACKSLASH,
  CLOSE,
  CLOSE_LIST,
  COLON,
  COMMA,
  MORE,
  OPEN,
  OPEN_LIST,
  QUOTE,
  skipSpace,
  stringEnd,
  valueEnd,
} from "./json-bytes.ts";

/** Where the records of a name stand: pairs of start and end, each a run of `"file": {…}, …`. */
export type Runs = Map<string, number[]>;

export interface ScannedRepodata {
  readonly runs: Runs;
  /** The object `info`, as it stands there; undefined where there is none. */
  readonly info: unknown;
}

const DASH = 0x2d;
/** A record, or anything else that is looked at whole, has at most so many bytes. */
const LONGEST = 1 << 24;
/** Of longer names it is not noticed that the next record has the same. */
const LONGEST_NAME = 256;

/**
 * Finds the records of a repodata.json by name, looking at its bytes once, in pieces. What is
 * between the ends of a record is not read. Throws `channel-bad-answer` where the outer structure is
 * not that of a repodata.json.
 */
export class RepodataScanner {
  private readonly source: string;
  private readonly runs: Runs = new Map();
  private info: unknown;
  private state: "start" | "top" | "records" | "skip" | "end" = "start";
  /** Begins with what was not yet taken of the pieces before. */
  private buffer: Buffer = Buffer.alloc(0);
  /** The part of the buffer that is in use. */
  private window: Buffer = Buffer.alloc(0);
  /** Where the window begins in the whole. */
  private base = 0;
  /** The run under way: the end of its array grows. */
  private run: number[] | undefined;
  private readonly runName = new Uint8Array(LONGEST_NAME);
  private runLength = 0;
  /** Length of the package's name in the file name that was read last. */
  private nameLength = 0;
  /** Of a value that is of no interest: how deep in it the window begins, and whether in a text. */
  private depth = 0;
  private isText = false;
  private isEscaped = false;

  constructor(source: string) {
    this.source = source;
  }

  /** Takes the next piece, which may be written over afterwards. */
  push(piece: Uint8Array): void {
    const window = this.extend(piece);
    let at = 0;
    for (let next = at; next !== MORE; next = this.step(at)) at = next;
    this.base += at;
    if (window.length - at > LONGEST) throw this.fault("one thing in it has no end", 0);
    this.buffer.copyWithin(0, at, window.length);
    this.window = this.buffer.subarray(0, window.length - at);
  }

  private extend(piece: Uint8Array): Buffer {
    const rest = this.window.length;
    const length = rest + piece.length;
    if (this.buffer.length < length) {
      const larger = Buffer.allocUnsafeSlow(rest === 0 ? length : 2 * length);
      larger.set(this.window);
      this.buffer = larger;
    }
    this.buffer.set(piece, rest);
    this.window = this.buffer.subarray(0, length);
    return this.window;
  }

  /** What was found, when all pieces have been taken. */
  finish(): ScannedRepodata {
    if (this.state !== "end") throw this.fault("it is cut short", this.window.length);
    if (skipSpace(this.window, 0) < this.window.length)
      throw this.fault("something follows its end", 0);
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
    const at = skipSpace(this.window, from);
    if (at >= this.window.length) return MORE;
    if (this.state === "skip") return this.skip(at);
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
    if (this.state === "records") {
      const last = this.plainRecords(at);
      if (last > at) return last;
    }
    const end = stringEnd(this.window, at);
    const colon = end === MORE ? MORE : skipSpace(this.window, end);
    if (colon === MORE || colon >= this.window.length) return MORE;
    if (this.window[colon] !== COLON) throw this.fault("a colon was expected", colon);
    const value = skipSpace(this.window, colon + 1);
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
    if (key !== "info") {
      this.state = "skip";
      return value;
    }
    const after = valueEnd(this.window, value);
    if (after !== MORE) this.readInfo(value, after);
    return after;
  }

  private readInfo(from: number, to: number): void {
    try {
      this.info = JSON.parse(this.window.toString("utf8", from, to));
    } catch {
      throw this.fault("its `info` is no JSON", from);
    }
  }

  /** One record, its braces counted. */
  private record(at: number, keyEnd: number, value: number): number {
    if (this.window[value] !== OPEN) throw this.fault("a record is no object", value);
    const end = valueEnd(this.window, value);
    if (end === MORE) return MORE;
    const isFile = this.fileNameEnd(at) === keyEnd - 1;
    this.add(at, end, isFile ? this.nameLength : 0);
    return end;
  }

  /**
   * Records one after another; gives the start of the first that is not dealt with, of which the last
   * always is one. A `}` ends a record where a comma, a file's name and a colon follow: inside a text
   * no quotation mark can stand unescaped, and nothing in a record is named like a package's file.
   */
  private plainRecords(first: number): number {
    const { window } = this;
    let at = first;
    let keyEnd = this.fileNameEnd(at);
    while (keyEnd !== MORE && window[keyEnd + 1] === COLON) {
      const length = this.nameLength;
      const value = skipSpace(this.window, keyEnd + 2);
      const close = window[value] === OPEN ? window.indexOf(CLOSE, value) : MORE;
      if (close < 0) break;
      const comma = skipSpace(this.window, close + 1);
      const next = skipSpace(this.window, comma + 1);
      if (window[comma] !== COMMA || window[next] !== QUOTE) break;
      keyEnd = this.fileNameEnd(next);
      if (keyEnd === MORE || window[keyEnd + 1] !== COLON) break;
      this.add(at, close + 1, length);
      at = next;
    }
    return at;
  }

  /** Notes a record, or that there is one without a name: `length` 0. */
  private add(at: number, end: number, length: number): void {
    const from = at + 1;
    if (this.run !== undefined && length > 0 && this.isRunName(from, length)) {
      this.run[this.run.length - 1] = this.base + end;
      return;
    }
    this.run = undefined;
    if (length === 0) return;
    const name = this.window.toString("utf8", from, from + length).toLowerCase();
    let known = this.runs.get(name);
    if (known === undefined) this.runs.set(name, (known = [this.base + at, this.base + end]));
    else known.push(this.base + at, this.base + end);
    if (length > LONGEST_NAME) return;
    for (let i = 0; i < length; i++) this.runName[i] = this.window[from + i] as number;
    this.runLength = length;
    this.run = known;
  }

  private isRunName(from: number, length: number): boolean {
    if (length !== this.runLength) return false;
    const { window, runName } = this;
    for (let i = 0; i < length; i++) if (window[from + i] !== runName[i]) return false;
    return true;
  }

  /**
   * The closing quotation mark of a text that is a package's file name, else MORE. Notes how long the
   * name is in `name-version-build.conda`; 0 where there are not as many dashes.
   */
  private fileNameEnd(at: number): number {
    const { window } = this;
    const from = at + 1;
    let last = from;
    let beforeLast = from;
    for (let i = from; i < window.length; i++) {
      const byte = window[i] as number;
      if (byte === DASH) {
        beforeLast = last;
        last = i;
      } else if (byte === QUOTE) {
        this.nameLength = beforeLast - from;
        return isPackageFile(window, from, i) ? i : MORE;
      } else if (byte === BACKSLASH) return MORE;
    }
    return MORE;
  }

  /** The end of a value that is of no interest, or as far as it is there. */
  private skip(from: number): number {
    const { window } = this;
    for (let at = from; at < window.length; at++) {
      if (this.isText) at = this.skipText(at);
      const byte = window[at];
      if (byte === QUOTE) this.isText = true;
      else if (byte === OPEN || byte === OPEN_LIST) this.depth++;
      else if (this.depth > 0) this.depth -= Number(byte === CLOSE || byte === CLOSE_LIST);
      else if (byte === COMMA || byte === CLOSE) {
        this.state = "top";
        return at;
      }
    }
    return window.length;
  }

  /** Just behind the end of the text that the position is in, or of the window. */
  private skipText(from: number): number {
    const { window } = this;
    let at = from + Number(this.isEscaped);
    this.isEscaped = false;
    for (;;) {
      const quote = window.indexOf(QUOTE, at);
      const end = quote < 0 ? window.length : quote;
      let slashes = end;
      while (slashes > at && window[slashes - 1] === BACKSLASH) slashes--;
      const isEscaped = (end - slashes) % 2 === 1;
      if (quote >= 0 && isEscaped) {
        at = quote + 1;
        continue;
      }
      this.isText = quote < 0;
      this.isEscaped = isEscaped;
      return end + Number(quote >= 0);
    }
  }
}

const CONDA = Buffer.from(".conda");
const TAR_BZ2 = Buffer.from(".tar.bz2");

/** Whether bytes end with `.conda` or `.tar.bz2`, with something before. */
function isPackageFile(bytes: Uint8Array, from: number, to: number): boolean {
  const extension = bytes[to - 1] === 0x61 ? CONDA : TAR_BZ2;
  const start = to - extension.length;
  if (start <= from) return false;
  for (let i = 0; i < extension.length; i++) if (bytes[start + i] !== extension[i]) return false;
  return true;
}
