/**
 * The one way to the network. Takes URLs and connection settings (certificates, proxies, credentials
 * by host), gives answers in memory, parts of files, or files on disk, or a typed error; may touch
 * the network, and files it is told to write, read for certificates, or read for credentials.
 */
export { createClient } from "./client.ts";
export { credentialsOf, redactUrl, splitCredentials } from "./credentials.ts";
export { HTTP_ERRORS } from "./errors.ts";
export { netrcCredentials, parseNetrc, type Netrc } from "./netrc.ts";
export { settingsFromEnvironment, type PipConnection } from "./settings.ts";
export type * from "./types.ts";
