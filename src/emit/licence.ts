/** What a package says of its licence. */
export type Licence =
  /** An SPDX expression (PEP 639 `License-Expression`). */
  | { readonly expression: string }
  /** Names as the package spells them. */
  | { readonly names: readonly string[] };

const CLASSIFIER = "License :: ";
const LONGEST = 200;

/**
 * The licence in a wheel's METADATA: `License-Expression` (PEP 639), else the classifiers, else `License`
 * where it is one short line and not a whole text. Undefined where nothing says it.
 */
export function licenceOf(metadata: string): Licence | undefined {
  const [head = ""] = metadata.split(/\r?\n\r?\n/, 1);
  const values = (key: string): readonly string[] =>
    [...head.matchAll(new RegExp(`^${key}:[ \\t]*(\\S.*?)[ \\t]*\\r?$`, "gim"))]
      .map(([, value = ""]) => value)
      .filter((value) => value.length <= LONGEST);
  const [expression] = values("License-Expression");
  if (expression !== undefined) return { expression };
  const classified = values("Classifier")
    .filter((value) => value.startsWith(CLASSIFIER))
    .map((value) => value.split(" :: ").at(-1) ?? "")
    .filter((name) => name !== "OSI Approved" && name !== "");
  const names = classified.length > 0 ? classified : shortLicence(head, values("License"));
  return names.length === 0 ? undefined : { names };
}

/** A licence's text goes on in lines that begin with a space; its first line is no name. */
function shortLicence(head: string, [first]: readonly string[]): readonly string[] {
  const isText = /^License:.*\r?\n[ \t]/im.test(head);
  return first === undefined || isText || /^unknown$/i.test(first) ? [] : [first];
}
