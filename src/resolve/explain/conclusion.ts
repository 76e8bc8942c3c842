import { complement, type Derivation, isPositive, ROOT, type Term } from "../../pubgrub/index.ts";
import type { Conflict, ConflictCause, ConflictPackage } from "../types.ts";
import { listText, nameText, rangesText, subjectText } from "./version-text.ts";

/** What a derived incompatibility says, as a sentence without a stop. */
export function conclusionText(node: Derivation<ConflictCause>, conflict: Conflict): string {
  const terms = node.terms.filter((term) => term.package !== ROOT);
  const wanted = terms.filter(({ set }) => isPositive(set));
  const missing = terms.filter(({ set }) => !isPositive(set));
  if (terms.length === 0) return "the requirements cannot all be met";
  if (missing.length === 0) return exclusionText(wanted, conflict);
  const need = listText(
    missing.map((term) => needText(term, conflict)),
    "or",
  );
  if (wanted.length === 0) return `${need} is required`;
  const { text, plural } = joined(wanted, conflict);
  return `${text} ${plural ? "need" : "needs"} ${need}`;
}

function exclusionText(wanted: readonly Term[], conflict: Conflict): string {
  const { text } = joined(wanted, conflict);
  return wanted.length === 1 ? `${text} cannot be used` : `${text} cannot be used together`;
}

function joined(
  terms: readonly Term[],
  conflict: Conflict,
): { readonly text: string; readonly plural: boolean } {
  const subjects = terms
    .filter((term) => !isImplied(term, terms, conflict))
    .map((term) => {
      const extra = terms
        .map((other) => packageOf(other, conflict))
        .find(
          (other) => other.extra !== undefined && other.name === packageOf(term, conflict).name,
        );
      const own = packageOf(term, conflict);
      return own.extra === undefined
        ? subjectText(own, term.set, extra?.extra)
        : { text: nameText(own), plural: false };
    });
  const plural = subjects.length > 1 || subjects.some((subject) => subject.plural);
  return { text: listText(subjects.map(({ text }) => text)), plural };
}

/** An extra is told with its project where both are there. */
function isImplied(term: Term, terms: readonly Term[], conflict: Conflict): boolean {
  const { name, extra } = packageOf(term, conflict);
  return (
    extra !== undefined &&
    terms.some((other) => {
      const { name: otherName, extra: otherExtra } = packageOf(other, conflict);
      return otherName === name && otherExtra === undefined;
    })
  );
}

function packageOf(term: Term, conflict: Conflict): ConflictPackage {
  return conflict.packages[term.package] as ConflictPackage;
}

function needText(term: Term, conflict: Conflict): string {
  const package_ = packageOf(term, conflict);
  if (package_.extra !== undefined) return nameText(package_);
  const ranges = rangesText(package_, complement(term.set));
  const name = nameText(package_);
  return ranges === "" ? `some ${name}` : `${name} ${ranges}`;
}
