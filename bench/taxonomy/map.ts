// The map of one stream of runs, made as the product makes it: detectors find, classes are placed, signals are counted and ranked. The runs
// come one second apart in the order that they are given, so that a shuffled stream differs in nothing but its order.
import { detectFindings } from "../../domain/finding/detect.ts";
import type { Detected } from "../../domain/finding/finding.ts";
import type { Severity } from "../../domain/drift/drift.ts";
import type { Run } from "../../domain/run/run.ts";
import { classOf } from "../../domain/signal/class.ts";
import { countedSignal, type AgentCount, type SignalIdentity } from "../../domain/signal/count-signals.ts";
import { definitionOf, familyName, signalName } from "../../domain/signal/name.ts";
import { placeClasses, type Placed, type PlacedClass, type PlacedSignal } from "../../domain/signal/place-classes.ts";
import type { Weighed } from "../../domain/signal/rate.ts";
import { saidSchema } from "../../domain/signal/said.ts";
import type { FindingClass, Signal } from "../../domain/signal/signal.ts";
import { taxonomyOf } from "../../domain/signal/taxonomy.ts";

export interface StreamFinding {
  class: FindingClass;
  severity: Severity;
  stepId: string | null;
  recovered: boolean;
  /** What the error or reason says, before anything is masked; where there is none, what the detector says. */
  text: string;
  /** What it cites of the step. */
  quote: string;
}

export interface StreamRun {
  id: string;
  findings: StreamFinding[];
}

/** A signal with the findings that it was made of. */
export interface MappedSignal {
  signal: Signal;
  family: string;
  template: string;
  findings: StreamFinding[];
}

export interface TaxonomyMap {
  /** Of failures, ranked. */
  signals: MappedSignal[];
  wins: number;
  runs: number;
  unseen: { mass: number; low: number; high: number } | null;
}

/** All runs are of one agent. */
const agent = "Assistant";
const beganMs = Date.parse("2026-11-20T00:00:00.000Z");
const dayMs = 86_400_000;
const betweenRunsMs = 1_000;
const severities: readonly Severity[] = ["low", "medium", "high", "critical"];

export function streamRunOf(run: Run): StreamRun {
  const findings = detectFindings(run).map((one) => findingOf(one));
  return { id: run.id, findings };
}

function findingOf(detected: Detected): StreamFinding {
  const { severity, step_id: stepId, recovered, about, what, evidence } = detected;
  return { class: classOf(agent, detected), severity, stepId, recovered, text: about.text ?? what, quote: evidence.at(-1)?.quote ?? "" };
}

/** @param current class key → signal id, of classes that were placed before */
export function placedRuns(runs: readonly StreamRun[], current: ReadonlyMap<string, string> = new Map()): Placed {
  const classes = new Map<string, PlacedClass>();
  for (const [i, { findings }] of runs.entries())
    for (const { class: found } of findings) {
      const known = classes.get(found.key);
      if (known !== undefined) known.findings++;
      else classes.set(found.key, { ...found, signalId: current.get(found.key) ?? null, findings: 1, firstMs: atMs(i) });
    }
  return placeClasses(agent, [...classes.values()], [], new Map());
}

export function mapOf(runs: readonly StreamRun[], { assigned, leaves }: Placed): TaxonomyMap {
  const ofSignal = Map.groupBy(
    runs.flatMap(({ id, findings }, i) => findings.map((finding) => ({ run: { id, atMs: atMs(i) }, finding }))),
    ({ finding }) => assigned.get(finding.class.key) ?? "",
  );
  const failed = runs.filter(({ findings }) => findings.some((one) => one.class.family.polarity === "failure" && !one.recovered));
  const lastMs = atMs(Math.max(0, runs.length - 1));
  const count: AgentCount = {
    all: byDay(runs.map((_, i) => atMs(i))),
    failedRuns: unweighed(failed.length),
    firstRunMs: beganMs,
    newestRunMs: lastMs,
  };
  const mapped = leaves.map((leaf) => mappedSignal(leaf, ofSignal.get(leaf.id) ?? [], count));
  const byId = new Map(mapped.map((one) => [one.signal.id, one]));
  const {
    families,
    wins,
    unseen_mass: mass,
    unseen_mass_low: low,
    unseen_mass_high: high,
  } = taxonomyOf(mapped.map(({ signal }) => signal));
  return {
    signals: families.flatMap(({ signal }) => byId.get(signal.id) ?? []),
    wins: wins.length,
    runs: runs.length,
    unseen: mass === null || low === null || high === null ? null : { mass, low, high },
  };
}

interface Shown {
  run: { id: string; atMs: number };
  finding: StreamFinding;
}

function mappedSignal({ id, family, template }: PlacedSignal, shown: readonly Shown[], agentCount: AgentCount): MappedSignal {
  const findings = shown.map(({ finding }) => finding);
  const runs = [...new Map(shown.map(({ run }) => [run.id, run.atMs]))];
  const times = runs.map(([, ms]) => ms);
  const failed = new Set(shown.flatMap(({ run, finding }) => (finding.recovered ? [] : [run.id])));
  const identity: SignalIdentity = {
    id,
    slug: id,
    agent,
    parentId: null,
    polarity: family.polarity,
    version: 1,
    name: signalName(family, template),
    definition: definitionOf(family, template),
    said: saidSchema.parse({}),
    usualSeverity: "medium",
  };
  const signal = countedSignal(
    identity,
    {
      shown: byDay(times),
      seen: times.length === 0 ? null : { firstMs: Math.min(...times), lastMs: Math.max(...times), failedWeight: failed.size },
      severity: usualSeverity(findings),
      examples: runs.slice(0, 3).map(([run]) => run),
      by: {},
      isEscalating: false,
    },
    agentCount,
  );
  return { signal, family: familyName(family), template: template.join(" "), findings };
}

/** That of most findings, the higher of equals. */
function usualSeverity(findings: readonly StreamFinding[]): Severity | null {
  const counts = severities.map((severity) => findings.filter((one) => one.severity === severity).length);
  return severities[counts.lastIndexOf(Math.max(...counts))] ?? null;
}

function byDay(times: readonly number[]): Map<number, Weighed> {
  return new Map([...Map.groupBy(times, (ms) => Math.floor(ms / dayMs))].map(([day, ofDay]) => [day, unweighed(ofDay.length)]));
}

/** Runs that stand for themselves. */
function unweighed(runs: number): Weighed {
  return { runs, weight: runs, squares: runs };
}

function atMs(place: number): number {
  return beganMs + place * betweenRunsMs;
}
