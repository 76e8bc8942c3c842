import type { Conflict } from "../types.ts";
import { adviceFor } from "./advice.ts";
import { conclusionText } from "./conclusion.ts";
import { premiseTexts } from "./premise.ts";
import { type Step, stepsOf } from "./steps.ts";

/** Steps told of a long argument: its end. */
const MAX_STEPS = 12;

/**
 * Why there is no resolution, in lines of text: what each step rests on, the last one being that
 * the requirements cannot all be met, and what could be changed.
 */
export function explainConflict(conflict: Conflict): string {
  let text = known.get(conflict);
  if (text === undefined) known.set(conflict, (text = writeExplanation(conflict)));
  return text;
}

/** It is written while the index is open, and told when it is closed. */
const known = new WeakMap<Conflict, string>();

function writeExplanation(conflict: Conflict): string {
  const steps = stepsOf(conflict.tree);
  const told = steps.slice(-MAX_STEPS);
  const lines = told.flatMap((step, i) =>
    stepLines(step, { conflict, isLast: i === told.length - 1 }),
  );
  const left = steps.length - told.length;
  if (left > 0) lines.unshift(`(${left} earlier steps of the argument are left out)`);
  lines.push(...helpLines(conflict));
  return lines.join("\n");
}

/** What has been tried and helps; where nothing was tried, what may help. */
function helpLines(conflict: Conflict): readonly string[] {
  const { remedies } = conflict;
  if (remedies !== undefined && remedies.length > 0) {
    const told = remedies.map(({ texts }) => `  - ${texts.join("; and ")}`);
    return ["What would help (each was tried):", ...told];
  }
  const advice = adviceFor(conflict);
  if (advice.length === 0) return [];
  const head = remedies === undefined ? "What would help:" : "What may be part of a way out:";
  return [head, ...advice.map((text) => `  - ${text}`)];
}

function stepLines(
  step: Step,
  { conflict, isLast }: { conflict: Conflict; isLast: boolean },
): readonly string[] {
  const head = isLast
    ? "These cannot all be met:"
    : `${capital(conclusionText(step.node, conflict))}, because:`;
  const premises = premiseTexts(step.premises, conflict);
  const earlier = step.earlier.map((node) => `${conclusionText(node, conflict)} (see above)`);
  return [head, ...[...premises, ...earlier].map((text) => `  - ${text}`)];
}

function capital(text: string): string {
  return text.startsWith("every") ? `E${text.slice(1)}` : text;
}
