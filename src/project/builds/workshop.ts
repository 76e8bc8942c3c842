import { join } from "node:path";
import { findHostTools, openSandbox, type Sandbox } from "../../build/index.ts";
import type { Interpreter } from "../../environment/index.ts";
import type { Store } from "../../store/index.ts";
import { parsePlatform, parsePythonVersion, supportedTags } from "../../target/index.ts";
import { thisPlatform } from "../host.ts";
import type { IndexSettings } from "../index-settings.ts";
import type { Installable } from "../installables.ts";
import type { Session } from "../session.ts";
import type { BuildPlace } from "./conda-base.ts";
import { sandboxKind } from "./sandbox-kind.ts";

/** Where source distributions are built for one interpreter. */
export interface Workshop {
  readonly session: Session;
  readonly store: Store;
  readonly interpreter: Interpreter;
  readonly settings: IndexSettings;
  /** The lock's path, for relative file references. */
  readonly lockPath: string;
  /** The target's conda packages, which builds see, in the store once the first build begins. */
  readonly conda?: readonly Installable[];
  /** What builds stand on, opened once: the interpreter, or the Python and the libraries of the conda packages. */
  readonly place: () => Promise<BuildPlace>;
  /** Opened once, when the first build needs it. Throws `sandbox-unavailable`. */
  readonly sandbox: () => Promise<Sandbox>;
  /** Wheel tags of the interpreter on this machine, best first. */
  readonly tags: () => readonly string[];
}

export type WorkshopOptions = Omit<Workshop, "sandbox" | "tags" | "place">;

async function openPlace(options: WorkshopOptions): Promise<BuildPlace> {
  const { conda = [], interpreter } = options;
  if (conda.length === 0) return { interpreter, tools: { path: [], readable: [], env: {} } };
  const { openCondaBase } = await import("./conda-base.ts");
  return openCondaBase(conda, options);
}

/** Opens a workshop; touches nothing. */
export function openWorkshop(options: WorkshopOptions): Workshop {
  const { session, interpreter } = options;
  let tags: readonly string[] | undefined;
  let place: Promise<BuildPlace> | undefined;
  const opened = (): Promise<BuildPlace> => (place ??= openPlace(options));
  return {
    ...options,
    place: opened,
    sandbox: async () => sandboxFor(session, (await opened()).interpreter),
    tags: () => (tags ??= tagsOf(interpreter)),
  };
}

/** One sandbox for each Python serves a session's locking and installing. */
const SANDBOXES = new WeakMap<Session, Map<string, Promise<Sandbox>>>();

function sandboxFor(session: Session, interpreter: Interpreter): Promise<Sandbox> {
  let opened = SANDBOXES.get(session);
  if (opened === undefined) SANDBOXES.set(session, (opened = new Map<string, Promise<Sandbox>>()));
  let sandbox = opened.get(interpreter.path);
  if (sandbox === undefined) opened.set(interpreter.path, (sandbox = open(session, interpreter)));
  return sandbox;
}

function open(session: Session, interpreter: Interpreter): Promise<Sandbox> {
  const kind = sandboxKind(session);
  if (kind === "none") {
    session.report({
      kind: "note",
      level: "warning",
      code: "sandbox-off",
      message: "Builds run without a sandbox (--unsafe-no-sandbox): they can do what you can.",
    });
  }
  const { PATH } = session.env;
  return openSandbox({
    python: interpreter.path,
    tools: findHostTools(session.env),
    kept: join(session.home.cache, "builds", "sandbox.json"),
    report: session.report,
    ...(kind === undefined ? {} : { kind }),
    ...(PATH === undefined ? {} : { searchPath: PATH }),
  });
}

function tagsOf({ version }: Interpreter): readonly string[] {
  const platform = parsePlatform(thisPlatform().name);
  return supportedTags(platform, parsePythonVersion(version.split(".").slice(0, 2).join(".")));
}
