import type { UserError } from "../../base/index.ts";
import type { StorePath } from "../../store/index.ts";
import type { Session } from "../session.ts";

/** What was built while a lock was made. */
interface Tried {
  readonly built: Set<StorePath>;
  readonly failed: Map<StorePath, UserError>;
}

const TRIED = new WeakMap<Session, Tried>();

function triedIn(session: Session): Tried {
  let tried = TRIED.get(session);
  if (tried === undefined) TRIED.set(session, (tried = { built: new Set(), failed: new Map() }));
  return tried;
}

/** Lets installing know that an object is new, though it is there. */
export function rememberBuilt(session: Session, object: StorePath): void {
  triedIn(session).built.add(object);
}

/** Lets installing know that an object cannot be built: nobody waits for the same twice. */
export function rememberFailure(session: Session, object: StorePath, failure: UserError): void {
  triedIn(session).failed.set(object, failure);
}

/** Whether an object was built in the session before installing began. */
export function wasBuilt(session: Session, object: StorePath): boolean {
  return TRIED.get(session)?.built.has(object) === true;
}

/** Why an object could not be built a moment ago, if that was tried. */
export function failureOfBuild(session: Session, object: StorePath): UserError | undefined {
  return TRIED.get(session)?.failed.get(object);
}
