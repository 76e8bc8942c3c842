import type { LockRequest } from "./types.ts";

/** A part of a request that could be asked for apart from the others. */
export interface RequestPart {
  readonly kind: "extra" | "group" | "file";
  readonly name: string;
}

/** The parts of a request: its extras, its groups, and its files where there are several. */
export function partsOf({ inputs, extras = [], groups = [] }: LockRequest): readonly RequestPart[] {
  const files = inputs.length > 1 ? inputs : [];
  return [
    ...extras.map((name) => ({ kind: "extra", name }) as const),
    ...groups.map((name) => ({ kind: "group", name }) as const),
    ...files.map((name) => ({ kind: "file", name }) as const),
  ];
}

/** The request without a part. */
export function withoutPart(request: LockRequest, { kind, name }: RequestPart): LockRequest {
  const others = (names: readonly string[] = []): string[] => names.filter((one) => one !== name);
  if (kind === "file") return { ...request, inputs: others(request.inputs) };
  return kind === "extra"
    ? { ...request, extras: others(request.extras) }
    : { ...request, groups: others(request.groups) };
}
