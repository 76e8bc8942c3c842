import { makeNewerNix } from "../tools/make-newer-nix.ts";
import { makePeers } from "../tools/make-peers.ts";

/**
 * Makes the Python environment of the peers (packaging, pip, uv) and a newer Nix once; without them
 * their tests skip.
 */
export default function setup(): void {
  makePeers();
  makeNewerNix();
}
