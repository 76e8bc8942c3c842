import type { HttpClient } from "../../http/index.ts";

/** Thrown in place of a request that would be one too many. */
export class RequestsSpent extends Error {}

export interface BoundedClient {
  readonly client: HttpClient;
  /** Requests begun so far; redirects and repeated tries are not counted. */
  spent(): number;
}

/** A client that begins at most so many requests; further ones throw RequestsSpent. */
export function boundedClient(client: HttpClient, most: number): BoundedClient {
  let spent = 0;
  function spend(): void {
    if (spent >= most) throw new RequestsSpent("no further request may be made");
    spent++;
  }
  return {
    spent: () => spent,
    client: {
      get: async (url, options) => {
        spend();
        return client.get(url, options);
      },
      range: async (url, range, options) => {
        spend();
        return client.range(url, range, options);
      },
      download: async (url, options) => {
        spend();
        return client.download(url, options);
      },
      close: () => client.close(),
      get counts() {
        return client.counts;
      },
    },
  };
}
