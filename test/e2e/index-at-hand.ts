// Whether the package index that pip would use answers: tests that install real packages need it.
import { newUser } from "./program.ts";

let answer: boolean | undefined;

/** Asks once a process; says so where it does not answer. */
export function indexAtHand(): boolean {
  if (answer === undefined) {
    const { status, stderr } = newUser("probe").run(["lock", "-p", "six", "-o", "six.lock"]);
    answer = status === 0;
    if (!answer)
      console.warn(`no package index at hand, tests with real packages are skipped: ${stderr}`);
  }
  return answer;
}
