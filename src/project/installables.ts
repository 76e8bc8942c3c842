import { wheelKey } from "../build/index.ts";
import type { FetchArtifact } from "../fetch/index.ts";
import type { Lock, LockedTarget, Pin } from "../lock/index.ts";
import type { Store, StorePath } from "../store/index.ts";
import { projectError } from "./errors.ts";

/** A pin, the file it is made from, and the object that this gives. */
export interface Installable {
  readonly pin: Pin;
  readonly artifact: FetchArtifact;
  readonly object: StorePath;
}

/** What each pin of a target is made from. Throws UserError `project-incomplete-lock`. */
export function installables(
  lock: Lock,
  { target, store }: { readonly target: LockedTarget; readonly store: Store },
): readonly Installable[] {
  return target.pins.map((pin) => {
    if (pin.provider === "nixpkgs") throw ofNixpkgs(pin, target);
    const filename = pin.artifact;
    const locked = filename === undefined ? undefined : lock.artifacts[filename];
    if (filename === undefined || locked === undefined) throw noArtifact(pin);
    if (!filename.endsWith(".whl")) throw needsBuild(pin, filename);
    const artifact = { filename, ...locked };
    return { pin, artifact, object: store.path(wheelKey(artifact)) };
  });
}

function ofNixpkgs({ name, version, attribute }: Pin, { pins }: LockedTarget): Error {
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

function needsBuild({ name, version }: Pin, filename: string): Error {
  return projectError(
    "project-needs-build",
    `${name} ${version} is locked as ${filename}, no wheel`,
    {
      place: { package: name },
      hint: "ask for a release that has a wheel for this target",
    },
  );
}
