// When an agent's behaviour is judged again, as pure arithmetic. New facts are judged soon after they stop arriving; a live
// agent is judged again even when nothing arrives, because silence is behaviour too.

/** Facts come in bursts; a burst is judged once. */
const settleMs = 3_000;
/** A burst that never ends must not put judgement off for ever. */
const longestWaitMs = 30_000;
/** Buckets of the fast lane: judging twice within one of them would say the same. */
const bucketMs = 10 * 60_000;
/** How often a live agent that sends nothing is looked at. */
const silenceCheckMs = 60 * 60_000;
/** A newest run received within this time of its start means live traffic, not an import. */
const liveLagMs = 60 * 60_000;
/** After a week without a run its silence is known. */
const watchSilenceMs = 8 * 24 * 60 * 60_000;

export interface EvaluationState {
  /** First and last arrival of facts that were not judged yet; null when there are none. */
  dirtySinceMs: number | null;
  lastFactsMs: number | null;
  /** Event time of the newest run that has begun, and when it was received. */
  newestRunMs: number | null;
  newestReceivedMs: number | null;
  /** Event time of the oldest run that has yet to begin. */
  nextRunMs: number | null;
  /** Event time up to which the last evaluation judged, and when it did. */
  judgedUntilMs: number | null;
  judgedMs: number | null;
}

export function isLive(state: EvaluationState): boolean {
  return state.newestRunMs !== null && state.newestReceivedMs !== null && state.newestReceivedMs - state.newestRunMs < liveLagMs;
}

/** Event time up to which the agent can be judged: its newest run, or the clock while it is live. */
export function judgeUntilMs(state: EvaluationState, nowMs: number): number | null {
  if (state.newestRunMs === null) return null;
  return isLive(state) ? Math.max(state.newestRunMs, nowMs) : state.newestRunMs;
}

/** When to judge next; null when there is nothing to wait for. */
export function nextEvaluationMs(state: EvaluationState): number | null {
  const judgedBucket = state.judgedUntilMs === null ? null : Math.floor(state.judgedUntilMs / bucketMs);
  const newestBucket = state.newestRunMs === null ? null : Math.floor(state.newestRunMs / bucketMs);
  // Nothing has begun: there is nothing to judge, unless what was judged before has gone since.
  if (state.newestRunMs === null && (state.dirtySinceMs === null || state.judgedUntilMs === null)) return state.nextRunMs;
  if (state.dirtySinceMs !== null && state.lastFactsMs !== null) {
    const soonMs = Math.min(state.lastFactsMs + settleMs, state.dirtySinceMs + longestWaitMs);
    const isNews = judgedBucket === null || newestBucket === null || newestBucket !== judgedBucket;
    return isNews ? soonMs : Math.max(soonMs, (judgedBucket + 1) * bucketMs);
  }
  if (!isLive(state) || state.newestRunMs === null || state.judgedMs === null) return null;
  const nextMs = state.judgedMs + silenceCheckMs;
  return nextMs > state.newestRunMs + watchSilenceMs ? null : nextMs;
}
