import { DERIVED_FILES } from "../build/index.ts";
import { openStore, type Store } from "../store/index.ts";
import type { Session } from "./session.ts";

/** The session's store. Touches nothing. */
export function sessionStore(session: Session): Store {
  return openStore(session.home.store, { derived: DERIVED_FILES });
}
