import type { ErrorCatalogue } from "../base/index.ts";
import type { CrawlResult } from "../crawl/index.ts";
import type { FoundInterpreter } from "../environment/index.ts";
import type { CollectResult, VerifyResult } from "../store/index.ts";
import type { Rebuilt } from "./builds/rebuild.ts";
import type { CheckedLock } from "./check-lock.ts";
import type { CrawlRequest } from "./crawl.ts";
import type { EditRequest, EditResult } from "./edit-environment.ts";
import type { ExportRequest, ExportResult } from "./export.ts";
import type { GenerateRequest, GenerateResult } from "./generate.ts";
import type { EnvironmentRequest } from "./make-environment.ts";
import type { NixpkgsRequest, NixpkgsResult } from "./index-nixpkgs.ts";
import type { Outdated, OutdatedRequest } from "./outdated.ts";
import type { Lock } from "../lock/index.ts";
import type { Session } from "./session.ts";
import type { ShownProviders } from "./show-providers.ts";
import type { WhyNot, WhyNotRequest } from "./why-not.ts";
import type { LockRequest, LockResult, SyncRequest, SyncResult } from "./types.ts";

// Each operation loads its stages when it is called: a command pays only for what it does.

/** See `lockProject` in lock-project.ts. */
export async function lockProject(
  session: Session,
  request: LockRequest & { readonly output?: string },
): Promise<LockResult> {
  const stage = await import("./lock-project.ts");
  return stage.lockProject(session, request);
}

/** See `makeEnvironment` in make-environment.ts. */
export async function makeEnvironment(
  session: Session,
  request: EnvironmentRequest,
): Promise<SyncResult> {
  const stage = await import("./make-environment.ts");
  return stage.makeEnvironment(session, request);
}

/** See `syncEnvironment` in sync-environment.ts. */
export async function syncEnvironment(session: Session, request: SyncRequest): Promise<SyncResult> {
  const stage = await import("./sync-environment.ts");
  return stage.syncEnvironment(session, request);
}

/** See `rebuildEnvironment` in rebuild-environment.ts. */
export async function rebuildEnvironment(
  session: Session,
  request: Pick<SyncRequest, "directory" | "python" | "set">,
): Promise<readonly Rebuilt[]> {
  const stage = await import("./rebuild-environment.ts");
  return stage.rebuildEnvironment(session, request);
}

/** See `temporaryEnvironment` in temporary-environment.ts. */
export async function temporaryEnvironment(
  session: Session,
  request: LockRequest,
): Promise<{ readonly directory: string }> {
  const stage = await import("./temporary-environment.ts");
  return stage.temporaryEnvironment(session, request);
}

/** See `checkLock` in check-lock.ts. */
export async function checkLock(
  session: Session,
  request: LockRequest & { readonly output?: string },
): Promise<CheckedLock> {
  const stage = await import("./check-lock.ts");
  return stage.checkLock(session, request);
}

/** See `editEnvironment` in edit-environment.ts. */
export async function editEnvironment(session: Session, request: EditRequest): Promise<EditResult> {
  const stage = await import("./edit-environment.ts");
  return stage.editEnvironment(session, request);
}

/** See `findOutdated` in outdated.ts. */
export async function findOutdated(session: Session, request: OutdatedRequest): Promise<Outdated> {
  const stage = await import("./outdated.ts");
  return stage.findOutdated(session, request);
}

/** See `exportLock` in export.ts. */
export async function exportLock(session: Session, request: ExportRequest): Promise<ExportResult> {
  const stage = await import("./export.ts");
  return stage.exportLock(session, request);
}

/** See `generateNix` in generate.ts. */
export async function generateNix(
  session: Session,
  request: GenerateRequest,
): Promise<GenerateResult> {
  const stage = await import("./generate.ts");
  return stage.generateNix(session, request);
}

/** See `indexNixpkgs` in index-nixpkgs.ts. */
export async function indexNixpkgs(
  session: Session,
  request: NixpkgsRequest,
): Promise<NixpkgsResult> {
  const stage = await import("./index-nixpkgs.ts");
  return stage.indexNixpkgs(session, request);
}

/** See `whyNot` in why-not.ts. */
export async function whyNot(session: Session, request: WhyNotRequest): Promise<readonly WhyNot[]> {
  const stage = await import("./why-not.ts");
  return stage.whyNot(session, request);
}

/** See `setOfLock` in usual-set.ts. */
export async function setOfLock(
  lock: Lock,
  request: { readonly path: string; readonly asked: string | undefined },
): Promise<string | undefined> {
  const stage = await import("./usual-set.ts");
  return stage.setOfLock(lock, request);
}

/** See `showProviders` in show-providers.ts. */
export async function showProviders(
  session: Session,
  request: Pick<LockRequest, "providers" | "steering"> & { readonly directory: string },
): Promise<ShownProviders> {
  const stage = await import("./show-providers.ts");
  return stage.showProviders(session, request);
}

/** See `listInterpreters` in interpreters.ts. */
export async function listInterpreters(session: Session): Promise<readonly FoundInterpreter[]> {
  const stage = await import("./interpreters.ts");
  return stage.listInterpreters(session);
}

/** See `verifyStore` in store-operations.ts. */
export async function verifyStore(
  session: Session,
  options?: { readonly repair?: boolean },
): Promise<VerifyResult> {
  const stage = await import("./store-operations.ts");
  return stage.verifyStore(session, options);
}

/** See `collectStore` in store-operations.ts. */
export async function collectStore(
  session: Session,
  options?: { readonly dryRun?: boolean },
): Promise<CollectResult> {
  const stage = await import("./store-operations.ts");
  return stage.collectStore(session, options);
}

/** See `errorCatalogue` in error-catalogue.ts. */
export async function errorCatalogue(): Promise<ErrorCatalogue> {
  const stage = await import("./error-catalogue.ts");
  return stage.errorCatalogue();
}

/** See `crawl` in crawl.ts. */
export async function crawl(session: Session, request: CrawlRequest): Promise<CrawlResult> {
  const stage = await import("./crawl.ts");
  return stage.crawl(session, request);
}
