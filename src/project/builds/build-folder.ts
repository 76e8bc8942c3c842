import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../../base/index.ts";
import type { Workshop } from "./workshop.ts";

/**
 * Does work in a folder for one build, which is removed after it, whatever the build left in it. Where
 * the work fails, the log is kept in the cache under `name`, and the error tells that place; `keptLog`
 * does so for one that is not thrown.
 */
export async function inBuildFolder<T>(
  { session, store, sandbox }: Workshop,
  name: string,
  work: (folder: string, keptLog: (error: UserError) => UserError) => Promise<T>,
): Promise<T> {
  const opened = await sandbox();
  const temporary = store.temporary();
  const folder = join(temporary, "build");
  const keptLog = (error: UserError): UserError => keepLog(error, { folder, name, session });
  try {
    return await work(folder, keptLog);
  } catch (error) {
    throw error instanceof UserError ? keptLog(error) : error;
  } finally {
    await opened.remove(folder);
    store.discard(temporary);
  }
}

function keepLog(
  error: UserError,
  {
    folder,
    name,
    session,
  }: { readonly folder: string; readonly name: string } & Pick<Workshop, "session">,
): UserError {
  const log = join(folder, "log");
  if (!existsSync(log)) return error;
  const file = `${name.replaceAll(/[^A-Za-z0-9._-]/g, "_")}.log`;
  const kept = join(session.home.cache, "builds", "logs", file);
  mkdirSync(dirname(kept), { recursive: true });
  copyFileSync(log, kept);
  return withPath(error, log, kept);
}

function withPath(error: UserError, from: string, to: string): UserError {
  const { hint, place, facts, cause } = error;
  const file = place?.file === from ? { file: to } : {};
  return new UserError(error.code, error.exit, error.message.replaceAll(from, to), {
    ...(hint === undefined ? {} : { hint: hint.replaceAll(from, to) }),
    ...(place === undefined ? {} : { place: { ...place, ...file } }),
    facts,
    cause,
  });
}
