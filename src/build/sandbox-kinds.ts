import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildError } from "./errors.ts";
import type { SandboxJob, SandboxKind, SandboxOptions } from "./sandbox-types.ts";
import type { SupervisorAnswer } from "./supervisor.ts";

/** Those that are tried when none is asked for, strongest first. */
const TRIED: readonly SandboxKind[] = ["bubblewrap", "namespaces", "landlock"];

const FIRST_LIMITS = { seconds: 60, memoryBytes: 2 ** 30, processes: 64, diskBytes: 2 ** 24 };

/** Runs a job in one kind of sandbox. */
export type Attempt = (kind: SandboxKind, job: SandboxJob) => Promise<SupervisorAnswer>;

/**
 * The first kind in which a program that does nothing runs to its end. Throws `sandbox-unavailable`
 * with each kind's reason, `sandbox-python`.
 */
export async function findKind(options: SandboxOptions, attempt: Attempt): Promise<SandboxKind> {
  const reasons: string[] = [];
  for (const kind of options.kind === undefined ? TRIED : [options.kind]) {
    const reason = kind === "none" ? undefined : await whyNot(kind, attempt);
    if (reason === undefined) return kind;
    reasons.push(`${kind}: ${reason}`);
  }
  throw buildError("sandbox-unavailable", `No sandbox works here (${reasons.join("; ")})`, {
    hint:
      "Install bubblewrap (`apt-get install bubblewrap`, `dnf install bubblewrap`, " +
      "`nix-env -iA nixpkgs.bubblewrap`), or allow user namespaces; " +
      "--unsafe-no-sandbox builds without, with all your rights.",
    facts: { reasons },
  });
}

async function whyNot(kind: SandboxKind, attempt: Attempt): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "mach-nix-sandbox-"));
  try {
    const answer = await attempt(kind, {
      argv: ["/bin/sh", "-c", ":"],
      folder,
      env: {},
      limits: FIRST_LIMITS,
    });
    if (answer.refused !== undefined) return answer.refused;
    if (answer.exit === 0) return undefined;
    return answer.tail?.trim().split("\n").at(-1) || "a program that does nothing fails in it";
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
