declare const brand: unique symbol;

/** A project's name in normal form (PEP 503): lower case, runs of `-_.` as one `-`. */
export type PackageName = string & { readonly [brand]: "PackageName" };

const VALID = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/i;

/** Whether a text is a project name as the core metadata specification (PEP 508 names) has it. */
export function isPackageName(text: string): boolean {
  return VALID.test(text);
}

/** The normal form of a name (PEP 503, "Normalized Names"). The text is not checked. */
export function normalizeName(text: string): PackageName {
  return text.replace(/[-_.]+/g, "-").toLowerCase() as PackageName;
}
