import { noteText } from "./note-text.ts";
import { amount, PHASE_WORDS, Phases, type Running } from "./phases.ts";
import type { Reporter, ReporterOptions } from "./reporter.ts";

/** What is over sooner than this is never shown. */
const PATIENCE = 150;
const INTERVAL = 80;
const MOST_BARS = 4;
const CLEAR_REST = "\u001b[J";

/**
 * One bar for each phase under way, drawn over the former ones in a single write; notes scroll
 * above them. Nothing remains of the bars after `clear`.
 */
export function terminalReporter({ sink, clock, color, verbose }: ReporterOptions): Reporter {
  const phases = new Phases(clock);
  let drawn = 0;
  let drawnAt = -Infinity;

  function home(): string {
    return drawn === 0 ? "" : `\r\u001b[${drawn}A`;
  }

  function draw(above: string): void {
    const now = clock();
    const bars = phases.running.filter((running) => now - running.since >= PATIENCE);
    const columns = Math.max(20, Math.min(sink.columns() ?? 80, 120));
    const rows = bars
      .slice(-MOST_BARS)
      .map((bar) => `${barLine(bar, { columns, color })}\u001b[K\n`);
    if (rows.length + drawn + above.length === 0) return;
    sink.write(home() + (above === "" ? "" : CLEAR_REST + above) + rows.join("") + CLEAR_REST);
    drawn = rows.length;
    drawnAt = now;
  }

  return {
    report: (event) => {
      if (event.kind === "note") {
        if (event.level === "warning" || verbose) draw(noteText(event, { color }));
        return;
      }
      phases.take(event);
      if (clock() - drawnAt >= INTERVAL) draw("");
    },
    clear: () => {
      if (drawn > 0) sink.write(home() + CLEAR_REST);
      drawn = 0;
    },
  };
}

/** A phase in one line, shorter than the terminal is wide so that it never wraps. */
export function barLine(
  running: Running,
  { columns, color }: { columns: number; color: boolean },
): string {
  const label = PHASE_WORDS[running.phase].now.padEnd(17);
  const numbers = amount(running);
  const room = columns - 1 - label.length - numbers.length - 2;
  const bar =
    running.total === undefined || room < 12 ? "" : `${drawBar(running, Math.min(24, room))}  `;
  const left = `${label}${bar}${numbers}`;
  const item = (running.item ?? "").replace(/[^\x20-\x7e]/g, "?");
  const rest = columns - 1 - left.length - 2;
  const tail = item === "" || rest < 8 ? "" : `  ${shorten(item, rest)}`;
  const line = (left + tail).slice(0, columns - 1);
  return color ? line.replace(/#+/, (done) => `\u001b[36m${done}\u001b[39m`) : line;
}

function drawBar({ done, total }: Running, width: number): string {
  const share = total === undefined || total === 0 ? 0 : Math.min(1, done / total);
  const filled = Math.round(share * (width - 2));
  return `[${"#".repeat(filled)}${"-".repeat(width - 2 - filled)}]`;
}

function shorten(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 3)}...`;
}
