// One dimension over all runs, as flat arrays: which runs show it and with what value. A month of an agent is judged again and again,
// so the facts are turned into columns once.
import type { DimensionKind } from "./facts.ts";
import type { Timeline } from "./timeline.ts";
import { watchedDimensions } from "./watched.ts";

export interface Column {
  dimension: string;
  kind: DimensionKind;
  /** Index of the run of each observation, ascending. */
  runs: Int32Array;
  /** Rate (proportion) or amount (count, duration); unused for categories. */
  values: Float64Array;
  /** Trials of a proportion. */
  trials: Float64Array;
  /** Names of categories by code, and the codes of observation i in codes[codeStart[i] … codeStart[i + 1]). */
  categories: string[];
  codes: Int32Array;
  codeStart: Int32Array;
}

/** Columns of the watched dimensions (watched.ts) by first appearance. A dimension keeps the kind it was first seen with; observations of another kind are left out. */
export function columnsOf(timeline: Timeline): Column[] {
  const watched = watchedDimensions(timeline.runs);
  const drafts = new Map<string, Draft>();
  timeline.runs.forEach((run, index) => {
    for (const { dimension, kind, value, trials } of run.observations) {
      let draft = drafts.get(dimension);
      if (draft === undefined && !watched.has(dimension)) continue;
      if (draft === undefined) drafts.set(dimension, (draft = newDraft(dimension, kind)));
      if (draft.kind !== kind || draft.runs[draft.runs.length - 1] === index) continue;
      if (kind === "categorical") {
        if (typeof value === "number") continue;
        for (const name of typeof value === "string" ? [value] : value) draft.codes.push(codeOf(draft, name));
        draft.codeStart.push(draft.codes.length);
      } else {
        if (typeof value !== "number" || !Number.isFinite(value)) continue;
        draft.values.push(value);
        draft.trials.push(trials ?? 1);
      }
      draft.runs.push(index);
    }
  });
  return [...drafts.values()].map((draft) => ({
    dimension: draft.dimension,
    kind: draft.kind,
    runs: Int32Array.from(draft.runs),
    values: Float64Array.from(draft.values),
    trials: Float64Array.from(draft.trials),
    categories: [...draft.names.keys()],
    codes: Int32Array.from(draft.codes),
    codeStart: Int32Array.from(draft.codeStart),
  }));
}

interface Draft {
  dimension: string;
  kind: DimensionKind;
  runs: number[];
  values: number[];
  trials: number[];
  names: Map<string, number>;
  codes: number[];
  codeStart: number[];
}

function newDraft(dimension: string, kind: DimensionKind): Draft {
  return { dimension, kind, runs: [], values: [], trials: [], names: new Map(), codes: [], codeStart: [0] };
}

function codeOf(draft: Draft, name: string): number {
  const known = draft.names.get(name);
  if (known !== undefined) return known;
  draft.names.set(name, draft.names.size);
  return draft.names.size - 1;
}
