import type { HttpClient } from "../http/index.ts";
import { type MetadataBuilder, openLiveIndex, type PackageIndex } from "../index/index.ts";
import type { IndexSettings } from "./index-settings.ts";
import { reportIndex } from "./report-index.ts";
import type { Session } from "./session.ts";

export interface OpenIndexOptions {
  readonly settings: IndexSettings;
  readonly client: HttpClient;
  /** Snapshot date, milliseconds since 1970. */
  readonly date: number;
  /** Ask again for what was asked a short while ago. */
  readonly renew?: boolean;
  /** Finds out what only the build of a source distribution tells. */
  readonly build?: MetadataBuilder;
}

/** The user's indexes as of a date. Touches nothing before it is asked. */
export function openIndex(
  session: Session,
  { settings, client, date, renew = false, build }: OpenIndexOptions,
): PackageIndex {
  const index = openLiveIndex({
    client,
    configuration: settings.configuration,
    cacheDirectory: session.home.cache,
    date,
    ...(renew && { maxAge: 0 }),
    offline: session.options.offline === true,
    pins: Object.entries(settings.pins),
    report: session.report,
    now: session.now,
    sdists: {
      async download(file) {
        const { downloadListed } = await import("./download-sdist.ts");
        const { cache: cacheDirectory } = session.home;
        return downloadListed(file, { client, cacheDirectory, base: session.cwd });
      },
      ...(build === undefined ? {} : { build }),
    },
  });
  return reportIndex(index, session.report);
}
