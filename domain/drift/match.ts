// The same drift found again: late runs and longer histories move an alarm's time or onset a little, and its id with it. A fresh
// drift that is an earlier one keeps that one's id, and what people said about it.
import type { Analysis, FreshDrift } from "./analysis.ts";
import type { Drift } from "./drift.ts";

const dayMs = 24 * 3_600_000;
/** Onsets this far apart may still be one estimate made twice, when their credible sets do not meet. */
const sameOnsetMs = dayMs;
/** Alarms of one drift may move this far: a day bucket's length and the time a weak drift needs. */
const sameAlarmMs = 2 * dayMs;
/** How much history a drift's baseline may need: below four weeks its seasons, and so its alarms, move with where history begins. */
const baselineMs = 28 * dayMs;

export interface Reconciled extends Analysis {
  drifts: Drift[];
  /** Ids of earlier drifts, inside the time that facts still cover, that the corrected facts no longer show. */
  withdrawn: string[];
}

/** What facts still cover: a drift detected before `fromMs` cannot be judged again; one before `knownUntilMs` was told when it could be. */
export interface Memory {
  fromMs: number;
  knownUntilMs: number;
}

export const wholeMemory: Memory = { fromMs: -Infinity, knownUntilMs: -Infinity };

/**
 * Once facts were forgotten for their age, a drift of the first weeks that remain is not found again because its baseline is gone, and what
 * is found there beyond the known ones (a recovery that looks like a drift, say) was judged better while the baseline was there.
 * @param earlier the last evaluation, null before the first
 */
export function memoryOf(oldestFactMs: number, hasForgotten: boolean, earlier: { sinceMs: number; untilMs: number } | null): Memory {
  if (!hasForgotten) return { fromMs: oldestFactMs, knownUntilMs: -Infinity };
  const sawMore = earlier !== null && earlier.sinceMs <= oldestFactMs;
  return { fromMs: oldestFactMs + baselineMs, knownUntilMs: sawMore ? earlier.untilMs : -Infinity };
}

/** `fresh` with earlier ids and people's verdicts kept; what is out of memory is neither withdrawn nor told anew. */
export function reconcile(previous: readonly Drift[], fresh: Analysis, memory = wholeMemory): Reconciled {
  const kept = pairs(previous, fresh.drifts);
  const ids = new Map([...kept].map(([id, earlier]) => [id, earlier.id]));
  const newFromMs = Math.min(memory.fromMs, memory.knownUntilMs);
  const told = fresh.drifts.filter((drift) => kept.has(drift.id) || at(drift.detected_at) >= newFromMs);
  const drifts = told.map((drift): Drift => {
    const earlier = kept.get(drift.id);
    return earlier === undefined
      ? { ...drift, incident_id: null }
      : { ...drift, id: earlier.id, incident_id: earlier.incident_id, status: statusOf(earlier, drift) };
  });
  const found = new Set(ids.values());
  const withdrawn = previous
    .filter((drift) => !found.has(drift.id) && !isJudged(drift) && at(drift.detected_at) >= memory.fromMs)
    .map(({ id }) => id);
  const isTold = new Set(told.map(({ id }) => id));
  const groups = fresh.groups
    .map((group) => ({ ...group, driftIds: group.driftIds.filter((id) => isTold.has(id)).map((id) => ids.get(id) ?? id) }))
    .filter(({ driftIds }) => driftIds.length > 0);
  return { ...fresh, drifts, groups, withdrawn };
}

/** For each fresh id the earlier drift it is; each earlier drift is found at most once, the nearest alarm first. */
function pairs(previous: readonly Drift[], fresh: readonly FreshDrift[]): Map<string, Drift> {
  const candidates = fresh
    .flatMap((drift) =>
      previous
        .filter((earlier) => isSame(earlier, drift))
        .map((earlier) => ({ drift, earlier, apart: Math.abs(at(earlier.detected_at) - at(drift.detected_at)) })),
    )
    .sort((a, b) => a.apart - b.apart || (a.earlier.id < b.earlier.id ? -1 : 1));
  const found = new Map<string, Drift>();
  const taken = new Set<string>();
  for (const { drift, earlier } of candidates) {
    if (found.has(drift.id) || taken.has(earlier.id)) continue;
    found.set(drift.id, earlier);
    taken.add(earlier.id);
  }
  return found;
}

function isSame(earlier: Drift, drift: FreshDrift): boolean {
  if (earlier.dimension !== drift.dimension) return false;
  if (earlier.id === drift.id) return true;
  const setsMeet = at(earlier.onset_from) <= at(drift.onset_to) && at(drift.onset_from) <= at(earlier.onset_to);
  const near = Math.abs(at(earlier.onset_at) - at(drift.onset_at)) <= sameOnsetMs;
  return (setsMeet || near) && (Math.abs(at(earlier.detected_at) - at(drift.detected_at)) <= sameAlarmMs || setsMeet);
}

/** What a person said stands; what the traffic says is as fresh as the facts. */
function statusOf(earlier: Drift, drift: FreshDrift): Drift["status"] {
  return isJudged(earlier) ? earlier.status : drift.status;
}

function isJudged({ status }: Drift): boolean {
  return status === "accepted" || status === "dismissed";
}

function at(time: string): number {
  return Date.parse(time);
}
