// What behaviour keeps of a run: when it happened, what the agent was, who asked, and one observation a dimension.
// Facts are small, JSON-safe and free of trace text, so an agent's recent history fits in memory and can be judged again from the start.
import type { RunStatus } from "../run/run.ts";

/** How long before an agent's newest run facts are kept: five weeks of baseline and a week of margin. */
export const factsKeptMs = 42 * 24 * 60 * 60_000;

export type DimensionKind = "proportion" | "count" | "duration" | "categorical";

/**
 * One dimension of one run.
 * - proportion: `value` in [0, 1] over `trials` trials (1 for outcomes of the run, the number of calls for a tool's error rate)
 * - count and duration: a number >= 0 (a tool's latency is the mean over its calls in the run)
 * - categorical: one category, or the set of categories that the run showed at least once (a run is the unit, never a call)
 */
export interface Observation {
  dimension: string;
  kind: DimensionKind;
  value: number | string | string[];
  trials?: number;
}

/** What the agent was when it ran, as names and hashes; each part is a possible cause. */
export interface Versions {
  agentVersion: string | null;
  /** Models of its llm steps and config, sorted. */
  models: string[];
  /** Hash of the prompt, else its declared version, else null; and the name people know it by. */
  prompt: string | null;
  promptName: string | null;
  /** Tool name → hash of its definition, for every tool that was available. */
  tools: Record<string, string>;
  /** `slug@version` */
  artifacts: string[];
  /** Hash of the call parameters (temperature and the like), null when none are known. */
  params: string | null;
  /** `name@version` of the tracing SDK or dialect. */
  instrumentation: string | null;
}

export interface RunFacts {
  id: string;
  /** Orders revisions of one run: a greater string is the newer one. */
  version: string;
  /** Event time: the start of the run, epoch milliseconds. */
  atMs: number;
  /** Inverse of the sender's sampling rate, >= 1. */
  weight: number;
  status: RunStatus;
  /** Hash of session (else user, else null): runs of one session are not independent. */
  session: string | null;
  /** Known before the agent acts; `intent` among them. */
  cohort: Record<string, string>;
  versions: Versions;
  /** Tools that the run called, sorted. */
  toolsUsed: string[];
  observations: readonly Observation[];
}
