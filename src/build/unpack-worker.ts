// The thread that `openUnpackPool` starts: unpacks one wheel after the other.
import { parentPort } from "node:worker_threads";
import { openStore } from "../store/index.ts";
import { sendError, type UnpackAnswer, type UnpackRequest } from "./unpack-message.ts";
import { unpackWheel } from "./unpack-wheel.ts";

async function answer({ job, store }: UnpackRequest): Promise<UnpackAnswer> {
  try {
    return { path: await unpackWheel(job, openStore(store)) };
  } catch (error) {
    return { error: sendError(error) };
  }
}

parentPort?.on("message", (request: UnpackRequest) => {
  void answer(request).then((message) => parentPort?.postMessage(message, []));
});
