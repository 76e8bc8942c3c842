// The runnable channel of conda packages, served while a test file runs.
import { createReadStream } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { CONDA_DATA } from "../environment/conda-channel.ts";

/** Serves the channel from before the file's first test until after its last; gives what tells its address. */
export function serveChannel(): () => string {
  const server = createServer((request, response) => {
    const path = join(CONDA_DATA, "e2e-2019", (request.url ?? "").replace(/^\/e2e/, ""));
    createReadStream(path)
      .on("error", () => response.writeHead(404).end())
      .pipe(response);
  });
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });
  return () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/e2e`;
}
