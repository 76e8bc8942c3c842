import { pathToFileURL } from "node:url";
import { splitCredentials } from "../../http/index.ts";
import { CHANNEL_ADDRESSES, CHANNEL_HOST } from "./channel-addresses.ts";
import { channelError } from "./errors.ts";
import type { ChannelPlace } from "./types.ts";

const NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_][A-Za-z0-9._-]*){0,9}$/;
const TOKEN = /^\/t\/[^/]+(?=\/)/;

export interface PlaceOptions {
  /** Addresses by channel name, which come before those that are known. */
  readonly addresses?: Readonly<Record<string, string | readonly string[]>>;
  /** Folder that relative paths begin in. */
  readonly folder: string;
}

/** A channel, and the address to ask with its credentials or token in it. */
export interface AskedChannel extends ChannelPlace {
  readonly asked: string;
}

/**
 * The channels that a name or URL stands for: two for `conda`, else one; several where a name has
 * been given several repodata files. The known address of a name stands for the name. Throws `channel-invalid`.
 */
export function channelPlaces(text: string, options: PlaceOptions): readonly AskedChannel[] {
  const given = text.trim().replace(/\/+$/, "");
  const own = options.addresses ?? {};
  if (Object.hasOwn(own, given)) {
    const urls = own[given] as string | readonly string[];
    return [urls].flat().map((url) => placeAt(url, { ...options, name: given }));
  }
  if (isAddress(given)) {
    const place = placeAt(given, options);
    const isKnown = isBelowHost(place.url) && Object.hasOwn(own, place.name);
    return isKnown ? channelPlaces(place.name, options) : [place];
  }
  if (!NAME.test(given) || given.length > 100) throw invalid(text);
  if (Object.hasOwn(CHANNEL_ADDRESSES, given)) {
    return (CHANNEL_ADDRESSES[given] ?? []).map((place) =>
      Object.hasOwn(own, place.name)
        ? placeAt([own[place.name] as string].flat()[0] as string, { ...options, name: place.name })
        : { ...place, asked: place.url },
    );
  }
  const url = `${CHANNEL_HOST}${given}/`;
  return [{ name: given, url, asked: url }];
}

/** Whether an address is a channel's that goes by its name. */
function isBelowHost(url: string): boolean {
  const known = Object.values(CHANNEL_ADDRESSES).flat();
  return url.startsWith(CHANNEL_HOST) || known.some((place) => place.url === url);
}

/** Whether a text is meant as an address or a path rather than a name. */
function isAddress(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(text) || /^(?:\.{0,2}\/|~\/)/.test(text);
}

function placeAt(
  text: string,
  { folder, name }: PlaceOptions & { readonly name?: string },
): AskedChannel {
  const address = /^[a-z][a-z0-9+.-]*:/i.test(text)
    ? text
    : new URL(text, `${pathToFileURL(folder).href}/`).href;
  const parsed = URL.parse(address);
  if (parsed === null || !/^(?:https?|file):$/.test(parsed.protocol)) throw invalid(text);
  parsed.hash = "";
  parsed.search = "";
  const isFile = REPODATA_FILE.test(parsed.pathname);
  if (!isFile && !parsed.pathname.endsWith("/")) parsed.pathname += "/";
  const asked = parsed.href;
  const url = withoutToken(splitCredentials(asked).url);
  return { name: name ?? shortName(url), url, asked };
}

/** An address that is a repodata file, not a channel's folder. */
export const REPODATA_FILE: RegExp = /\.json(?:\.(?:zst|bz2|gz))?$/;

function withoutToken(url: string): string {
  const parsed = new URL(url);
  parsed.pathname = parsed.pathname.replace(TOKEN, "");
  return parsed.href;
}

/** The known name of an address, else its host and path, in the characters that a lock takes. */
function shortName(url: string): string {
  for (const places of Object.values(CHANNEL_ADDRESSES)) {
    for (const place of places) if (place.url === url) return place.name;
  }
  if (url.startsWith(CHANNEL_HOST) && url.length > CHANNEL_HOST.length + 1) {
    return url.slice(CHANNEL_HOST.length, -1);
  }
  const { host, pathname } = new URL(url);
  const parts = `${host}${pathname}`
    .split("/")
    .map(plainPart)
    .filter((part) => part !== "");
  const text = parts.slice(-9).join("/");
  return NAME.test(text) ? text.slice(-100).replace(/^[^A-Za-z0-9_]+/, "") : "channel";
}

function plainPart(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9_]+/, "");
}

function invalid(text: string): Error {
  return channelError("channel-invalid", `${JSON.stringify(text)} is no channel`, {
    hint: 'write a name (conda-forge), a URL, or in mach-nix.toml: [channels] name = "URL"',
    facts: { channel: text },
  });
}
