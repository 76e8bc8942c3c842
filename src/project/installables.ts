import { type Sha256, sha256 } from "../base/index.ts";
import { condaFilename, condaKey, type SandboxKind, sdistKey, wheelKey } from "../build/index.ts";
import type { Interpreter } from "../environment/index.ts";
import type { FetchArtifact } from "../fetch/index.ts";
import type { Lock, LockedArtifact, LockedTarget, Pin } from "../lock/index.ts";
import type { ObjectKey, Store, StorePath } from "../store/index.ts";
import { folderOf } from "./builds/folder-url.ts";
import { closureName } from "./builds/closure-name.ts";
import { isCondaPin } from "./conda-pins.ts";
import { fixesOf } from "./builds/fixes-of.ts";
import { projectError } from "./errors.ts";

/** A pin, the file it is made from, and the object that this gives. */
export interface Installable {
  readonly pin: Pin;
  readonly artifact: FetchArtifact & LockedArtifact;
  readonly object: StorePath;
  /** Set where the object is built from source. */
  readonly built?: Built;
}

/** How an object comes from a source distribution. */
export interface Built {
  readonly key: ObjectKey;
  /** What it is built with. */
  readonly closure: readonly Installable[];
  /** The crates that it is compiled from. */
  readonly crates: readonly (FetchArtifact & LockedArtifact)[];
  /** Environment variables that a fix gives its build. */
  readonly env: Readonly<Record<string, string>>;
}

/** Where pins become objects. */
export interface InstallPlace {
  readonly store: Store;
  readonly interpreter: Pick<Interpreter, "soabi" | "platform" | "version">;
  /** The lock's folder, which relative `file:` URLs start from. */
  readonly base: string;
  /** The sandbox that builds are asked to run in; undefined for the strongest that works. */
  readonly sandbox?: SandboxKind | undefined;
}

/**
 * What each pin of a target is made from. Throws UserError `project-incomplete-lock`,
 * `project-nixpkgs-pin`.
 */
export function installables(
  lock: Pick<Lock, "artifacts">,
  { target, ...place }: InstallPlace & { readonly target: Pick<LockedTarget, "pins" | "builds"> },
): readonly Installable[] {
  const making = new Making(lock, { target, place });
  return target.pins.map((pin) => making.installable(pin));
}

interface MakingOptions {
  readonly target: Pick<LockedTarget, "pins" | "builds">;
  readonly place: InstallPlace;
}

/** Follows a pin through what it is built with. */
class Making {
  readonly #lock: Pick<Lock, "artifacts">;
  readonly #options: MakingOptions;
  /** Source distributions whose closures are being followed, outermost first. */
  readonly #open: string[] = [];
  #seen: readonly StorePath[] | undefined;

  constructor(lock: Pick<Lock, "artifacts">, options: MakingOptions) {
    this.#lock = lock;
    this.#options = options;
  }

  installable(pin: Pin): Installable {
    const { target, place } = this.#options;
    if (pin.provider === "nixpkgs") throw ofNixpkgs(pin, target);
    const filename = pin.artifact;
    const locked = filename === undefined ? undefined : this.#lock.artifacts[filename];
    if (filename === undefined || locked === undefined) throw noArtifact(pin);
    if (isCondaPin(pin)) {
      const artifact = { filename: condaFilename(filename), ...locked };
      return { pin, artifact, object: place.store.path(condaKey(artifact)) };
    }
    const artifact = { filename, ...locked };
    if (filename.endsWith(".whl")) {
      return { pin, artifact, object: place.store.path(wheelKey(artifact)) };
    }
    const built = this.#built(pin, artifact);
    return { pin, artifact, object: place.store.path(built.key), built };
  }

  #built({ name, version }: Pin, artifact: FetchArtifact & LockedArtifact): Built {
    const { target, place } = this.#options;
    const build = target.builds?.[artifact.filename];
    if (build === undefined) throw noClosure(name, artifact.filename);
    if (this.#open.includes(artifact.filename)) throw selfBuilt(name, this.#open);
    this.#open.push(artifact.filename);
    const closure = build.pins.map((pin) => this.installable(pin));
    this.#open.pop();
    const crates = (build.crates ?? []).map((key) => this.#crate(key, name));
    const { soabi, platform, version: python } = place.interpreter;
    const { env } = fixesOf({ name, filename: artifact.filename, python, platform });
    const key = sdistKey({
      name,
      version,
      source: sourceHash(artifact, place.base),
      closure: closureName([...closure.map(({ object }) => object), ...this.#conda()]),
      abi: soabi,
      platform,
      crates: crates.map(({ sha256: hash }) => hash),
      env,
      sandbox: place.sandbox ?? "bubblewrap",
    });
    return { key, closure, crates, env };
  }

  /** The target's conda packages, which its builds see. */
  #conda(): readonly StorePath[] {
    const { target } = this.#options;
    this.#seen ??= target.pins.filter(isCondaPin).map((pin) => this.installable(pin).object);
    return this.#seen;
  }

  #crate(filename: string, name: string): FetchArtifact & LockedArtifact {
    const locked = this.#lock.artifacts[filename];
    if (locked !== undefined) return { filename, ...locked };
    throw projectError("project-incomplete-lock", `the lock lacks the crate ${filename}`, {
      place: { package: name },
      hint: "lock again",
    });
  }
}

/** An editable folder is another one at another place. */
function sourceHash({ url, sha256: hash, editable }: LockedArtifact, base: string): Sha256 {
  return editable === true ? sha256(`editable ${folderOf(url, base)} ${hash}`) : hash;
}

function noClosure(name: string, filename: string): Error {
  return projectError(
    "project-incomplete-lock",
    `the lock does not say what ${filename} is built with`,
    { place: { package: name }, hint: "lock again, on a machine with that Python" },
  );
}

function selfBuilt(name: string, open: readonly string[]): Error {
  return projectError(
    "project-incomplete-lock",
    `to build ${open[0]}, ${open.slice(1).join(", ")} is needed, and for that ${name} again`,
    { place: { package: name }, hint: "let what builds need come from wheels" },
  );
}

function ofNixpkgs({ name, version, attribute }: Pin, { pins }: Pick<LockedTarget, "pins">): Error {
  const all = pins.filter(({ provider }) => provider === "nixpkgs").map((pin) => pin.name);
  const what = `${name} ${version} comes from nixpkgs (attribute ${attribute ?? name})`;
  const others =
    all.length > 1 ? `; so do ${all.filter((other) => other !== name).join(", ")}` : "";
  return projectError("project-nixpkgs-pin", `${what}, which only Nix can install${others}`, {
    place: { package: name },
    hint: `use the lock with Nix, or give the package another provider: --provider ${name}=wheel,sdist`,
    facts: { packages: all },
  });
}

function noArtifact({ name, version, provider, unhashed }: Pin): Error {
  if (unhashed !== undefined) {
    const message = `the address and the hash of ${unhashed} were not known when it was locked`;
    return projectError("project-incomplete-lock", message, {
      place: { package: `${name} ${version}` },
      hint: "lock again without --offline",
    });
  }
  return projectError(
    "project-incomplete-lock",
    `${name} ${version} (${provider}) has no artifact`,
    {
      place: { package: name },
      hint: "lock again",
    },
  );
}
