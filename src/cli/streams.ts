import { fstatSync, statSync, writeSync } from "node:fs";

/** Where text goes: standard output or standard error. */
export interface Sink {
  /** Writes all of it before it returns; a reader that has gone away is no error. */
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  /** Width, where it is a terminal. */
  readonly columns: () => number | undefined;
}

/**
 * A sink on a file descriptor. Node's own streams cost 4 ms to load, so they are asked only where
 * the descriptor may be a terminal. `onClosed` is called when the reader has gone away (EPIPE).
 */
export async function descriptorSink(
  descriptor: 1 | 2,
  { onClosed }: { onClosed: () => void },
): Promise<Sink> {
  const isTerminal = mayBeTerminal(descriptor) && (await isTty(descriptor));
  const stream = descriptor === 1 ? "stdout" : "stderr";
  return {
    isTerminal,
    columns: () => (isTerminal ? process[stream].columns : undefined),
    write: (text) => {
      if (!writeAll(descriptor, Buffer.from(text))) onClosed();
    },
  };
}

/** Of the character devices, the null device is none. */
function mayBeTerminal(descriptor: number): boolean {
  try {
    const status = fstatSync(descriptor);
    return (
      status.isCharacterDevice() &&
      status.rdev !== statSync("/dev/null", { throwIfNoEntry: false })?.rdev
    );
  } catch {
    return false;
  }
}

async function isTty(descriptor: number): Promise<boolean> {
  const { isatty } = await import("node:tty");
  return isatty(descriptor);
}

/** False where the reader has gone away, or the descriptor is closed. */
function writeAll(descriptor: number, data: Uint8Array): boolean {
  for (let at = 0; at < data.length;) {
    try {
      at += writeSync(descriptor, data, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EPIPE" || code === "EBADF") return false;
      if (code !== "EAGAIN") throw error;
      // The pipe is full and not ours to make blocking: wait for its reader.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
  return true;
}
