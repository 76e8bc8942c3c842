/** The absolute path of an immutable object: `<root>/<hash>-<name>-<version>`. */
declare const brand: unique symbol;
export type StorePath = string & { readonly [brand]: "StorePath" };

/** What an object is made from; its hash names the object. */
export interface ObjectKey {
  /** For people: `numpy`, `2.1.0`. */
  readonly name: string;
  readonly version: string;
  /** Everything that decides the contents: artifact hash, recipe name and revision, ABI where it matters. */
  readonly inputs: Readonly<Record<string, string>>;
}
