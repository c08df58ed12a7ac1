// A live run and the candidate's run beside it, on the same input: do they answer alike, by the same tools, at what cost? Text is compared and
// then forgotten; what is kept are numbers. It does not say which answer is right: ground truth does, when it comes.
import { outputShape } from "../run/output-shape.ts";
import { canonicalJson } from "../run/fingerprint.ts";
import type { Run } from "../run/run.ts";

/** Calls of a run that are compared: longer ones loop. */
const mostCalls = 200;

/** Names under which the parts of a pair are kept, beside the metrics of its two runs. */
export const pairMetrics = {
  seen: "shadow.seen",
  sameOutput: "shadow.same_output",
  sameShape: "shadow.same_shape",
  toolDistance: "shadow.tool_distance",
} as const;

export interface PairCompared {
  sameOutput: boolean;
  sameShape: boolean;
  /** 0 for the same calls in the same order, 1 for none in common. */
  toolDistance: number;
}

export function compareRuns(live: Run, candidate: Run): PairCompared {
  return {
    sameOutput: normalised(live.output) === normalised(candidate.output),
    sameShape: outputShape(live.output) === outputShape(candidate.output),
    toolDistance: editShare(callsOf(live), callsOf(candidate)),
  };
}

/** Spacing and the order of keys do not matter. */
function normalised(output: unknown): string {
  if (typeof output !== "string") return canonicalJson(output ?? null);
  const text = output.normalize("NFC").trim().replaceAll(/\s+/g, " ");
  const json = /^[[{]/.test(text) ? parsed(text) : undefined;
  return json === undefined ? JSON.stringify(text) : canonicalJson(json);
}

/** A model that writes JSON as text says the same as one that sends it. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function callsOf(run: Run): string[] {
  return run.steps
    .filter(({ type }) => type === "tool")
    .slice(0, mostCalls)
    .map(({ name }) => name);
}

/** Levenshtein's distance over the longer length; 0 for two empty sequences. */
function editShare(a: readonly string[], b: readonly string[]): number {
  const longer = Math.max(a.length, b.length);
  if (longer === 0) return 0;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (const [i, from] of a.entries()) {
    const next = [i + 1];
    for (const [j, to] of b.entries())
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (from === to ? 0 : 1)));
    row = next;
  }
  return (row[b.length] ?? 0) / longer;
}
