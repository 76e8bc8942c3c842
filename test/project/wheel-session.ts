import { join } from "node:path";
import { silent } from "../../src/base/index.ts";
import { openSession, type Session } from "../../src/project/library.ts";

/** A session whose only releases are the wheels in a folder's `wheels`, on a fixed day. */
export function openWheelSession(folder: string): Session {
  return openSession({
    env: { HOME: folder, MACH_NIX_HOME: join(folder, "home"), PIP_CONFIG_FILE: "/dev/null" },
    cwd: folder,
    report: silent,
    options: { noIndex: true, findLinks: [join(folder, "wheels")] },
    now: () => Date.parse("2026-11-01T00:00:00Z"),
  });
}
