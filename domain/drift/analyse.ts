// All that can be said of an agent from its facts: what moved, what changed, which drifts are one thing, and why. A pure function of
// the facts up to a time, so live traffic, a late correction and an imported month end in the same records.
import { driftSeverity, worst } from "../incident/severity.ts";
import { summaryOf, titleOf } from "../incident/title.ts";
import type { Analysis, AnalysisInput, DriftGroup, FreshDrift } from "./analysis.ts";
import { type Attributed, attribute, attributeOne } from "./attribute.ts";
import { detect } from "./detect.ts";
import type { Detection } from "./detection.ts";
import type { RunFacts } from "./facts.ts";
import { groupsByOnset, mayShareCause, partition } from "./group-detections.ts";
import { inferChanges } from "./infer-changes.ts";
import { mergeChanges } from "./merge-changes.ts";
import type { Surroundings } from "./rivals.ts";
import { timedId } from "./stable-id.ts";
import { versionHistory } from "./version-history.ts";

/** Runs that an incident links to as examples. */
const mostExamples = 10;

/** Confidence from which a cause that is not named still ties a drift to an incident that names it. */
const bestGuess = 0.25;

/** Detects, infers changes, groups and explains. */
export function analyse(input: AnalysisInput): Analysis {
  const facts = newestRevisions(input.facts, input.untilMs);
  const found = detect(facts, {
    agent: input.agent,
    untilMs: input.untilMs,
    closeAll: input.closeAll,
    falseAlarmBudgetDays: input.settings.falseAlarmBudgetDays,
    feedback: input.feedback,
  });
  const history = versionHistory(facts);
  const changes = mergeChanges(input.declared, inferChanges(input.agent, facts, history));
  const surroundings: Surroundings = {
    agent: input.agent,
    facts,
    changes,
    history,
    untilMs: input.untilMs,
    notBeforeMs: -Infinity,
  };
  const explained = explainDetections(found.detections, surroundings, input);
  return {
    dimensions: found.dimensions,
    drifts: explained.flatMap(({ drifts }) => drifts).sort((a, b) => (a.id < b.id ? -1 : 1)),
    changes,
    groups: explained.map(({ group }) => group).sort((a, b) => a.openedAtMs - b.openedAtMs),
    closedUntilMs: found.closedUntilMs,
  };
}

/** Drifts and groups from detections: joined by onset, then by common cause. Exported for benches that bring their own detections. */
export function explainDetections(
  detections: readonly Detection[],
  surroundings: Surroundings,
  input: Pick<AnalysisInput, "feedback">,
): { group: DriftGroup; drifts: FreshDrift[] }[] {
  const pick = (indices: readonly number[]): Detection[] => indices.flatMap((i) => detections[i] ?? []);
  const byOnset = groupsByOnset(detections).map(pick);
  const causes = byOnset.map((group) => attribute(group, around(group, surroundings, input)));
  const groups = partition(
    byOnset.length,
    (i, j) => sameCause(causes[i], causes[j]) && (byOnset[i] ?? []).some((a) => (byOnset[j] ?? []).some((b) => mayShareCause(a, b))),
  );
  return groups.map((members) => {
    const group = members.flatMap((i) => byOnset[i] ?? []);
    const own = around(group, surroundings, input);
    const [only] = members;
    const known = members.length === 1 && only !== undefined ? causes[only] : undefined;
    return explainGroup(group, known ?? attribute(group, own), own);
  });
}

function explainGroup(
  group: readonly Detection[],
  cause: Attributed,
  surroundings: Surroundings,
): { group: DriftGroup; drifts: FreshDrift[] } {
  const explained = group.map((detection) => {
    const own = group.length === 1 ? cause : attributeOne(detection, group, cause.competition, surroundings);
    return { detection, drift: driftOf(detection, own, surroundings.agent) };
  });
  const telling = explained.toSorted((a, b) => rank(b) - rank(a)).map(({ drift }) => drift);
  const severity = worst(
    cause.attribution.causes[0]?.kind === "instrumentation" && cause.attribution.verdict === "attributed"
      ? []
      : telling.map((drift) => drift.severity),
  );
  const [first] = telling;
  const recovered = group.map(({ recoveredAtMs }) => recoveredAtMs);
  return {
    drifts: telling,
    group: {
      driftIds: telling.map(({ id }) => id),
      onset: cause.onset,
      openedAtMs: Math.min(...group.map(({ detectedAtMs }) => detectedAtMs)),
      recoveredAtMs: recovered.includes(null) ? null : Math.max(...recovered.map((at) => at ?? 0)),
      attribution: cause.attribution,
      severity,
      title: first === undefined ? "" : titleOf(surroundings.agent, first, cause.onset.atMs, cause.attribution),
      summary: summaryOf(surroundings.agent, telling, cause.onset.atMs, cause.attribution),
      runs: exampleRuns(group, surroundings.facts),
    },
  };
}

function driftOf(detection: Detection, { attribution, onset }: Attributed, agent: string): FreshDrift {
  const { dimension, kind, direction, detectedAtMs, lane } = detection;
  return {
    id: timedId("drf_", detectedAtMs, [agent, dimension, lane, String(detectedAtMs)]),
    agent,
    dimension,
    kind,
    direction,
    status: detection.recoveredAtMs === null ? "open" : "recovered",
    onset_at: iso(onset.atMs),
    onset_from: iso(onset.fromMs),
    onset_to: iso(onset.toMs),
    detected_at: iso(detectedAtMs),
    baseline: detection.baseline,
    current: detection.current,
    effect: detection.effect,
    evidence: detection.evidence,
    severity: driftSeverity(detection, attribution),
    attribution,
  };
}

/** The most severe first, then the clearest. */
function rank({ detection, drift }: { detection: Detection; drift: FreshDrift }): number {
  const severity = { low: 0, medium: 1, high: 2, critical: 3 }[drift.severity];
  const isOutcome = detection.dimension.startsWith("outcome.") ? 0.5 : 0;
  return severity + isOutcome + Math.tanh((detection.cells[0]?.logEvidence ?? 0) / 100) / 4;
}

/** The latest runs that show the most moved cell. */
function exampleRuns(group: readonly Detection[], facts: readonly RunFacts[]): string[] {
  const clearest = group.toSorted((a, b) => (b.cells[0]?.logEvidence ?? 0) - (a.cells[0]?.logEvidence ?? 0))[0];
  const cell = clearest?.cells[0];
  if (clearest === undefined || cell === undefined) return [];
  const wanted = cell.logOddsShift >= 0;
  return facts
    .filter((run) => {
      if (run.atMs < clearest.onset.atMs || run.atMs > (clearest.recoveredAtMs ?? Infinity)) return false;
      const count = cell.indicator(run);
      return count !== null && count.trials > 0 && count.hits > 0 === wanted;
    })
    .slice(-mostExamples)
    .reverse()
    .map(({ id }) => id);
}

/** The same, with nothing compared from before the last reset that concerns one of the group's dimensions. */
function around(group: readonly Detection[], surroundings: Surroundings, { feedback }: Pick<AnalysisInput, "feedback">): Surroundings {
  const onsetMs = Math.min(...group.map(({ onset }) => onset.fromMs));
  const resets = feedback.resets.filter(
    ({ dimension, atMs }) => atMs <= onsetMs && (dimension === null || group.every((d) => d.dimension === dimension)),
  );
  return { ...surroundings, notBeforeMs: Math.max(-Infinity, ...resets.map(({ atMs }) => atMs)) };
}

/** Both name the same recorded change, or one names what is the other's best guess. */
function sameCause(a: Attributed | undefined, b: Attributed | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  const guesses = ({ changeIds, attribution }: Attributed): string[] => {
    const [first] = attribution.causes;
    return first === undefined || first.change_id === null || first.confidence < bestGuess ? changeIds : [...changeIds, first.change_id];
  };
  return a.changeIds.some((id) => guesses(b).includes(id)) || b.changeIds.some((id) => guesses(a).includes(id));
}

/** One entry a run, its newest revision, sorted by time. */
function newestRevisions(facts: readonly RunFacts[], untilMs: number): RunFacts[] {
  const newest = new Map<string, RunFacts>();
  for (const run of facts) {
    const known = newest.get(run.id);
    if (known === undefined || run.version > known.version) newest.set(run.id, run);
  }
  return [...newest.values()].filter((run) => run.atMs <= untilMs).sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1));
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
