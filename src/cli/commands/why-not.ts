import { EXIT } from "../../base/index.ts";
import { targetLabel } from "../../lock/index.ts";
import type { ChangedPin, WhyNot } from "../../project/index.ts";
import { ONLY_SET_OPTION } from "../global-options.ts";
import { lockPath } from "../lock-place.ts";
import { printable } from "../printable.ts";
import { valueOf, valuesOf } from "../requests.ts";
import type { Command } from "../types.ts";

/** `mach-nix why-not REQUIREMENT [PLACE]`. */
export const command: Command = {
  spec: {
    description: [
      "Says why a lock does not have a version: solves the lock's requirements once more together with REQUIREMENT, as of the lock's date, and tells the conflict with what would help, or what is preferred to it and what taking it would change. PLACE is a lock, or a directory with a mach-nix.lock; the current directory if left out.",
      "The exit code is 3 where the version cannot be had.",
    ],
    operands: [
      { name: "REQUIREMENT", required: true },
      { name: "PLACE", required: false },
    ],
    options: [
      {
        name: "target",
        value: "NAME",
        repeat: true,
        brief: "only on this one of the lock's targets (3.11-linux-x86_64)",
      },
      ONLY_SET_OPTION,
    ],
    examples: [
      { line: "mach-nix why-not numpy==1.26.4 ./env", says: "why is it another version?" },
      { line: "mach-nix why-not 'django>=5' --json", says: "for a program" },
    ],
  },
  run: async ({ given, cwd, session, json, print }) => {
    const { whyNot } = await import("../../project/index.ts");
    const [requirement = "", place] = given.operands;
    const set = valueOf(given, "set");
    const answers = await whyNot(await session(), {
      requirement,
      lock: lockPath(cwd, place),
      targets: valuesOf(given, "target"),
      ...(set === undefined ? {} : { set }),
    });
    print(
      json
        ? JSON.stringify({ requirement, answers })
        : answers.map((answer) => printable(textOf(requirement, answer))).join("\n\n"),
    );
    return answers.some(({ kind }) => kind === "conflict") ? EXIT.noResolution : EXIT.done;
  },
};

function textOf(requirement: string, answer: WhyNot): string {
  const target = targetLabel({ ...answer, name: answer.target });
  if (answer.kind === "locked") {
    return `${target} has it: the lock has ${answer.version}, which is ${requirement}.`;
  }
  if (answer.kind === "conflict") {
    return `${requirement} does not fit ${target}.\n${answer.explanation}`;
  }
  const { version, provider, reason, changes } = answer;
  const others = changes.map(changeText);
  return [
    `${requirement} would fit ${target}: ${version} (${provider}). It is not taken because ${reason}.`,
    ...(others.length === 0 ? [] : [`Taking it would change:`, ...others.map((t) => `  - ${t}`)]),
  ].join("\n");
}

function changeText({ name, from, to }: ChangedPin): string {
  return `${name} ${from ?? "(none)"} -> ${to ?? "(none)"}`;
}
