// Is the true cause the most probable one? Cut-overs, canaries, shifts of who asks, causes that nothing records, with innocent releases
// around and beside them: `node bench/quality/simulate-attribution.ts`. And do the shares' intervals hold the truth, and confidences?
import type { Row } from "../rows.ts";
import { type Named, reliabilityRows } from "./reliability.ts";
import { judgeChange, type JudgedChange, nameOf, type Truth } from "./simulate-changes.ts";
import { shareRow } from "./simulate-row.ts";
import { runSimulation, type Simulation } from "./simulate-run.ts";

/** Bars at 20 runs an hour and .9 → .8; anchors there, and at .9 → .85. `frequency`: how often the prior expects such a case. */
const kinds: { truth: Truth; least: number | null; anchor: number | null; weaker: number | null; frequency: number }[] = [
  { truth: "cut-over", least: 0.93, anchor: 0.95, weaker: 0.777, frequency: 0.35 },
  { truth: "canary", least: 0.95, anchor: 0.967, weaker: 0.707, frequency: 0.25 },
  { truth: "mix", least: 0.85, anchor: 0.87, weaker: 0.907, frequency: 0.2 },
  { truth: "exogenous", least: 0.8, anchor: 0.85, weaker: 0.55, frequency: 0.1 },
  { truth: "decoy", least: null, anchor: 0.727, weaker: 0.307, frequency: 0.1 },
];
const leastSets = 0.95;
/** A 95 % interval of a clamped share, resampled 200 times: a little less is chance. */
const leastCoverage = 0.9;

export const attribution: Simulation = {
  title: "Attribution",
  repetitions: { few: 100, full: 400 },
  rows: (repetitions, seed, onStep) => {
    const cases = (truth: Truth, dropTo: number): JudgedChange[] =>
      Array.from({ length: repetitions }, (_, i) => {
        onStep();
        return judgeChange({ truth, perHour: 20, dropTo, seed: `${seed}/${i}` });
      });
    const full = kinds.map((kind) => ({ ...kind, judged: cases(kind.truth, 0.8) }));
    const sets = cases("simultaneous", 0.8).filter((one) => one.attribution.verdict === "confounded");
    return [
      ...full.map(({ truth, judged, least, anchor }) => topRow(truth, "→ .8", judged, least, anchor)),
      shareRow("simultaneous releases told as a set, .9 → .8", sets.length, repetitions, { least: leastSets }),
      ...kinds.map(({ truth, weaker }) => topRow(truth, "→ .85", cases(truth, 0.85), null, weaker)),
      ...full
        .filter(({ truth }) => truth === "cut-over" || truth === "canary" || truth === "mix")
        .map(({ truth, judged }) => coverageRow(truth, judged)),
      ...reliabilityRows(
        "simulated, as often as the prior expects",
        full.flatMap(({ judged, frequency }) => judged.flatMap((one) => namedIn(one, frequency))),
      ),
    ];
  },
};

function topRow(truth: Truth, to: string, judged: readonly JudgedChange[], least: number | null, anchor: number | null): Row {
  const right = judged.filter(isTopRight).length;
  return shareRow(
    `${truth}, .9 ${to}: most probable is the true cause`,
    right,
    judged.length,
    least === null ? null : { least },
    anchor === null ? null : `anchor ${anchor}`,
  );
}

/** The most probable of all rivals: a recorded change, who asks, or the unknown. */
function isTopRight({ truth, event, mix, unknown, culprits }: JudgedChange): boolean {
  const posterior = event?.posterior ?? 0;
  if (truth === "mix") return mix >= Math.max(posterior, unknown);
  if (truth === "exogenous" || truth === "decoy") return unknown >= Math.max(posterior, mix);
  return event !== null && posterior >= Math.max(mix, unknown) && culprits.includes(event.name);
}

/** The share's interval against the truth, which is all of the change. */
function coverageRow(truth: Truth, judged: readonly JudgedChange[]): Row {
  const intervals = judged.filter(isNamedRight).flatMap((one) => {
    const [first] = one.attribution.causes;
    return first === undefined || first.share_high === null ? [] : [first.share_high];
  });
  const covered = intervals.filter((high) => high >= 0.995).length;
  return shareRow(`share's 95 % interval holds the truth, ${truth}`, covered, intervals.length, { least: leastCoverage });
}

function namedIn(one: JudgedChange, weight: number): Named[] {
  const [first] = one.attribution.causes;
  return one.attribution.verdict === "attributed" && first !== undefined
    ? [{ confidence: first.confidence, right: isNamedRight(one), weight }]
    : [];
}

export function isNamedRight({ truth, attribution: said, culprits }: JudgedChange): boolean {
  const [first] = said.causes;
  if (said.verdict !== "attributed" || first === undefined) return false;
  return truth === "mix" ? first.kind === "cohort" : culprits.includes(nameOf(first));
}

runSimulation(attribution, import.meta.url);
