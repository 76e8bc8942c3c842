import { describe, expect, test } from "vitest";
import type { ProgressEvent } from "../../src/base/index.ts";
import { makeReporter, type ReporterKind } from "../../src/cli/reporter.ts";
import { barLine } from "../../src/cli/reporter-terminal.ts";

interface Screen {
  readonly send: (event: ProgressEvent, after?: number) => void;
  readonly clear: () => void;
  readonly writes: string[];
}

function screen(kind: ReporterKind, { columns = 80, color = false, verbose = false } = {}): Screen {
  const writes: string[] = [];
  let time = 0;
  const sink = {
    write: (text: string) => writes.push(text),
    isTerminal: kind === "terminal",
    columns: () => columns,
  };
  const { report, clear } = makeReporter(kind, { sink, clock: () => time, color, verbose });
  return {
    send: (event, after = 0) => {
      time += after;
      report(event);
    },
    clear,
    writes,
  };
}

const START: ProgressEvent = { kind: "start", phase: "download", total: 3e6, unit: "bytes" };
const END: ProgressEvent = { kind: "end", phase: "download", done: 3e6 };
const WARNING: ProgressEvent = {
  kind: "note",
  level: "warning",
  code: "x",
  message: "odd \u001b[2J",
};
const INFO: ProgressEvent = { kind: "note", level: "info", code: "y", message: "by the way" };

function progress(done: number, item = "numpy-2.1.0-cp311-cp311-linux_x86_64.whl"): ProgressEvent {
  return { kind: "progress", phase: "download", done, item };
}

/** What a terminal shows after these writes: lines, with cursor moves and erasing obeyed. */
function shown(writes: readonly string[]): string[] {
  const lines = [""];
  let row = 0;
  for (const token of writes.join("").match(/\u001b\[\d*[A-Za-z]|\n|\r|[^\u001b\n\r]+/g) ?? []) {
    if (token === "\n") lines[++row] ??= "";
    else if (token.endsWith("A") && token.startsWith("\u001b")) row -= Number(token.slice(2, -1));
    else if (token === "\u001b[J") lines.length = Math.min(lines.length, row + 1);
    else if (token === "\u001b[K" || token === "\r" || token.startsWith("\u001b")) continue;
    else lines[row] = token;
    if (token === "\u001b[J") lines[row] = "";
  }
  return lines.filter((line) => line !== "");
}

describe("terminal", () => {
  test("what is over soon is never shown", () => {
    const { send, clear, writes } = screen("terminal");
    send(START);
    send(progress(1e6), 50);
    send(END, 50);
    clear();
    expect(writes).toEqual([]);
  });

  test("a bar is redrawn in its place and leaves nothing behind", () => {
    const { send, clear, writes } = screen("terminal");
    send(START);
    send(progress(1e6), 200);
    expect(shown(writes)).toEqual([
      expect.stringMatching(/^Downloading +\[#+-+\] +1\.0 of 3\.0 MB/),
    ]);
    send(progress(2e6), 200);
    expect(shown(writes)).toEqual([expect.stringContaining("2.0 of 3.0 MB")]);
    clear();
    expect(shown(writes)).toEqual([]);
  });

  test("at most twelve drawings a second", () => {
    const { send, writes } = screen("terminal");
    send(START);
    for (let i = 0; i < 10_000; i++) send(progress(i), 0.1);
    expect(writes.length).toBeLessThanOrEqual(12);
  });

  test("several phases have a bar each, the last four at most", () => {
    const { send, writes } = screen("terminal");
    const phases = ["index", "metadata", "resolve", "download", "unpack"] as const;
    for (const phase of phases) send({ kind: "start", phase, unit: "items" });
    send({ kind: "progress", phase: "unpack", done: 1, total: 4 }, 200);
    expect(shown(writes)).toHaveLength(4);
    expect(shown(writes).at(-1)).toContain("1 of 4");
  });

  test("a warning scrolls above the bars, made harmless; an info needs --verbose", () => {
    const { send, writes } = screen("terminal");
    send(START);
    send(progress(1e6), 200);
    send(INFO);
    send(WARNING);
    expect(shown(writes)).toEqual([
      "warning: odd \\u001b[2J",
      expect.stringContaining("Downloading"),
    ]);
  });

  test.each([20, 40, 80, 200])("no line reaches the last of %i columns", (columns) => {
    const running = {
      phase: "metadata" as const,
      unit: "bytes" as const,
      since: 0,
      done: 123_456_789,
      total: 987_654_321,
      item: "ü\u001b[2J".repeat(40),
    };
    for (const total of [987_654_321, undefined]) {
      const line = barLine({ ...running, total }, { columns, color: false });
      expect(line.length).toBeLessThan(columns);
      expect(line).toMatch(/^[\x20-\x7e]*$/);
    }
  });

  test("color changes no width", () => {
    const running = {
      phase: "link" as const,
      unit: "items" as const,
      since: 0,
      done: 1,
      total: 2,
      item: "",
    };
    const plain = barLine(running, { columns: 80, color: false });
    const colored = barLine(running, { columns: 80, color: true });
    // oxlint-disable-next-line no-control-regex
    expect(colored.replace(/\u001b\[\d+m/g, "")).toBe(plain);
    expect(colored).not.toBe(plain);
  });
});

describe("plain", () => {
  test("quick phases say nothing, long ones a line at the end", () => {
    const { send, writes } = screen("plain");
    send(START);
    send(END, 500);
    expect(writes).toEqual([]);
    send(START);
    send(END, 2500);
    expect(writes).toEqual(["Downloaded: 3.0 MB in 2.5 s\n"]);
  });

  test("the lines are few however many files and however long", () => {
    const { send, writes } = screen("plain");
    send(START);
    for (let i = 0; i < 20_000; i++) send(progress(i), 50);
    send(END);
    expect(writes.length).toBeLessThanOrEqual(10);
    expect(writes.at(-1)).toMatch(/^Downloaded: 3\.0 MB in 16 min 40 s\n$/);
  });

  test("warnings always, infos and quick phases with --verbose", () => {
    const { send, writes } = screen("plain");
    send(INFO);
    send(WARNING);
    expect(writes).toEqual(["warning: odd \\u001b[2J\n"]);
    const verbose = screen("plain", { verbose: true });
    verbose.send(INFO);
    verbose.send(START);
    verbose.send(END);
    expect(verbose.writes).toEqual(["note: by the way\n", "Downloaded: 3.0 MB in 0.0 s\n"]);
  });
});

test("ndjson: every event is a line, progress ten times a second at most", () => {
  const { send, writes } = screen("ndjson");
  send(START);
  for (let i = 0; i < 1000; i++) send(progress(i), 1);
  send(WARNING);
  send(END);
  const events = writes.map((line) => JSON.parse(line) as ProgressEvent);
  expect(events[0]).toEqual(START);
  expect(events.slice(-2)).toEqual([WARNING, END]);
  expect(events.length).toBeLessThanOrEqual(14);
  expect(writes.every((line) => line.endsWith("\n"))).toBe(true);
});

test("quiet: nothing", () => {
  const { send, clear, writes } = screen("quiet");
  for (const event of [START, progress(1), WARNING, END]) send(event, 1000);
  clear();
  expect(writes).toEqual([]);
});
