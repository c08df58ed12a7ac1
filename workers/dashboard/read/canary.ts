// What canaries and shadows say beside their verdict, as the public API writes it, read field by field.
import { isRecord, list, number, record, text, texts, timeMs } from "../json.ts";

export interface LookView {
  atMs: number | null;
  fraction: number | null;
  baselineN: number | null;
  candidateN: number | null;
  difference: number | null;
  score: number | null;
  bound: number | null;
  hasCrossed: boolean;
  p: number | null;
  strata: string | null;
}

export interface IntervalView {
  value: number | null;
  low: number | null;
  high: number | null;
}

export interface CanaryView {
  /** Of units that get the candidate now. */
  share: number | null;
  ramp: { share: number | null; atMs: number | null }[];
  looks: LookView[];
  planned: { looks: number | null; n: number | null } | null;
  /** Share of the planned information that is there. */
  information: number | null;
  units: {
    baseline: number | null;
    candidate: number | null;
    doubleExposed: number | null;
    crossovers: number | null;
    movedByRamp: number | null;
    withoutOutcome: number | null;
  };
  strata: string | null;
  adjusted: (IntervalView & { direction: string; p: number | null }) | null;
  harmful: string[];
  isHarmless: boolean;
  isOver: boolean;
  holdback: { share: number | null; metrics: HeldView[] } | null;
}

export interface HeldView {
  name: string;
  held: number | null;
  heldN: number | null;
  promoted: number | null;
  n: number | null;
  difference: IntervalView;
}

export interface ShadowView {
  pairs: number | null;
  waiting: number | null;
  judged: number | null;
  halfJudged: number | null;
  sameOutput: IntervalView;
  sameShape: IntervalView;
  toolDistance: number | null;
  costRatio: number | null;
  latencyRatio: number | null;
  isOver: boolean;
}

export function readCanary(value: unknown): CanaryView | null {
  if (!isRecord(value)) return null;
  const units = record(value["units"]);
  const planned = value["planned"];
  return {
    share: number(value["share"]),
    ramp: list(value["ramp"]).map((each) => ({ share: number(record(each)["share"]), atMs: timeMs(record(each)["at"]) })),
    looks: list(value["looks"]).filter(isRecord).map(readLook),
    planned: isRecord(planned) ? { looks: number(planned["looks"]), n: number(planned["n"]) } : null,
    information: number(value["information"]),
    units: {
      baseline: number(units["baseline"]),
      candidate: number(units["candidate"]),
      doubleExposed: number(units["double_exposed"]),
      crossovers: number(units["crossovers"]),
      movedByRamp: number(units["moved_by_ramp"]),
      withoutOutcome: number(units["without_outcome"]),
    },
    strata: text(value["strata"]),
    adjusted: readAdjusted(value["adjusted"]),
    harmful: texts(value["harmful"]),
    isHarmless: value["harmless"] === true,
    isOver: value["is_over"] === true,
    holdback: readHoldback(value["holdback"]),
  };
}

export function readShadow(value: unknown): ShadowView | null {
  if (!isRecord(value)) return null;
  return {
    pairs: number(value["pairs"]),
    waiting: number(value["waiting"]),
    judged: number(value["judged"]),
    halfJudged: number(value["half_judged"]),
    sameOutput: readInterval(value["same_output"]),
    sameShape: readInterval(value["same_shape"]),
    toolDistance: number(value["tool_distance"]),
    costRatio: number(value["cost_ratio"]),
    latencyRatio: number(value["latency_ratio"]),
    isOver: value["is_over"] === true,
  };
}

const readLook = (from: Record<string, unknown>): LookView => ({
  atMs: timeMs(from["at"]),
  fraction: number(from["fraction"]),
  baselineN: number(from["baseline_n"]),
  candidateN: number(from["candidate_n"]),
  difference: number(from["difference"]),
  score: number(from["score"]),
  bound: number(from["bound"]),
  hasCrossed: from["crossed"] === true,
  p: number(from["p"]),
  strata: text(from["strata"]),
});

function readAdjusted(value: unknown): CanaryView["adjusted"] {
  if (!isRecord(value)) return null;
  return {
    direction: text(value["direction"]) ?? "none",
    value: number(value["odds_ratio"]),
    low: number(value["low"]),
    high: number(value["high"]),
    p: number(value["p_or_e"]),
  };
}

function readHoldback(value: unknown): CanaryView["holdback"] {
  if (!isRecord(value)) return null;
  const metrics = list(value["metrics"]).flatMap((each): HeldView[] => {
    const from = record(each);
    const name = text(from["name"]);
    if (name === null) return [];
    const difference = { value: number(from["difference"]), low: number(from["low"]), high: number(from["high"]) };
    return [
      {
        name,
        held: number(from["held"]),
        heldN: number(from["held_n"]),
        promoted: number(from["promoted"]),
        n: number(from["n"]),
        difference,
      },
    ];
  });
  return { share: number(value["share"]), metrics };
}

export const readInterval = (value: unknown): IntervalView => {
  const from = record(value);
  return { value: number(from["value"]), low: number(from["low"]), high: number(from["high"]) };
};
