// Cases of a replay over a suite, with those that are sealed as nobody may see them: their result counts, and neither their run nor anything
// that the candidate said or did is shown.
import type { ReplayCase } from "./replay.ts";

/** @param sealed case ids, by the name under which they were replayed */
export function withoutSealed(results: readonly ReplayCase[], sealed: ReadonlyMap<string, string>): ReplayCase[] {
  return results.map((one) => {
    const caseId = sealed.get(one.run_id);
    if (caseId === undefined) return one;
    return {
      ...one,
      run_id: caseId,
      reason: null,
      output: null,
      missing_calls: [],
      unexpected_calls: [],
      unused_calls: null,
      tool_calls: null,
    };
  });
}
