// The thread that `openUnpackPool` starts: unpacks one wheel or conda package after the other.
import { parentPort } from "node:worker_threads";
import { openStore } from "../store/index.ts";
import { unpackArtifact } from "./unpack-artifact.ts";
import { sendError, type UnpackAnswer, type UnpackRequest } from "./unpack-message.ts";

async function answer({ job, store }: UnpackRequest): Promise<UnpackAnswer> {
  try {
    return { path: await unpackArtifact(job, openStore(store)) };
  } catch (error) {
    return { error: sendError(error) };
  }
}

parentPort?.on("message", (request: UnpackRequest) => {
  void answer(request).then((message) => parentPort?.postMessage(message, []));
});
