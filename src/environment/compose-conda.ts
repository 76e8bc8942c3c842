import { silent } from "../base/index.ts";
import { activationScripts } from "./activation-text.ts";
import { type CondaActivation, condaActivation } from "./conda-activation.ts";
import { condaMeta } from "./conda-meta.ts";
import { condaOrder } from "./conda-order.ts";
import { composeConda, type CondaMember, readCondaMember } from "./conda-tree.ts";
import { environmentError } from "./errors.ts";
import type { LinkedPackage } from "./layout.ts";
import { chosenForScripts, isRun, linkedPackage, type LinkScripts } from "./link-scripts.ts";
import { type Composition, type Folder, OURS } from "./tree.ts";
import type { Collision, EnvironmentInput } from "./types.ts";

/** What comes of putting conda packages into a tree. */
export interface ComposedConda {
  /** The files that several of them have. */
  readonly clobbered: readonly Collision[];
  /** Those whose scripts are to be run, in the order of linking. */
  readonly linked: readonly LinkedPackage[];
}

/**
 * Puts an environment's conda packages into its tree, with `conda-meta` and an activation that does what
 * they ask for. Scripts that conda would run and that are not asked for, and menu entries, are noted,
 * and nothing is done about them. Throws `environment-object`,
 * `conda-prefix-too-long` and `conda-prefix-unsuitable`.
 */
export function composeCondaObjects(
  input: EnvironmentInput,
  { root, composition }: { readonly root: Folder; readonly composition: Composition },
): ComposedConda {
  const { directory, interpreter, condaObjects = [], conda: details = {} } = input;
  refuseUnsuitable(directory);
  const { sitePackages } = interpreter;
  const members = inOrder([...new Set(condaObjects)].map(readCondaMember));
  const clobbered: Collision[] = [];
  const among = { ...composition, collisions: clobbered };
  composeConda(members, { root, composition: among, directory, sitePackages });
  root.children.set("conda-meta", condaMeta(members, { details, sitePackages }));
  const activation = condaActivation(root, composition, details.variables);
  noteIgnored(activation, input);
  const bin = root.children.get("bin") as Folder;
  for (const [name, text] of activationScripts(directory, activation))
    bin.children.set(name, { kind: "text", owner: OURS, text, executable: false });
  const linked = linkedOf(members, details.linkScripts);
  noteWhatIsLeftOut(members, { input, linked });
  noteWithoutScripts(linked, input);
  return { clobbered, linked: linked.map(linkedPackage) };
}

function linkedOf(
  members: readonly CondaMember[],
  scripts: LinkScripts | undefined,
): CondaMember[] {
  return scripts === undefined ? [] : chosenForScripts(members, scripts);
}

/** Says which of the packages whose scripts are asked for have none that are run. */
function noteWithoutScripts(linked: readonly CondaMember[], input: EnvironmentInput): void {
  const of = input.conda?.linkScripts?.of ?? [];
  if (of === "all") return;
  const names = new Set(linked.map(({ conda }) => conda.name));
  const others = of.filter((name) => !names.has(name));
  if (others.length === 0) return;
  const message = `scripts of linking are asked for, and these packages have none here: ${others.join(", ")}`;
  (input.report ?? silent)({ kind: "note", level: "warning", code: "conda-no-scripts", message });
}

function refuseUnsuitable(directory: string): void {
  // eslint-disable-next-line no-control-regex
  const found = /["'\\:`$\u0000-\u001f\u007f]/.exec(directory)?.[0];
  if (found === undefined) return;
  throw environmentError(
    "conda-prefix-unsuitable",
    `${directory} has ${JSON.stringify(found)} in its path, which would break files of conda packages`,
    {
      hint: "Make the environment in a directory with a plainer path.",
      place: { file: directory },
    },
  );
}

function inOrder(members: readonly CondaMember[]): CondaMember[] {
  const byName = new Map(members.map((member) => [member.conda, member]));
  return condaOrder(members.map(({ conda }) => conda)).map(
    (conda) => byName.get(conda) as CondaMember,
  );
}

function noteIgnored({ ignored }: CondaActivation, { report = silent }: EnvironmentInput): void {
  if (ignored.length === 0) return;
  const names = ignored.map((name) => JSON.stringify(name)).join(", ");
  const message = `activation cannot set these variables, and leaves them alone: ${names}`;
  report({ kind: "note", level: "warning", code: "conda-variables", message });
}

function noteWhatIsLeftOut(
  members: readonly CondaMember[],
  { input, linked }: { readonly input: EnvironmentInput; readonly linked: readonly CondaMember[] },
): void {
  const report = input.report ?? silent;
  const unrun = (member: CondaMember): readonly string[] =>
    member.conda.linkScripts.filter((path) => !linked.includes(member) || !isRun(path));
  const scripts = members.filter((member) => unrun(member).length > 0);
  if (scripts.length > 0) {
    const message = `scripts that conda would run when it links these packages were not run: ${named(scripts)} (--link-scripts=NAME runs them, shut in)`;
    const facts = { scripts: scripts.flatMap(unrun) };
    report({ kind: "note", level: "warning", code: "conda-link-scripts", message, facts });
  }
  const menus = members.filter(({ conda }) => conda.menus.length > 0);
  if (menus.length > 0) {
    const message = `no menu entries were made for these packages: ${named(menus)}`;
    report({ kind: "note", level: "info", code: "conda-menus", message });
  }
}

function named(members: readonly CondaMember[]): string {
  return members.map(({ conda }) => conda.name).join(", ");
}
