// The process that `compileBytecode` leaves behind: compiles what it was told, then, where file modes do
// not bind (root), takes the time to protect each file of the objects, and ends.
import { availableParallelism, constants, setPriority } from "node:os";
import { openStore, type StorePath } from "../store/index.ts";
import { type BackgroundJob, sealObjects } from "./compile-bytecode.ts";
import { compileObjects } from "./compile-objects.ts";
import { DERIVED_FILES } from "./compiled-marker.ts";

const [text = "{}", ...objects] = process.argv.slice(2);
const { store, python, cacheTag } = JSON.parse(text) as BackgroundJob;
setPriority(constants.priority.PRIORITY_LOW);
const opened = openStore(store, { derived: DERIVED_FILES });
await compileObjects(objects as StorePath[], {
  store: opened,
  python,
  cacheTag,
  processes: availableParallelism(),
  idle: true,
  all: false,
});
await sealObjects(objects as StorePath[], opened);
