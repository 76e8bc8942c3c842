// The process that `compileBytecode` leaves behind: compiles what it was told and ends.
import { availableParallelism, constants, setPriority } from "node:os";
import { openStore, type StorePath } from "../store/index.ts";
import type { BackgroundJob } from "./compile-bytecode.ts";
import { compileObjects } from "./compile-objects.ts";
import { DERIVED_FILES } from "./compiled-marker.ts";

const [text = "{}", ...objects] = process.argv.slice(2);
const { store, python, cacheTag } = JSON.parse(text) as BackgroundJob;
setPriority(constants.priority.PRIORITY_LOW);
await compileObjects(objects as StorePath[], {
  store: openStore(store, { derived: DERIVED_FILES }),
  python,
  cacheTag,
  processes: availableParallelism(),
  idle: true,
  all: false,
});
