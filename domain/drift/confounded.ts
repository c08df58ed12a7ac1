// Two changes that reached the same runs cannot be told apart by any data: they are one candidate, shown as a set. The rule is
// narrow on purpose, since a mere 97 % overlap would excuse a fault with an innocent edit hours away (statistics.md 3.1).
import type { Exposed } from "./weigh.ts";

/** Runs that may disagree by chance of recording, whatever the evidence says. */
const fewRuns = 2;
/** Beyond those: a share of the window, and only while the evidence hardly differs. */
const smallShare = 0.03;
const closeEvidence = 2;

/** Whether two exposures, with their log evidence, are one candidate. */
export function areConfounded(a: Exposed, evidenceA: number, b: Exposed, evidenceB: number): boolean {
  let apart = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) apart++;
  return apart <= fewRuns || (apart < smallShare * a.length && Math.abs(evidenceA - evidenceB) < closeEvidence);
}
