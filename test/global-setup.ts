import { makePeers } from "../tools/make-peers.ts";

/** Makes the Python environment of the peers (packaging, pip, uv) once; without it their tests skip. */
export default function setup(): void {
  makePeers();
}
