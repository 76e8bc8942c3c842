import { localPath } from "./export-format.ts";
import type { MergedPin } from "./merge-pins.ts";

/**
 * The package URL of a release (purl specification): of type `conda` with channel, subdir and build for
 * a file of a channel, else of type `pypi`; what is not from an index says where it is from.
 */
export function packageUrl(pin: MergedPin): string {
  return pin.origin === "conda" ? condaUrl(pin) : pypiUrl(pin);
}

function pypiUrl({ name, version, provider, files }: MergedPin): string {
  const base = `pkg:pypi/${name}@${encodeURIComponent(version)}`;
  const [file] = files;
  if (provider !== "reference" || file === undefined || localPath(file.url) !== undefined)
    return base;
  if (file.commit === undefined) return `${base}?download_url=${encodeURIComponent(file.url)}`;
  const vcs = `${file.url.startsWith("git+") ? "" : "git+"}${file.url}@${file.commit}`;
  return `${base}?vcs_url=${encodeURIComponent(vcs)}`;
}

/** Qualifiers in the order of their names, as the specification wants. */
function condaUrl({ name, condaName = name, version, provider, build, files }: MergedPin): string {
  const [file] = files;
  const [filename = "", subdir] = (file?.filename ?? "").split("/").toReversed();
  const type = /\.(conda|tar\.bz2)$/.exec(filename)?.[1];
  const qualifiers = Object.entries({ build, channel: provider, subdir, type })
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  const base = `pkg:conda/${encodeURIComponent(condaName)}@${encodeURIComponent(version)}`;
  return `${base}?${qualifiers.join("&")}`;
}
