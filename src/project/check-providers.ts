import { projectError } from "./errors.ts";

/** Those that there are. */
const PROVIDERS: readonly string[] = ["wheel"];
/** Those that there are where an index file says what source distributions need. */
const PROVIDERS_OF_FILE: readonly string[] = ["wheel", "sdist"];
/** Those whose names are taken for what is to come. */
const PLANNED = /^(?:sdist|nixpkgs|conda|conda-forge|bioconda|conda\/.*)$/;

/** Refuses provider lists with a name that means nothing here. Throws UserError `project-provider`. */
export function checkProviders(
  providers: Readonly<Record<string, readonly string[]>>,
  { hasIndexFile = false }: { readonly hasIndexFile?: boolean } = {},
): void {
  const available = hasIndexFile ? PROVIDERS_OF_FILE : PROVIDERS;
  for (const [name, list] of Object.entries(providers)) {
    const unknown = list.find((provider) => !available.includes(provider));
    if (unknown === undefined) continue;
    const what = PLANNED.test(unknown) ? "is not available yet" : "is not known";
    const whose = name === "_default" ? "" : ` (for ${name})`;
    throw projectError("project-provider", `the provider "${unknown}" ${what}${whose}`, {
      hint: `available: ${available.join(", ")}`,
    });
  }
}
