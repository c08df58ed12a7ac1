// When a recorded change is named as the cause, is it? And is it named when it is? The mixture of statistics.md 3.7, the threshold of
// "caused by" and lower ones beside it: `node bench/quality/simulate-naming.ts`.
import type { Row } from "../rows.ts";
import { isNamedRight } from "./simulate-attribution.ts";
import { judgeChange, type JudgedChange, type Truth } from "./simulate-changes.ts";
import { shareRow } from "./simulate-row.ts";
import { runSimulation, type Simulation } from "./simulate-run.ts";

/** Cases of each kind among twenty. */
const mixture: Record<string, number> = { "cut-over": 5, canary: 4, mix: 3, exogenous: 4, decoy: 4 };
const kinds: readonly Truth[] = ["cut-over", "canary", "mix", "exogenous", "decoy"];
const namedFrom = 0.95;
const bars = { precision: 0.95, recall: 0.6, falseNames: 0.04 };
/** Anchors of the naming policy: precision, recall, names where no event is to blame. */
const anchors = [
  { threshold: 0.7, precision: 0.875, recall: 0.911, falseNames: 0.088 },
  { threshold: 0.9, precision: 0.943, recall: 0.793, falseNames: 0.033 },
  { threshold: 0.95, precision: 0.968, recall: 0.674, falseNames: 0.018 },
] as const;

export const naming: Simulation = {
  title: "Naming a cause",
  repetitions: { few: 300, full: 1200 },
  rows: (repetitions, seed, onStep) => {
    const judged = kinds.flatMap((truth) =>
      Array.from({ length: Math.round((repetitions * (mixture[truth] ?? 0)) / 20) }, (_, i) => {
        onStep();
        return judgeChange({ truth, perHour: 20, dropTo: 0.8, seed: `${seed}/named/${i}` });
      }),
    );
    const sure = judged.filter((one) => one.attribution.certain && isEvent(one.attribution.causes[0]));
    return [
      ...anchors.flatMap((anchor) => rowsAt(judged, anchor)),
      shareRow("of causes worded “caused by” (also overlap, reach or reversal), right", sure.filter(isNamedRight).length, sure.length, {
        least: bars.precision,
      }),
    ];
  },
};

function rowsAt(judged: readonly JudgedChange[], { threshold, precision, recall, falseNames }: (typeof anchors)[number]): Row[] {
  const isBar = threshold === namedFrom;
  const named = judged.filter((one) => {
    const [first] = one.attribution.causes;
    return one.attribution.verdict === "attributed" && isEvent(first) && (first?.confidence ?? 0) >= threshold;
  });
  const withEvent = judged.filter(({ culprits }) => culprits.length > 0);
  const without = judged.filter(({ culprits }) => culprits.length === 0);
  const right = named.filter(isNamedRight).length;
  const wrong = named.filter(({ culprits }) => culprits.length === 0).length;
  const at = `confidence ≥ ${threshold}`;
  return [
    shareRow(`precision of a named change, ${at}`, right, named.length, isBar ? { least: bars.precision } : null, `anchor ${precision}`),
    shareRow(
      `recall of changes that are to blame, ${at}`,
      right,
      withEvent.length,
      isBar ? { least: bars.recall } : null,
      `anchor ${recall}`,
    ),
    shareRow(
      `a change named where none is to blame, ${at}`,
      wrong,
      without.length,
      isBar ? { most: bars.falseNames } : null,
      `anchor ${falseNames}`,
    ),
  ];
}

function isEvent(cause: { kind: string } | undefined): boolean {
  return cause !== undefined && cause.kind !== "cohort";
}

runSimulation(naming, import.meta.url);
