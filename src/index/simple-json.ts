import { isSha256, normalizeName, type PackageName, type Sha256 } from "../base/index.ts";
import { indexError } from "./errors.ts";
import { fileUrl } from "./file-url.ts";
import type { ListedFile } from "./release-files.ts";
import type { SimpleAnswer } from "./simple-answer.ts";

type Unknown = Readonly<Record<string, unknown>>;

/**
 * Reads a PEP 691 project page, with what PEP 592, 658, 700, 708 and 714 add. Files that are not
 * well-formed are passed over; an answer that is not a project page, is about another project, or
 * has a newer major version (PEP 629) is refused with `index-bad-answer`.
 */
export function readSimpleJson(
  body: Uint8Array,
  { name, url }: { readonly name: PackageName; readonly url: string },
): SimpleAnswer {
  const answer = parse(body, { name, url });
  const refuse = (what: string): never => {
    throw indexError("index-bad-answer", `The index's answer for ${name} ${what}.`, {
      place: { package: name, url },
    });
  };
  const version = isObject(answer["meta"]) ? answer["meta"]["api-version"] : undefined;
  if (typeof version === "string" && !/^1(?:\.|$)/.test(version)) {
    refuse(`has simple API version ${version.slice(0, 20)}; only 1.x is known`);
  }
  const theirs = answer["name"];
  if (typeof theirs === "string" && normalizeName(theirs) !== name) {
    refuse(`is about another project, "${theirs.slice(0, 100)}"`);
  }
  if (!Array.isArray(answer["files"])) refuse("has no list of files");
  return { ...readFiles(answer["files"] as unknown[], url), tracks: readTracks(answer["meta"]) };
}

function parse(body: Uint8Array, place: { name: PackageName; url: string }): Unknown {
  try {
    const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8");
    const answer: unknown = JSON.parse(text);
    if (isObject(answer)) return answer;
  } catch (cause) {
    throw indexError("index-bad-answer", `The index's answer for ${place.name} is not JSON.`, {
      place: { package: place.name, url: place.url },
      cause,
    });
  }
  throw indexError("index-bad-answer", `The index's answer for ${place.name} is no JSON object.`, {
    place: { package: place.name, url: place.url },
  });
}

function readFiles(
  list: readonly unknown[],
  base: string,
): { files: ListedFile[]; passedOver: string[] } {
  const files: ListedFile[] = [];
  const passedOver: string[] = [];
  for (const item of list) {
    const file = isObject(item) ? readFile(item, base) : "an entry that is no object";
    if (typeof file === "string") passedOver.push(file);
    else files.push(file);
  }
  return { files, passedOver };
}

function readFile(item: Unknown, base: string): ListedFile | string {
  const filename = item["filename"];
  if (typeof filename !== "string") return "a file without a name";
  const url =
    typeof item["url"] === "string" ? fileUrl(item["url"], { base, filename }) : undefined;
  if (url === undefined) return `${filename.slice(0, 200)}: not a usable URL`;
  const hashes = item["hashes"];
  const sha256 = isObject(hashes) ? lowerSha256(hashes["sha256"]) : undefined;
  const uploadTime = readTime(item["upload-time"]);
  const size = item["size"];
  const requiresPython = item["requires-python"];
  const coreMetadata = readCoreMetadata(item);
  const file: { -readonly [K in keyof ListedFile]: ListedFile[K] } = {
    filename,
    url: url.url,
    yanked: readYanked(item["yanked"]),
  };
  const hash = sha256 ?? url.sha256;
  if (hash !== undefined) file.sha256 = hash;
  if (Number.isSafeInteger(size) && (size as number) >= 0) file.size = size as number;
  if (uploadTime !== undefined) file.uploadTime = uploadTime;
  if (typeof requiresPython === "string" && requiresPython.trim() !== "") {
    file.requiresPython = requiresPython.trim();
  }
  if (coreMetadata !== undefined) file.coreMetadata = coreMetadata;
  return file;
}

/** A digest in lower case, or undefined where the value is none. */
export function lowerSha256(value: unknown): Sha256 | undefined {
  if (typeof value !== "string") return undefined;
  if (isSha256(value)) return value;
  const lower = value.toLowerCase();
  return isSha256(lower) ? lower : undefined;
}

/** PEP 700: ISO 8601, UTC. */
function readTime(value: unknown): number | undefined {
  if (typeof value !== "string" || value.length > 40) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}

/** PEP 592: false, true, or the reason. */
function readYanked(value: unknown): string | false {
  if (typeof value === "string") return value;
  return value === true ? "" : false;
}

/** PEP 714: `core-metadata`, and `dist-info-metadata` of indexes from before it. */
function readCoreMetadata(item: Unknown): Sha256 | true | undefined {
  const value =
    item["core-metadata"] ?? item["dist-info-metadata"] ?? item["data-dist-info-metadata"];
  if (isObject(value)) return lowerSha256(value["sha256"]) ?? true;
  return value === true ? true : undefined;
}

function readTracks(meta: unknown): string[] {
  const tracks = isObject(meta) ? meta["tracks"] : undefined;
  if (!Array.isArray(tracks)) return [];
  return tracks.filter((item) => typeof item === "string").slice(0, 100);
}

function isObject(value: unknown): value is Unknown {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
