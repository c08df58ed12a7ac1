// The report of a day or a week of one agent: how much it ran and cost against the period before, how it did, and what happened to it. Made
// from counted figures and records as they stand; the same evidence gives the same report, and made again it keeps its id.
import type { Incident } from "../incident/incident.ts";
import type { Change, Drift } from "../drift/drift.ts";
import { timedId } from "../drift/stable-id.ts";
import type { Gate } from "../experiment/gate.ts";
import type { Experiment } from "../experiment/experiment.ts";
import { wilsonInterval } from "../statistics/wilson-interval.ts";
import { changePct, type Total } from "./change-pct.ts";
import type { Period, PeriodName } from "./period.ts";
import { changeLine, driftLine, experimentLine, gateLine, incidentLine, type ReportLine } from "./report-lines.ts";
import { summaryOf } from "./report-summary.ts";

/** What was counted of one period. */
export interface Figures {
  /** Runs as they came, and how many of the traffic they stand for. */
  runs: number;
  weight: number;
  /** Ended ok or with an error; cancelled and incomplete runs are in neither denominator. */
  ended: number;
  errors: number;
  /** Runs with the score `success`, and those where it is at least a half. */
  scored: number;
  succeeded: number;
  tokens: Omit<Total, "runs">;
  costUsd: Omit<Total, "runs">;
}

/** A signal in the runs of the period. */
export interface SignalCount {
  id: string;
  slug: string;
  name: string;
  state: string;
  polarity: string;
  /** Runs that show it. */
  count: number;
  firstSeenMs: number | null;
}

export interface ReportEvidence {
  figures: Figures;
  previous: Figures;
  incidents: readonly Incident[];
  drifts: readonly Drift[];
  signals: readonly SignalCount[];
  experiments: readonly Experiment[];
  gates: readonly Gate[];
  changes: readonly Change[];
  learned: readonly { id: string; slug: string; title: string }[];
}

export interface Share {
  count: number;
  n: number;
  /** null where n is 0; with its Wilson 95 % interval. */
  rate: number | null;
  rate_low: number | null;
  rate_high: number | null;
}

export interface ReportSignal extends Share {
  id: string;
  slug: string;
  name: string;
  state: string;
  polarity: string;
  /** First seen within the period. */
  is_new: boolean;
}

export interface Report {
  id: string;
  agent: string;
  period: PeriodName;
  day: string;
  timezone: string;
  from: string;
  to: string;
  hours: number;
  /** false while the period is not over. */
  complete: boolean;
  made_at: string;
  runs: number;
  /** How many runs of the traffic they stand for, where some carry a sample rate; null where none does. */
  runs_estimated: number | null;
  tokens: number | null;
  cost_usd: number | null;
  /** Of how many runs the tokens and the cost are known. */
  known: { tokens: number; cost_usd: number };
  outcome: { success: Share; error: Share };
  previous: { from: string; runs: number; tokens: number | null; cost_usd: number | null };
  change_pct: { runs: number | null; tokens: number | null; cost_usd: number | null };
  /** The period in a few sentences. */
  summary: string[];
  incidents: ReportLine[];
  drifts: ReportLine[];
  signals: ReportSignal[];
  experiments: ReportLine[];
  gates: ReportLine[];
  changes: ReportLine[];
  learned: ReportLine[];
}

/** The same for the same agent and period, whatever the time zone is by then. */
export function reportIdOf(agent: string, { name, day }: Pick<Period, "name" | "day">): string {
  return timedId("rpt_", Date.parse(`${day}T00:00:00Z`), [agent, name, day]);
}

/** @param nowMs when it is made */
export function writeReport(
  agent: string,
  period: Period,
  before: Period,
  timezone: string,
  evidence: ReportEvidence,
  nowMs: number,
): Report {
  const { figures, previous } = evidence;
  const report = {
    id: reportIdOf(agent, period),
    agent,
    period: period.name,
    day: period.day,
    timezone,
    from: iso(period.fromMs),
    to: iso(period.toMs),
    hours: period.hours,
    complete: nowMs >= period.toMs,
    made_at: iso(nowMs),
    runs: figures.runs,
    runs_estimated: figures.weight === figures.runs ? null : Math.round(figures.weight),
    tokens: figures.tokens.sum,
    cost_usd: figures.costUsd.sum,
    known: { tokens: figures.tokens.known, cost_usd: figures.costUsd.known },
    outcome: { success: shareOf(figures.succeeded, figures.scored), error: shareOf(figures.errors, figures.ended) },
    previous: { from: iso(before.fromMs), runs: previous.runs, tokens: previous.tokens.sum, cost_usd: previous.costUsd.sum },
    change_pct: changesOf(previous, figures),
    incidents: evidence.incidents.map((one) => incidentLine(one, period)),
    drifts: evidence.drifts.map(driftLine),
    signals: evidence.signals.map((one) => signalOf(one, figures.runs, period)),
    experiments: evidence.experiments.map(experimentLine),
    gates: evidence.gates.map(gateLine),
    changes: evidence.changes.map(changeLine),
    learned: evidence.learned.map(({ id, slug, title }) => ({ id, slug, text: title })),
  };
  return { ...report, summary: summaryOf(report, shareOf(previous.succeeded, previous.scored), shareOf(previous.errors, previous.ended)) };
}

export function shareOf(count: number, n: number): Share {
  const interval = wilsonInterval(count, n);
  return { count, n, rate: n === 0 ? null : count / n, rate_low: interval?.low ?? null, rate_high: interval?.high ?? null };
}

function changesOf(previous: Figures, current: Figures): Report["change_pct"] {
  const of = (pick: (figures: Figures) => Omit<Total, "runs">) =>
    changePct({ ...pick(previous), runs: previous.runs }, { ...pick(current), runs: current.runs });
  return {
    runs: of(({ runs }) => ({ sum: runs, known: runs })),
    tokens: of(({ tokens }) => tokens),
    cost_usd: of(({ costUsd }) => costUsd),
  };
}

function signalOf({ id, slug, name, state, polarity, count, firstSeenMs }: SignalCount, runs: number, period: Period): ReportSignal {
  const isNew = firstSeenMs !== null && firstSeenMs >= period.fromMs && firstSeenMs < period.toMs;
  // A run that was deleted between two counts must not make a rate above 1.
  return { id, slug, name, state, polarity, ...shareOf(count, Math.max(runs, count)), is_new: isNew };
}

const iso = (ms: number): string => new Date(ms).toISOString();
