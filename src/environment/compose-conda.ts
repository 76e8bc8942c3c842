import { silent } from "../base/index.ts";
import { activationScripts } from "./activation-text.ts";
import { condaActivation } from "./conda-activation.ts";
import { condaMeta } from "./conda-meta.ts";
import { condaOrder } from "./conda-order.ts";
import { composeConda, type CondaMember, readCondaMember } from "./conda-tree.ts";
import { environmentError } from "./errors.ts";
import { type Composition, type Folder, OURS } from "./tree.ts";
import type { Collision, EnvironmentInput } from "./types.ts";

/** Whether an environment has anything of conda's. */
export function hasConda({ condaObjects = [] }: EnvironmentInput): boolean {
  return condaObjects.length > 0;
}

/**
 * Puts an environment's conda packages into its tree, with `conda-meta` and an activation that does what
 * they ask for. Gives the files that several of them have. Scripts that conda would run and menu entries
 * are noted, and nothing is done about them. Throws `environment-object`,
 * `conda-prefix-too-long` and `conda-prefix-unsuitable`.
 */
export function composeCondaObjects(
  input: EnvironmentInput,
  { root, composition }: { readonly root: Folder; readonly composition: Composition },
): Collision[] {
  const { directory, interpreter, condaObjects = [], conda: details = {} } = input;
  refuseUnsuitable(directory);
  const { sitePackages } = interpreter;
  const members = inOrder([...new Set(condaObjects)].map(readCondaMember));
  const clobbered: Collision[] = [];
  const among = { ...composition, collisions: clobbered };
  composeConda(members, { root, composition: among, directory, sitePackages });
  root.children.set("conda-meta", condaMeta(members, { details, sitePackages }));
  const activation = condaActivation(root, composition, details.variables);
  const bin = root.children.get("bin") as Folder;
  for (const [name, text] of activationScripts(directory, activation))
    bin.children.set(name, { kind: "text", owner: OURS, text, executable: false });
  noteWhatIsLeftOut(members, input);
  return clobbered;
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

function noteWhatIsLeftOut(members: readonly CondaMember[], input: EnvironmentInput): void {
  const report = input.report ?? silent;
  const scripts = members.filter(({ conda }) => conda.linkScripts.length > 0);
  if (scripts.length > 0) {
    const message = `scripts that conda would run when it links these packages were not run: ${named(scripts)}`;
    const facts = { scripts: scripts.flatMap(({ conda }) => conda.linkScripts) };
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
