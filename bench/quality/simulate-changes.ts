// The world of statistics.md 3.7: two weeks of an agent with four kinds of askers and six recorded changes, and one fall of success
// two days before the end whose true cause is known. The drift is given, its onset estimated; what is judged is the attribution.
import { attribute } from "../../domain/drift/attribute.ts";
import type { Detection } from "../../domain/drift/detection.ts";
import type { Attribution } from "../../domain/drift/drift.ts";
import type { RunFacts, Versions } from "../../domain/drift/facts.ts";
import { inferChanges } from "../../domain/drift/infer-changes.ts";
import { onsetOf } from "../../domain/drift/onset.ts";
import { versionHistory } from "../../domain/drift/version-history.ts";
import { logistic, logit } from "../../domain/statistics/logit.ts";
import { aRun, dayMs, hourMs, plainVersions, startMs, yesNo } from "./simulate-agents.ts";
import { type Draws, drawsFrom } from "./simulate-draws.ts";

export const truths = ["cut-over", "canary", "mix", "exogenous", "decoy", "simultaneous"] as const;
export type Truth = (typeof truths)[number];

export interface ChangePlan {
  truth: Truth;
  perHour: number;
  /** Success of .9 falls to this (log-odds of every asker move alike). */
  dropTo: number;
  seed: string;
}

/** What was said of one case. */
export interface JudgedChange {
  truth: Truth;
  attribution: Attribution;
  /** The recorded change that is most probable, as `kind ref`, with its probability; those of who asks and of the unknown. */
  event: { name: string; posterior: number } | null;
  mix: number;
  unknown: number;
  /** `kind ref` of the true cause; two for a simultaneous release; none where no recorded change is to blame. */
  culprits: string[];
}

const days = 14;
const endMs = startMs + days * dayMs;
const changeMs = endMs - 2 * dayMs;
const lookBackMs = 3 * dayMs;
const canaryMs = 36 * hourMs;
const canaryShare = 0.25;
const cutOverShare = 0.7;
const askers = {
  names: ["a", "b", "c", "d"],
  rates: [0.97, 0.92, 0.85, 0.75],
  shares: [0.4, 0.3, 0.2, 0.1],
  later: [0.05, 0.1, 0.25, 0.6],
};
/** Parts of the configuration that are released, each once. */
const slots = ["prompt", "model", "tool", "tool", "artifact", "artifact", "instrumentation"] as const;

interface Release {
  kind: (typeof slots)[number];
  ref: string;
  atMs: number;
  isCanary: boolean;
}

/** One case, made and judged. The same plan gives the same case. */
export function judgeChange(plan: ChangePlan): JudgedChange {
  const draws = drawsFrom(`${plan.truth}/${plan.perHour}/${plan.dropTo}/${plan.seed}`);
  const { releases, culprits } = releasesOf(plan.truth, draws);
  const facts = factsOf(plan, releases, culprits, draws);
  const history = versionHistory(facts);
  const changes = inferChanges("bot", facts, history);
  const said = attribute([driftOf(facts, plan.dropTo)], { agent: "bot", facts, changes, history, untilMs: endMs, notBeforeMs: -Infinity });
  // the competition holds every run; only what is asked later is kept
  const { rivals, mix, unknown } = said.competition;
  const [first] = rivals;
  const event = first === undefined ? null : { name: nameOf(first.candidate), posterior: first.posterior };
  return { truth: plan.truth, attribution: said.attribution, event, mix, unknown, culprits: culprits.map(nameOf) };
}

/** Kind and reference; an artifact's carries its version, which is not asked for. */
export function nameOf({ kind, ref }: { kind: string; ref: string }): string {
  return `${kind} ${ref.replace(/@.*$/, "")}`;
}

/** The fall of success as detection reports it, its onset looked for from three days before. */
function driftOf(facts: readonly RunFacts[], dropTo: number): Detection {
  const indicator = (run: RunFacts): { hits: number; trials: number } => ({ hits: Number(run.observations[0]?.value), trials: 1 });
  const before = facts.filter(({ atMs }) => atMs < changeMs - lookBackMs);
  const mean = before.reduce((sum, run) => sum + indicator(run).hits, 0) / before.length;
  const counts = facts.filter(({ atMs }) => atMs >= changeMs - lookBackMs).map((run) => ({ atMs: run.atMs, mean, ...indicator(run) }));
  const onset = onsetOf([{ counts, mean, seasonal: false, baselineSize: before.length, designEffect: 1 }]);
  if (onset === null) throw new Error("runs around the change");
  return {
    dimension: "outcome.success",
    kind: "proportion",
    direction: "down",
    lane: "slow",
    detectedAtMs: endMs,
    onset,
    cells: [{ cell: "yes", indicator, logOddsShift: logit(dropTo) - logit(0.9), logEvidence: 20 }],
    recoveredAtMs: null,
    baseline: { n: before.length, value: mean },
    current: { n: counts.length, value: dropTo },
    effect: { measure: "rate_difference", value: dropTo - mean, low: dropTo - mean, high: dropTo - mean },
    evidence: { method: "e_detector", value: 1e4, threshold: 1e3 },
  };
}

function releasesOf(truth: Truth, draws: Draws): { releases: Release[]; culprits: Release[] } {
  const kinds = slots.map((kind, i) => ({ kind, ref: `${kind}_${i}`, order: draws.uniform() })).sort((a, b) => a.order - b.order);
  const releases = kinds.slice(0, 6).map(({ kind, ref }): Release => {
    return {
      kind,
      ref,
      atMs: startMs + hourMs * Math.floor(12 + draws.uniform() * (days * 24 - 14)),
      isCanary: draws.uniform() >= cutOverShare,
    };
  });
  const [first, second] = releases;
  if (first === undefined || second === undefined) throw new Error("six releases");
  if (truth === "cut-over" || truth === "canary" || truth === "simultaneous")
    Object.assign(first, { atMs: changeMs, isCanary: truth === "canary" });
  if (truth === "simultaneous") Object.assign(second, { atMs: changeMs, isCanary: false });
  if (truth === "decoy")
    Object.assign(first, { atMs: changeMs + (draws.uniform() < 0.5 ? -1 : 1) * (6 + 6 * draws.uniform()) * hourMs, isCanary: false });
  const culprits = truth === "simultaneous" ? [first, second] : truth === "cut-over" || truth === "canary" ? [first] : [];
  return { releases, culprits };
}

function factsOf(
  { truth, perHour, dropTo }: ChangePlan,
  releases: readonly Release[],
  culprits: readonly Release[],
  draws: Draws,
): RunFacts[] {
  const drop = logit(dropTo) - logit(0.9);
  const facts: RunFacts[] = [];
  for (let fromMs = startMs; fromMs < endMs; fromMs += hourMs) {
    const times = Array.from({ length: draws.poisson(perHour) }, () => Math.floor(fromMs + draws.uniform() * hourMs)).sort((a, b) => a - b);
    for (const atMs of times) {
      const since = atMs >= changeMs;
      const asker = draws.pick(truth === "mix" && since ? askers.later : askers.shares);
      const has = new Set(releases.filter((release) => reaches(release, atMs, draws)));
      const isWorse = culprits.length > 0 ? culprits.some((release) => has.has(release)) : truth !== "mix" && since;
      const usual = askers.rates[asker] ?? 0.9;
      const plan = askers.names[asker] ?? "";
      facts.push(
        aRun(
          `r${facts.length}`,
          atMs,
          [
            yesNo("outcome.success", isWorse ? logistic(logit(usual) + drop) : usual, draws),
            { dimension: "cohort.plan", kind: "categorical", value: plan },
          ],
          { cohort: { plan }, versions: versionsWith(has, releases) },
        ),
      );
    }
  }
  return facts;
}

function reaches({ atMs, isCanary }: Release, runMs: number, draws: Draws): boolean {
  if (runMs < atMs) return false;
  return !isCanary || runMs >= atMs + canaryMs || draws.uniform() < canaryShare;
}

/** A part that was never released is not there; a released one has version 2 where the run got it, 1 else. */
function versionsWith(has: ReadonlySet<Release>, releases: readonly Release[]): Versions {
  const versions: Versions = { ...plainVersions, models: [], tools: {}, artifacts: [] };
  for (const release of releases) {
    const { kind, ref } = release;
    const value = has.has(release) ? ref : `${ref}_old`;
    if (kind === "prompt") Object.assign(versions, { prompt: value, promptName: "system" });
    else if (kind === "model") versions.models.push(value);
    else if (kind === "tool") versions.tools[ref] = value;
    else if (kind === "artifact") versions.artifacts.push(`${ref}@${has.has(release) ? 2 : 1}`);
    else versions.instrumentation = value;
  }
  return versions;
}
