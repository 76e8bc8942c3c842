import type { HttpClient } from "../http/index.ts";
import { openLiveIndex, type PackageIndex } from "../index/index.ts";
import type { IndexSettings } from "./index-settings.ts";
import { reportIndex } from "./report-index.ts";
import type { Session } from "./session.ts";

export interface OpenIndexOptions {
  readonly settings: IndexSettings;
  readonly client: HttpClient;
  /** Snapshot date, milliseconds since 1970. */
  readonly date: number;
}

/** The user's indexes as of a date. Touches nothing before it is asked. */
export function openIndex(
  session: Session,
  { settings, client, date }: OpenIndexOptions,
): PackageIndex {
  const index = openLiveIndex({
    client,
    configuration: settings.configuration,
    cacheDirectory: session.home.cache,
    date,
    offline: session.options.offline === true,
    pins: Object.entries(settings.pins),
    report: session.report,
    now: session.now,
  });
  return reportIndex(index, session.report);
}
