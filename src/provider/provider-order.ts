/** The providers that a name is looked for in, best first: its own list, else `_default`'s. */
export function providerOrder(
  providers: Readonly<Record<string, readonly string[]>>,
  name: string,
): readonly string[] {
  const key = Object.hasOwn(providers, name) ? name : "_default";
  return Object.hasOwn(providers, key) ? (providers[key] as readonly string[]) : ["wheel"];
}
