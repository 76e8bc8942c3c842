import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { EXIT, sha256, UserError, writeFileAtomic } from "../../base/index.ts";
import type { LockedCrate } from "../../build/index.ts";
import { splitCredentials, type HttpClient } from "../../http/index.ts";
import type { LockedArtifact } from "../../lock/index.ts";
import { projectError } from "../errors.ts";
import type { Session } from "../session.ts";
import { type CargoSettings, indexOf, readCargoSettings } from "./cargo-settings.ts";

const LARGEST = 64 * 1024;
const MARKERS = /\{(crate|version|prefix|lowerprefix|sha256-checksum)\}/g;

export interface CrateSources {
  readonly session: Session;
  readonly client: HttpClient;
}

/**
 * Crates as the lock tells them, by file name: with the addresses that the registry in use gives for them (Cargo Book,
 * "Index Format": `dl` of its config.json), and the hashes of Cargo.lock. Throws `project-crates`, HTTP_ERRORS.
 */
export async function lockCrates(
  crates: readonly LockedCrate[],
  { session, client }: CrateSources,
): Promise<Readonly<Record<string, LockedArtifact>>> {
  const settings = await readCargoSettings(session);
  const templates = new Map<string, string>();
  const artifacts = Object.create(null) as Record<string, LockedArtifact>;
  for (const crate of crates) {
    let template = templates.get(crate.registry);
    if (template === undefined) {
      template = await templateOf(crate.registry, { settings, session, client });
      templates.set(crate.registry, template);
    }
    const filename = `${crate.name}-${crate.version}.crate`;
    const known = artifacts[filename];
    if (known !== undefined && known.sha256 !== crate.sha256) throw sameName(filename);
    artifacts[filename] = { url: crateUrl(template, crate), sha256: crate.sha256 };
  }
  return artifacts;
}

async function templateOf(
  registry: string,
  { settings, session, client }: CrateSources & { readonly settings: CargoSettings },
): Promise<string> {
  const index = indexOf(registry, settings) ?? (await ownIndex(session));
  const { dl, "auth-required": isClosed } = await configOf(index, { session, client });
  const { url } = splitCredentials(index);
  if (isClosed === true) throw unusable(url, "it wants a token, which is not supported");
  if (typeof dl !== "string" || !/^https?:\/\/[^\s@\\]+$/.test(dl))
    throw unusable(url, "its config.json names no place to download from");
  return dl.search(MARKERS) < 0 ? `${dl.replace(/\/$/, "")}/{crate}/{version}/download` : dl;
}

async function ownIndex(session: Session): Promise<string> {
  const { askCargo } = await import("./ask-cargo.ts");
  return askCargo(session);
}

/** What the index says of itself; without the network, what it said last. */
async function configOf(
  index: string,
  { session, client }: CrateSources,
): Promise<Readonly<Record<string, unknown>>> {
  const kept = join(session.home.cache, "builds", `registry-${sha256(index).slice(0, 20)}.json`);
  const text = await configText(index, { client, kept });
  try {
    const config: unknown = JSON.parse(text);
    if (typeof config === "object" && config !== null) return { ...config };
  } catch {
    // Said below.
  }
  throw unusable(splitCredentials(index).url, "its config.json is no JSON object");
}

async function configText(
  index: string,
  { client, kept }: { readonly client: HttpClient; readonly kept: string },
): Promise<string> {
  try {
    const what = "the configuration of the registry of crates";
    const { body } = await client.get(`${index}config.json`, { what, maxBytes: LARGEST });
    mkdirSync(join(kept, ".."), { recursive: true });
    writeFileAtomic(kept, body);
    return body.toString("utf8");
  } catch (error) {
    const text = error instanceof UserError && error.exit === EXIT.network && keptText(kept);
    if (typeof text !== "string") throw error;
    return text;
  }
}

function keptText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function crateUrl(template: string, { name, version, sha256: hash }: LockedCrate): string {
  const values: Readonly<Record<string, string>> = {
    crate: name,
    version,
    prefix: prefixOf(name),
    lowerprefix: prefixOf(name.toLowerCase()),
    "sha256-checksum": hash,
  };
  return template.replaceAll(MARKERS, (_, key: string) => values[key] as string);
}

/** The folder of a crate in an index: `1`, `2`, `3/a`, `ab/cd`. */
function prefixOf(name: string): string {
  if (name.length < 3) return String(name.length);
  return name.length === 3 ? `3/${name[0]}` : `${name.slice(0, 2)}/${name.slice(2, 4)}`;
}

function unusable(url: string, what: string): Error {
  return projectError("project-crates", `the registry of crates cannot be used: ${what}`, {
    place: { url },
  });
}

function sameName(filename: string): Error {
  return projectError("project-crates", `two registries have different crates named ${filename}`, {
    hint: "take a wheel of the project",
  });
}
