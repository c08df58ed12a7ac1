// A signal in the public contract's words: a named class of findings with a plain definition, a rate with its interval, and a trend.
// Classes are what the clusterer tells apart; a signal is one or more of them, and people may join and part them.
import type { Severity } from "../drift/drift.ts";
import type { FindingPolarity } from "../finding/finding.ts";

export type SignalState = "new" | "escalating" | "ongoing" | "regressed" | "resolved" | "archived";

/** The finest thing that findings are told apart by: one family and one masked text. */
export interface FindingClass {
  /** `cls_` + hash of agent, family and masked text: the same in every project, order and re-run. */
  key: string;
  family: SignalFamily;
  /** The masked text, word by word; empty where the family says it all. */
  tokens: string[];
}

/** The upper level of the taxonomy: one kind of failure of one thing. */
export interface SignalFamily {
  polarity: FindingPolarity;
  detector: string;
  /** The tool's or step's name; null for the run. */
  subject: string | null;
}

/** Share of runs, with its Wilson 95 % interval; null where there are no runs. */
export interface SignalRate {
  count: number;
  denominator: number;
  rate: number | null;
  rate_low: number | null;
  rate_high: number | null;
}

export interface TrendPoint extends SignalRate {
  /** Begin of the day, UTC. */
  at: string;
}

/** The rate among the runs that have one value of one property. */
export interface BreakdownEntry extends SignalRate {
  value: string;
}

export interface Signal extends SignalRate {
  id: string;
  slug: string;
  agent: string;
  name: string;
  definition: string;
  /** Of the definition: a person's edit raises it. */
  version: number;
  polarity: FindingPolarity;
  state: SignalState;
  severity: Severity;
  /** Of the runs that have any failure; null for wins. */
  share_of_failures: number | null;
  /** Rate of the last four weeks × weight of the severity. */
  priority: number;
  first_seen: string | null;
  last_seen: string | null;
  /** One point a day over the last four weeks of the agent's traffic. */
  trend: TrendPoint[];
  /** `model`, `prompt` and each cohort attribute → its most frequent values. */
  by: Record<string, BreakdownEntry[]>;
  /** Run ids: newest first, typical ones before unusual ones. */
  examples: string[];
  parent_id: string | null;
}
