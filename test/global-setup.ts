import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeNewerNix } from "../tools/make-newer-nix.ts";
import { makePeers } from "../tools/make-peers.ts";

/**
 * Makes the Python environment of the peers (packaging, pip, uv) and a newer Nix once; without them
 * their tests skip. Gives the run a temporary folder of its own and takes it away at the end, with
 * the store objects in it, whose folders root finds immutable.
 */
export default function setup(): () => void {
  makePeers();
  makeNewerNix();
  // Short, for what must fit into a prefix or a socket's path; open, for the tests of other users.
  const folder = mkdtempSync(join(tmpdir(), "mn-"));
  chmodSync(folder, 0o1777);
  process.env["TMPDIR"] = folder;
  return () => removeAll(folder);
}

const TRIES = 40;

/** Processes that tests left in the background may still protect what they compiled: then it is tried again. */
function removeAll(folder: string): void {
  for (let left = TRIES; left > 0; left -= 1) {
    spawnSync("chattr", ["-R", "-f", "-i", folder], { stdio: "ignore" });
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
      return;
    } catch {
      spawnSync("sleep", ["0.5"]);
    }
  }
  console.warn(`${folder} could not be removed: something is still at work in it`);
}
