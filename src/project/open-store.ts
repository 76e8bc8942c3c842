import { openStore, type Store } from "../store/index.ts";
import type { Session } from "./session.ts";

/** Bytecode is derived: made after an object, shared by all environments, outside its hash. */
const DERIVED = ["**/__pycache__/*.pyc"];

/** The session's store. Touches nothing. */
export function sessionStore(session: Session): Store {
  return openStore(session.home.store, { derived: DERIVED });
}
