import {
  type CondaRecord,
  condaInterpreter,
  type Interpreter,
  type PythonPackage,
} from "../environment/index.ts";
import type { LockedTarget, Pin } from "../lock/index.ts";
import type { StorePath } from "../store/index.ts";
import type { Installable } from "./installables.ts";

/** Whether a pin is a package of a channel: only those have a build. */
export function isCondaPin(pin: Pin): boolean {
  return pin.build !== undefined;
}

/** The subdir in the key of a channel's artifact: `CHANNEL/SUBDIR/FILENAME`. */
function subdirOf(artifact: string | undefined): string {
  return artifact?.split("/").at(-2) ?? "";
}

/** Python itself, where it is one of a target's pins. */
export function pinnedPython({ pins }: Pick<LockedTarget, "pins">): PythonPackage | undefined {
  const pin = pins.find((one) => isCondaPin(one) && (one.condaName ?? one.name) === "python");
  if (pin === undefined) return undefined;
  const { version, build = "", artifact } = pin;
  return { name: "python", version, build, index: { subdir: subdirOf(artifact) } };
}

/** The interpreter that an environment gets from its own pins. */
export function ownInterpreter(
  target: Pick<LockedTarget, "pins">,
  directory: string,
): Interpreter | undefined {
  const python = pinnedPython(target);
  return python && condaInterpreter(python, { directory, libc: hostLibc() });
}

/** The C library that this program itself runs with; null where it is not glibc. */
function hostLibc(): Interpreter["libc"] {
  const { header } = process.report.getReport() as {
    header?: { glibcVersionRuntime?: string };
  };
  const version = header?.glibcVersionRuntime;
  return version === undefined ? null : { name: "glibc", version };
}

/** What an environment's `conda-meta` says of where its packages came from. */
export function condaRecords(pins: readonly Installable[]): ReadonlyMap<StorePath, CondaRecord> {
  const ofConda = pins.filter(({ pin }) => isCondaPin(pin));
  return new Map(ofConda.map((item) => [item.object, recordOf(item)]));
}

function recordOf({ pin, artifact }: Installable): CondaRecord {
  const { url, filename, sha256, size } = artifact;
  const name = pin.condaName ?? pin.name;
  return {
    url,
    filename,
    sha256,
    ...(size !== undefined && { size }),
    ...(pin.requestedBy.includes("input") && { requested: `${name} ==${pin.version}` }),
  };
}
