import { MISSING, type MissingEntry } from "./missing-data.ts";

/** Something that a build looked for and did not find. */
export interface Missing {
  /** `pg_config`, `ffi.h`. */
  readonly what: string;
  readonly entry?: MissingEntry;
}

/** How tools say that a header, a program, a library or a pkg-config module is not there. */
const COMPLAINTS: readonly (readonly [RegExp, Missing["what"]])[] = [
  [/fatal error: ([\w./+-]{1,80}): No such file or directory/g, "header"],
  [/'([\w./+-]{1,80})' file not found/g, "header"],
  [/cannot find -l([\w.+-]{1,60})/g, "library"],
  [/(?:^|\s|\/)([\w.+-]{1,60}): (?:command )?not found/gm, "program"],
  [/No such file or directory: '(?:[\w./+-]{0,80}\/)?([\w.+-]{1,60})'/g, "program"],
  [/command '([\w./+-]{1,80})' failed: No such file/g, "program"],
  [/unable to execute '([\w./+-]{1,80})'/g, "program"],
  [/error: (?:linker )?[`']?([\w.+-]{1,60})[`']? (?:executable )?not found/gi, "program"],
  [/Package '?([\w.+-]{1,60})'?,? (?:required by '[^']{1,80}', )?(?:was )?not found/g, "module"],
  [/No package '([\w.+-]{1,60})' found/g, "module"],
  [/Dependency "([\w.+-]{1,60})" not found/g, "module"],
  [/Program '?([\w.+-]{1,60})'? not found/g, "program"],
  [/Could (?:NOT|not) find ([\w.+-]{1,60})/g, "module"],
];

/** What a build's log says is missing: first what the table knows, each once. */
export function findMissing(log: string): readonly Missing[] {
  const found = new Map<string, Missing>();
  for (const entry of MISSING) {
    if (entry.log?.some((text) => log.includes(text)) === true)
      found.set(entry.what, { what: entry.what, entry });
  }
  for (const [pattern, kind] of COMPLAINTS) {
    for (const match of log.matchAll(pattern)) {
      const what = match[1] as string;
      const entry = lookUp(what, kind);
      if (entry !== undefined) found.set(entry.what, { what: entry.what, entry });
      else if (kind === "header" && !found.has(what)) found.set(what, { what });
    }
  }
  return [...found.values()].sort(
    (a, b) => Number(a.entry === undefined) - Number(b.entry === undefined),
  );
}

function lookUp(what: string, kind: string): MissingEntry | undefined {
  return MISSING.find((entry) => {
    if (kind === "header")
      return entry.headers?.some((header) => what === header || what.endsWith(`/${header}`));
    if (kind === "library") return entry.libraries?.includes(what);
    if (kind === "program") return entry.programs?.includes(what.replace(/^.*\//, ""));
    return entry.modules?.includes(what) ?? entry.libraries?.includes(what);
  });
}

/**
 * "`pg_config`: Debian libpq-dev, nixpkgs postgresql, conda postgresql", for each that is known; `seesConda` where
 * the build sees the conda packages of its target, to which others can be added.
 */
export function missingHint(
  missing: readonly Missing[],
  { seesConda = false }: { readonly seesConda?: boolean } = {},
): string {
  const lines = missing.flatMap(({ entry }) => (entry === undefined ? [] : [packagesOf(entry)]));
  const conda = seesConda ? missing.flatMap(({ entry }) => entry?.conda ?? []) : [];
  const added = conda.length === 0 ? "" : `, or ask for ${conda.join(", ")} of a conda channel`;
  if (lines.length > 0) return `Install what has it: ${lines.join("; ")}${added}.`;
  return `Install the package that has ${missing.map(({ what }) => what).join(", ")}.`;
}

function packagesOf({ what, debian, fedora, nixpkgs, conda }: MissingEntry): string {
  const named = Object.entries({ Debian: debian, Fedora: fedora, nixpkgs, conda })
    .filter(([, name]) => name !== undefined)
    .map(([system, name]) => `${system} ${name}`);
  return `${what}: ${named.join(", ")}`;
}
