import type { LookupAddress, LookupOptions } from "node:dns";
import type { LookupFunction } from "node:net";

type Done = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

/** Asks the system for all addresses of a host. */
export type Resolver = (host: string, options: LookupOptions & { all: true }, done: Done) => void;

/** The system's resolver, loaded when it is first asked. */
export function systemLookup(...[host, options, done]: Parameters<Resolver>): void {
  process.getBuiltinModule("node:dns").lookup(host, options, done);
}

/**
 * A `lookup` for sockets that asks for each host once, however many connections are made to it: with
 * one question a connection, an unlucky one costs the resolver's whole timeout of 5 s.
 */
export function lookupOnce(resolve: Resolver): LookupFunction {
  const answers = new Map<string, LookupAddress[]>();
  const waiting = new Map<string, Done[]>();
  return function lookup(host, options, done) {
    const key = `${options.family ?? 0} ${options.hints ?? 0} ${host}`;
    const finish: Done = (error, addresses) => {
      const [first] = addresses;
      if (options.all === true || error !== null) done(error, addresses);
      else done(null, first?.address ?? "", first?.family ?? 0);
    };
    const known = answers.get(key);
    if (known !== undefined) return finish(null, known);
    const others = waiting.get(key);
    if (others !== undefined) return void others.push(finish);
    waiting.set(key, [finish]);
    return resolve(host, { ...options, all: true }, (error, addresses) => {
      if (error === null) answers.set(key, addresses);
      const all = waiting.get(key) ?? [];
      waiting.delete(key);
      for (const each of all) each(error, addresses ?? []);
    });
  };
}
