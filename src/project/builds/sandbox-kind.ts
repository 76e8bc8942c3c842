import type { SandboxKind } from "../../build/index.ts";
import type { Session } from "../session.ts";

/** The kind of sandbox that the session asks for; undefined for the strongest that works here. */
export function sandboxKind({ options }: Session): SandboxKind | undefined {
  return options.unsafeNoSandbox === true ? "none" : options.sandbox;
}
