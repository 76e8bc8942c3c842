/**
 * Environments. Takes interpreters of this machine and objects of the store made from wheels, gives a
 * directory that is a virtual environment of links into the store, made and switched in one step. May
 * touch the directory and the store, and start an interpreter once to ask what it is.
 */
export { chooseInterpreter } from "./choose-interpreter.ts";
export type { CondaDetails, CondaRecord } from "./conda-meta.ts";
export { condaOrder } from "./conda-order.ts";
export { condaInterpreter, type PythonPackage } from "./conda-python.ts";
export {
  checkEnvironment,
  createEnvironment,
  environmentLinks,
  relinkEnvironment,
  rememberEnvironment,
} from "./create-environment.ts";
export { environmentState } from "./environment-state.ts";
export { ENVIRONMENT_ERRORS } from "./errors.ts";
export { findInterpreters, interpreterAt } from "./find-interpreters.ts";
export {
  collectGenerations,
  currentGeneration,
  formerGenerations,
  listGenerations,
} from "./generations.ts";
export type { LinkScriptChoice, LinkScripts } from "./link-scripts.ts";
export { inspectInterpreter } from "./inspect-interpreter.ts";
export { type EnvironmentVariables } from "./interpreter-places.ts";
export type {
  ChooseOptions,
  Collision,
  Environment,
  EnvironmentFault,
  EnvironmentInput,
  EnvironmentState,
  FoundInterpreter,
  InstalledInfo,
  Interpreter,
  InterpreterSource,
} from "./types.ts";
