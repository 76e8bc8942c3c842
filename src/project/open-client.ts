import { createClient, credentialsOf, netrcCredentials, type HttpClient } from "../http/index.ts";
import { withTokens } from "./channel-client.ts";
import type { IndexSettings } from "./index-settings.ts";
import type { Session } from "./session.ts";

const USER_AGENT = "mach-nix/4";

/** A client that knows the user's certificates, proxies and credentials. Touches nothing yet. */
export function openClient(session: Session, settings: IndexSettings): HttpClient {
  const { indexUrl, extraIndexUrls, findLinks } = settings.configuration;
  const urls = [...(indexUrl === undefined ? [] : [indexUrl]), ...extraIndexUrls, ...findLinks];
  const channels = settings.channels ?? [];
  const client = createClient({
    ...settings.connection,
    userAgent: USER_AGENT,
    credentials: credentialsOf(
      [...urls, ...Object.values(settings.pins), ...channels].filter((url) => URL.canParse(url)),
      netrcCredentials(session.env, { home: session.home.user, report: session.report }),
    ),
    offline: session.options.offline === true,
    report: session.report,
    now: session.now,
  });
  return withTokens(client, channels);
}
