// The transfer report: for every artifact in use, every evaluator and every entry of the Book whether it still holds under another model, from
// what was measured there. An entry about an artifact stands with it, one about a gate with its newest decision; what happened once and was
// never measured again cannot be told.
import type { Experiment } from "../experiment/experiment.ts";
import type { Gate } from "../experiment/gate.ts";
import { newcombeDifference } from "../statistics/newcombe-difference.ts";
import type { ListedEntry } from "./entry.ts";
import { transferOf, type Effect, type Transfer } from "./transfer.ts";

export interface TransferRow extends Transfer {
  kind: "artifact" | "evaluator" | "book";
  /** `slug@version`, or an id. */
  id: string;
  name: string;
  /** What was measured, in words; null where nothing was. */
  measure: string | null;
  /** Experiments and gates that it rests on. */
  refs: string[];
}

type Count = readonly [successes: number, n: number];
type Counted<Counts> = ReadonlyMap<string, ReadonlyMap<string, Counts>>;

export interface TransferEvidence {
  models: readonly [from: string, to: string];
  artifacts: readonly { ref: string; name: string }[];
  evaluators: readonly { id: string; name: string }[];
  entries: readonly ListedEntry[];
  /** Newest first. */
  experiments: readonly Experiment[];
  gates: readonly Gate[];
  artifactCounts: Counted<{ with: Count; without: Count }>;
  evaluatorCounts: Counted<{ passedOfSucceeded: Count; passedOfFailed: Count }>;
}

export function transferReport(evidence: TransferEvidence): TransferRow[] {
  const artifacts = evidence.artifacts.map((one) => artifactRow(one, evidence));
  const evaluators = evidence.evaluators.map((one) => evaluatorRow(one, evidence));
  return [...artifacts, ...evaluators, ...evidence.entries.map((entry) => entryRow(entry, artifacts, evidence))];
}

/** Experiments go before production: there, the runs with and without differ in nothing else. */
function artifactRow({ ref, name }: { ref: string; name: string }, evidence: TransferEvidence): TransferRow {
  const [from, to] = evidence.models.map((model) => experimentEffect(ref, model, evidence.experiments));
  const counts = evidence.artifactCounts.get(ref);
  const [producedFrom, producedTo] = evidence.models.map((model) => {
    const cells = counts?.get(model);
    return cells === undefined ? null : effectOf(cells.with, cells.without);
  });
  // Both sides by the same measure, or the difference would be one of measures.
  const isTested = to !== undefined && to !== null;
  const sides = isTested ? [from?.effect ?? null, to.effect] : [producedFrom ?? null, producedTo ?? null];
  const measure = isTested
    ? `${to.metric} in experiments`
    : (sides[1] ?? null) === null
      ? null
      : "success of runs with it against runs without";
  const refs = isTested ? [from?.id, to.id].filter((id) => id !== undefined) : [];
  return { kind: "artifact", id: ref, name, measure, refs, ...transferOf(sides[0] ?? null, sides[1] ?? null) };
}

/** The newest experiment that tried exactly this artifact with one model on both sides. */
function experimentEffect(
  ref: string,
  model: string,
  experiments: readonly Experiment[],
): { effect: Effect; metric: string; id: string } | null {
  for (const { id, design, reading, status } of experiments) {
    const { config, artifacts } = design.candidate;
    const isOver = status === "done" || status === "promoted" || status === "stopped";
    if (!isOver || artifacts.length !== 1 || artifacts[0] !== ref || config.model !== model || design.baseline?.model !== model) continue;
    const primary = reading.metrics.find(({ role }) => role === "primary");
    if (primary === undefined || primary.difference === null || primary.low === null || primary.high === null) continue;
    const planned = "metrics" in design.plan ? (design.plan.metrics ?? []) : [];
    const isLessBetter = planned.find((metric) => metric.name === primary.name)?.goal === "decrease";
    const { difference: value, low, high, n, name: metric } = primary;
    return { effect: isLessBetter ? { value: -value, low: -high, high: -low, n } : { value, low, high, n }, metric, id };
  }
  return null;
}

/** How much more often it passes what succeeded than what failed (Youden's J): an evaluator of no use has none. */
function evaluatorRow({ id, name }: { id: string; name: string }, { models, evaluatorCounts }: TransferEvidence): TransferRow {
  const [from, to] = models.map((model) => {
    const cells = evaluatorCounts.get(id)?.get(model);
    return cells === undefined ? null : effectOf(cells.passedOfSucceeded, cells.passedOfFailed);
  });
  const measure = (to ?? null) === null ? null : "share passed of runs that succeeded, less that of runs that failed";
  return { kind: "evaluator", id, name, measure, refs: [], ...transferOf(from ?? null, to ?? null) };
}

function entryRow(entry: ListedEntry, artifacts: readonly TransferRow[], evidence: TransferEvidence): TransferRow {
  const { id, title, kind, slug, evidence: ids } = entry;
  const base = { kind: "book" as const, id, name: title };
  if (kind === "artifact" || kind === "promise") {
    const own = artifacts.find((row) => ids.includes(row.id));
    if (own !== undefined) return { ...own, ...base };
    return { ...base, ...untestable("Its artifact is not in use.") };
  }
  if (kind === "gate") return gateRow(base, slug, entry, evidence);
  return {
    ...base,
    ...untestable(
      kind === "incident" ? "It happened once; no run of the new model can repeat it." : "Nobody repeated it with the new model.",
    ),
  };
}

function gateRow(
  base: { kind: "book"; id: string; name: string },
  slug: string,
  entry: ListedEntry,
  evidence: TransferEvidence,
): TransferRow {
  const suite = entry.evidence.find((id) => slug.startsWith(`gate-${id}-`));
  const refs = entry.evidence.filter((id) => id.includes("@"));
  const again = evidence.gates.find(
    ({ status, verdict, suiteId, candidate }) =>
      status === "done" &&
      (verdict === "pass" || verdict === "regressed") &&
      suiteId === suite &&
      candidate.config.model === evidence.models[1] &&
      candidate.artifacts.length === refs.length &&
      refs.every((ref) => candidate.artifacts.includes(ref)),
  );
  if (again === undefined) return { ...base, ...untestable("No gate has decided on the same suite with the new model.") };
  const isPassed = again.verdict === "pass";
  return {
    ...base,
    verdict: isPassed ? "holds" : "gone",
    from: null,
    to: null,
    difference: null,
    reason: isPassed ? "A gate with the new model passed the same suite." : "A gate with the new model broke the same suite.",
    measure: "gate on the same suite",
    refs: [again.id],
  };
}

function untestable(reason: string): Omit<TransferRow, "kind" | "id" | "name"> {
  return { verdict: "untestable", from: null, to: null, difference: null, reason, measure: null, refs: [] };
}

/** null when a side is empty. */
function effectOf([k1, n1]: Count, [k0, n0]: Count): Effect | null {
  const interval = newcombeDifference(k1, n1, k0, n0);
  return interval === null ? null : { value: interval.difference, low: interval.low, high: interval.high, n: n1 + n0 };
}
