// `node bench/serve-folder.ts FOLDER`: serves the files below a folder on 127.0.0.1; prints the address.
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

const [folder = "."] = process.argv.slice(2);
const server = createServer((request, response) => {
  const path = join(folder, new URL(request.url ?? "/", "http://x").pathname);
  const size = path.startsWith(folder) ? sizeOf(path) : undefined;
  if (size === undefined) response.writeHead(404).end();
  else if (request.method === "HEAD") response.writeHead(200, { "content-length": size }).end();
  else createReadStream(path).pipe(response.writeHead(200, { "content-length": size }));
});
server.listen(0, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

function sizeOf(path: string): number | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true ? stat.size : undefined;
}
