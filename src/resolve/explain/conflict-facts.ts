import type { Json } from "../../base/index.ts";
import type { Remedy } from "../remedies/types.ts";
import type { Conflict } from "../types.ts";
import { adviceFor } from "./advice.ts";
import { conclusionText } from "./conclusion.ts";
import { type Premise, premiseText, premiseVersions } from "./premise.ts";
import { stepsOf } from "./steps.ts";

/** A conflict for machines: its steps with their premises, in the order of the argument, and advice. */
export function conflictFacts(conflict: Conflict): Json {
  let facts = known.get(conflict);
  if (facts === undefined) known.set(conflict, (facts = findFacts(conflict)));
  return facts;
}

/** They are told while the index is open, and again where the conflict is an error. */
const known = new WeakMap<Conflict, Json>();

function findFacts(conflict: Conflict): Json {
  const steps = stepsOf(conflict.tree).map((step) => ({
    conclusion: conclusionText(step.node, conflict),
    premises: step.premises.map((premise) => premiseFacts(premise, conflict)),
    earlier: step.earlier.map((node) => conclusionText(node, conflict)),
  }));
  const skipped = conflict.skipped.map(({ name, version, reason }) => ({ name, version, reason }));
  return {
    python: conflict.target.python.text,
    platform: conflict.target.platform.name,
    date: new Date(conflict.date).toISOString(),
    steps,
    skipped,
    advice: adviceFor(conflict),
    ...(conflict.remedies === undefined ? {} : { remedies: conflict.remedies.map(remedyFacts) }),
  };
}

function remedyFacts({ kinds, texts, pins }: Remedy): Json {
  return { kinds: [...kinds], texts: [...texts], pins };
}

function premiseFacts(premise: Premise, conflict: Conflict): Json {
  const { cause, terms } = premise;
  const text = premiseText(premise, conflict);
  if (cause.kind === "input" || cause.kind === "constraint") {
    const { place, name } = cause.requirement;
    return {
      kind: cause.kind,
      text,
      name,
      requirement: cause.requirement.text,
      ...(place?.file === undefined ? {} : { file: place.file }),
      ...(place?.line === undefined ? {} : { line: place.line }),
    };
  }
  const name = conflict.packages[terms[0]?.package ?? 0]?.name ?? "";
  const about = { text, name, versions: premiseVersions(premise, conflict) };
  if (cause.kind === "requires") {
    return { kind: cause.kind, ...about, needs: cause.name, specifiers: cause.specifiers.text };
  }
  return { kind: cause.kind === "refused" ? cause.reason.kind : cause.kind, ...about };
}
