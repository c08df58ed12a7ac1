// What an experiment measures: metrics with a goal, one of which is primary and decides; those with a margin are guardrails, the others are
// explored and decide nothing. A metric is a rate (values in [0, 1]) or an amount (times, tokens, money), and a margin means points of a
// rate, or a share of an amount.
import * as z from "zod";
import type { Goal } from "./comparison.ts";

/** More would be fishing for a difference. */
const mostMetrics = 20;

export const metricKinds = ["rate", "amount"] as const;
export type MetricKind = (typeof metricKinds)[number];
export type MetricRole = "primary" | "guardrail" | "exploratory";

const metric = z.strictObject({
  name: z.string().min(1).max(200).meta({ description: "A dimension, or a metric that outcomes are posted for." }),
  goal: z.enum(["increase", "decrease"]).meta({ description: "Which way is better." }),
  primary: z.boolean().optional().meta({ description: "The one that decides; the first when none says so." }),
  margin: z.number().positive().max(1).optional().meta({
    description:
      "A loss smaller than this is accepted: points of a rate, a share of an amount. Makes a guardrail of a metric that is not primary.",
  }),
  kind: z
    .enum(metricKinds)
    .optional()
    .meta({ description: "`rate` for values in [0, 1], else `amount`; by the dimension, or by the values, when absent." }),
});
export type PlannedMetric = z.output<typeof metric>;

export const plannedMetrics = z
  .array(metric)
  .min(1)
  .max(mostMetrics)
  .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, "names a metric twice")
  .refine((list) => list.filter(({ primary }) => primary === true).length <= 1, "has more than one primary metric");

/** A loss of five points, or of a tenth more, that a primary metric without a margin must not pass. Statistics.md 4.2. */
const usualMargins: Readonly<Record<MetricKind, number>> = { rate: 0.05, amount: 0.1 };

export function roleOf(metrics: readonly PlannedMetric[], { name, margin }: PlannedMetric): MetricRole {
  const primary = metrics.find((one) => one.primary === true) ?? metrics[0];
  if (primary?.name === name) return "primary";
  return margin === undefined ? "exploratory" : "guardrail";
}

/** null for a metric that is not guarded. */
export function guardedMargin({ margin }: PlannedMetric, role: MetricRole, kind: MetricKind): number | null {
  return margin ?? (role === "primary" ? usualMargins[kind] : null);
}

const amounts = /^(?:latency|volume|tokens|cost)\.|^output\.length$/;
const rates = /^(?:outcome|signal)\.|^tool\..+\.error_rate$/;

/** Said, or known by its name, or seen: a value above 1 is none of a rate. */
export function kindOf({ name, kind }: PlannedMetric, isAboveOne: boolean): MetricKind {
  if (kind !== undefined) return kind;
  if (amounts.test(name)) return "amount";
  return rates.test(name) || !isAboveOne ? "rate" : "amount";
}

/** As sentences write a value. */
export function asText(kind: MetricKind): (value: number) => string {
  return kind === "rate" ? (value) => `${Number((100 * value).toFixed(1))} %` : (value) => String(Number(value.toPrecision(4)));
}

/** 1 is best: as bets take a rate. */
export function goodness(value: number, goal: Goal): number {
  const inside = Math.min(1, Math.max(0, value));
  return goal === "increase" ? inside : 1 - inside;
}
