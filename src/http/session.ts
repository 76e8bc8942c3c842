import type { Agents } from "./agents.ts";
import type { ClientOptions, RetrySettings, Timeouts } from "./types.ts";

/** What all requests of one client share. */
export interface Session {
  readonly options: ClientOptions;
  readonly agents: Agents;
  readonly timeouts: Timeouts;
  readonly retries: RetrySettings;
  readonly counts: { requests: number; bytes: number };
  readonly sleep: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
  readonly now: () => number;
}
