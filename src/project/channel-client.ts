import { splitCredentials, type HttpClient } from "../http/index.ts";

const TOKEN = /^\/t\/[^/]+(?=\/)/;

/**
 * The same client, that asks channels with the tokens of their addresses (`https://host/t/TOKEN/…`),
 * which are in no lock.
 */
export function withTokens(client: HttpClient, addresses: readonly string[]): HttpClient {
  const places = addresses.flatMap(placeOf);
  if (places.length === 0) return client;
  function asked(url: string): string {
    const place = places.find(({ plain }) => url.startsWith(plain));
    return place === undefined ? url : place.secret + url.slice(place.plain.length);
  }
  return {
    get: (url, options) => client.get(asked(url), options),
    range: (url, range, options) => client.range(asked(url), range, options),
    download: (url, options) => client.download(asked(url), options),
    close: () => client.close(),
    get counts() {
      return client.counts;
    },
  };
}

function placeOf(address: string): readonly { readonly plain: string; readonly secret: string }[] {
  const url = URL.parse(splitCredentials(address).url);
  if (url === null || !TOKEN.test(url.pathname)) return [];
  const secret = url.href.replace(/\/*$/, "/");
  url.pathname = url.pathname.replace(TOKEN, "");
  return [{ plain: url.href.replace(/\/*$/, "/"), secret }];
}
