import { type Lock, type LockedTarget, type Pin, targetLabel } from "../lock/index.ts";
import { type Box, layOut } from "./graph-layout.ts";
import { type ProviderColor, providerColors } from "./provider-colors.ts";
import { describePin } from "./tree.ts";
import { requirementsOf } from "./why.ts";

/** What the page of the graph knows: the browser's code in `page/` reads it as JSON. */
export interface PageData {
  readonly date: string;
  readonly providers: readonly (ProviderColor & { readonly name: string })[];
  readonly targets: readonly PageTarget[];
}

export interface PageTarget {
  /** And the set, if it is of one. */
  readonly name: string;
  /** Pixels of the whole picture. */
  readonly width: number;
  readonly height: number;
  /** Sorted by name; packages are named by their place in here. */
  readonly packages: readonly PagePackage[];
}

export interface PagePackage {
  readonly name: string;
  readonly version: string;
  readonly build?: string;
  readonly provider: string;
  readonly extras: readonly string[];
  readonly size?: number;
  readonly file?: string;
  /** What the input says of it; absent where the input does not ask for it. */
  readonly asked?: readonly string[];
  readonly needs: readonly number[];
  /** Those of `needs` by which a cycle closes. */
  readonly back?: readonly number[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Everything that the page shows, the places in the picture included. */
export function pageData(lock: Lock, targets: readonly LockedTarget[]): PageData {
  const providers = targets.flatMap(({ pins }) => pins.map(({ provider }) => provider));
  return {
    date: lock.date,
    providers: [...providerColors(providers)].map(([name, color]) => ({ name, ...color })),
    targets: targets.map((target) => targetData(lock, target)),
  };
}

function targetData(lock: Lock, target: LockedTarget): PageTarget {
  const { pins, set } = target;
  const places = new Map(pins.map((pin, i) => [pin.name as string, i]));
  const boxes = pins.map((pin): Box & { pin: Pin } => ({
    pin,
    width: boxWidth(pin),
    needs: pin.dependencies.map((name) => places.get(name)).filter((i) => i !== undefined),
  }));
  const { x, y, width, height, back } = layOut(boxes);
  const packages = boxes.map(({ pin, needs, width }, i): PagePackage => {
    const closing = needs.filter((to) => back.has(`${i} ${to}`));
    return {
      ...packageData(lock, pin, set),
      needs,
      ...(closing.length === 0 ? {} : { back: closing }),
      x: x[i] ?? 0,
      y: y[i] ?? 0,
      width,
    };
  });
  return { name: targetLabel(target), width, height, packages };
}

function packageData(
  lock: Lock,
  pin: Pin,
  set: string | undefined,
): Omit<PagePackage, "needs" | "back" | "x" | "y" | "width"> {
  const { name, artifact, requestedBy } = pin;
  return {
    ...describePin(pin, lock.artifacts),
    ...(artifact === undefined ? {} : { file: artifact }),
    ...(requestedBy.includes("input") ? { asked: requirementsOf(lock, { name, set }) } : {}),
  };
}

const LONGEST_NAME = 30;
const LONGEST_VERSION = 12;

/**
 * Wide enough for the name at 13 pixels (bold where it was asked for) and the version at 11, as the
 * page writes them, in the widest of the usual fonts.
 */
function boxWidth({ name, version, requestedBy }: Pin): number {
  const letter = requestedBy.includes("input") ? 9.2 : 8.1;
  const letters = letter * Math.min(name.length, LONGEST_NAME);
  const digits = 6.7 * Math.min(version.length, LONGEST_VERSION);
  return Math.ceil(letters + digits + 38);
}
