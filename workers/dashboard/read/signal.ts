// Signals and their taxonomy as the public API writes them, read field by field. A signal without a rate keeps null: it is not zero.
import { isRecord, list, number, record, text, texts, timeMs, word } from "../json.ts";
import { severities, type Severity } from "./drift.ts";

export const signalStates = ["new", "escalating", "ongoing", "regressed", "resolved", "archived"] as const;
export type SignalState = (typeof signalStates)[number];

/** Share of runs with its 95 % interval. */
export interface RateView {
  count: number | null;
  denominator: number | null;
  rate: number | null;
  low: number | null;
  high: number | null;
}

export interface TrendView extends RateView {
  atMs: number;
}

/** One value of a property and the rate among the runs that have it. */
export interface BreakdownView extends RateView {
  value: string;
}

export interface HistoryView {
  atMs: number | null;
  by: string;
  kind: string;
  reason: string | null;
  other: string | null;
}

/** One finest class that a signal is made of: what a split may take out. */
export interface ClassView {
  key: string;
  /** Its masked text. */
  name: string;
  findings: number | null;
}

export const proposalStatuses = ["pending", "ready", "failed", "off"] as const;

/** What Claude proposes; it changes nothing before a person accepts it. */
export interface ProposalView {
  status: (typeof proposalStatuses)[number];
  name: string | null;
  definition: string | null;
  /** Slug of a sibling. */
  mergeInto: string | null;
  reason: string | null;
  error: string | null;
  /** Tells one proposal from the next; as the API wrote it. */
  at: string;
}

export interface SignalView extends RateView {
  id: string;
  slug: string;
  agent: string;
  name: string;
  definition: string;
  version: number | null;
  isWin: boolean;
  state: SignalState;
  severity: Severity;
  shareOfFailures: number | null;
  priority: number | null;
  firstMs: number | null;
  lastMs: number | null;
  trend: TrendView[];
  by: { property: string; entries: BreakdownView[] }[];
  examples: string[];
  parentId: string | null;
  /** Of a declared signal: the expression; null where Claude reads for it. */
  rule: string | null;
  /** Somebody declared it, by rule or in plain words. */
  isDeclared: boolean;
  confirmedBy: string | null;
  /** null where nobody asked for one, or it was answered. */
  proposal: ProposalView | null;
  history: HistoryView[];
  classes: ClassView[];
}

export interface FamilyView {
  signal: SignalView;
  signals: SignalView[];
}

export interface TaxonomyView {
  agent: string;
  runs: number | null;
  failedRuns: number | null;
  /** Chance that the next failure is of a kind not seen yet, with its interval. */
  unseenMass: number | null;
  unseenLow: number | null;
  unseenHigh: number | null;
  families: FamilyView[];
  wins: SignalView[];
}

export function readSignal(value: unknown): SignalView | null {
  if (!isRecord(value)) return null;
  const id = text(value["id"]);
  if (id === null) return null;
  return {
    id,
    slug: text(value["slug"]) ?? id,
    agent: text(value["agent"]) ?? "unknown",
    name: text(value["name"]) ?? text(value["slug"]) ?? id,
    definition: text(value["definition"]) ?? "",
    version: number(value["version"]),
    isWin: value["polarity"] === "win",
    state: word(value["state"], signalStates, "ongoing"),
    severity: word(value["severity"], severities, "low"),
    ...readRate(value),
    shareOfFailures: number(value["share_of_failures"]),
    priority: number(value["priority"]),
    firstMs: timeMs(value["first_seen"]),
    lastMs: timeMs(value["last_seen"]),
    trend: list(value["trend"])
      .flatMap(readTrend)
      .sort((a, b) => a.atMs - b.atMs),
    by: Object.entries(record(value["by"])).flatMap(([property, entries]) => {
      const read = list(entries).flatMap(readBreakdown);
      return read.length === 0 ? [] : [{ property, entries: read }];
    }),
    examples: texts(value["examples"]),
    parentId: text(value["parent_id"]),
    rule: text(value["rule"]),
    isDeclared: value["is_declared"] === true,
    confirmedBy: text(value["confirmed_by"]),
    proposal: readProposal(value["proposal"]),
    history: list(value["history"]).filter(isRecord).map(readHistory),
    classes: list(value["classes"]).flatMap(readClass),
  };
}

export function readTaxonomy(value: unknown): TaxonomyView | null {
  if (!isRecord(value) || !Array.isArray(value["families"])) return null;
  return {
    agent: text(value["agent"]) ?? "unknown",
    runs: number(value["runs"]),
    failedRuns: number(value["failed_runs"]),
    unseenMass: number(value["unseen_mass"]),
    unseenLow: number(value["unseen_mass_low"]),
    unseenHigh: number(value["unseen_mass_high"]),
    families: value["families"].flatMap((each) => {
      const signal = readSignal(record(each)["signal"]);
      return signal === null ? [] : [{ signal, signals: list(record(each)["signals"]).flatMap((one) => readSignal(one) ?? []) }];
    }),
    wins: list(value["wins"]).flatMap((each) => readSignal(each) ?? []),
  };
}

export function readRate(value: unknown): RateView {
  const from = record(value);
  return {
    count: number(from["count"]),
    denominator: number(from["denominator"]),
    rate: number(from["rate"]),
    low: number(from["rate_low"]),
    high: number(from["rate_high"]),
  };
}

export function readTrend(value: unknown): TrendView[] {
  const atMs = timeMs(record(value)["at"]);
  return atMs === null ? [] : [{ atMs, ...readRate(value) }];
}

function readBreakdown(value: unknown): BreakdownView[] {
  const name = text(record(value)["value"]);
  return name === null ? [] : [{ value: name, ...readRate(value) }];
}

function readProposal(value: unknown): ProposalView | null {
  const at = isRecord(value) ? text(value["at"]) : null;
  if (!isRecord(value) || at === null) return null;
  return {
    status: word(value["status"], proposalStatuses, "pending"),
    name: text(value["name"]),
    definition: text(value["definition"]),
    mergeInto: text(value["merge_into"]),
    reason: text(value["reason"]),
    error: text(value["error"]),
    at,
  };
}

function readHistory(entry: Record<string, unknown>): HistoryView {
  return {
    atMs: timeMs(entry["at"]),
    by: text(entry["by"]) ?? "",
    kind: text(entry["kind"]) ?? "changed",
    reason: text(entry["reason"]),
    other: text(entry["other"]),
  };
}

function readClass(value: unknown): ClassView[] {
  const from = record(value);
  const key = text(from["key"]);
  if (key === null) return [];
  const template = text(from["template"]) ?? "";
  return [{ key, name: template === "" ? key : template, findings: number(from["findings"]) }];
}
