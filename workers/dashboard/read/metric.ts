// A metric of an experiment as the public API writes it, with what the plan says of it: which way is better, and which loss is accepted.
// Where the plan says nothing, its name does.
import { isRecord, number, record, text, word } from "../json.ts";

export const metricRoles = ["primary", "guardrail", "exploratory"] as const;

export interface GuardView {
  margin: number | null;
  pairs: number | null;
  harmE: number | null;
  noHarmE: number | null;
  isHarmful: boolean;
  isHarmless: boolean;
}

export interface MetricView {
  name: string;
  role: (typeof metricRoles)[number];
  goal: "increase" | "decrease";
  /** Values are shares; else they are amounts. */
  isRate: boolean;
  baseline: number | null;
  candidate: number | null;
  difference: number | null;
  low: number | null;
  high: number | null;
  pOrE: number | null;
  method: string;
  n: number | null;
  requiredN: number | null;
  /** An accepted loss: points of a rate, a share of an amount; null where none is stated. */
  margin: number | null;
  guard: GuardView | null;
}

/** @param planned the plan's metrics */
export function readMetric(value: unknown, planned: readonly unknown[]): MetricView[] {
  const from = record(value);
  const name = text(from["name"]);
  if (name === null) return [];
  const plan = record(planned.find((each) => isRecord(each) && each["name"] === name));
  const guard = readGuard(from["guard"]);
  const [baseline, candidate] = [number(from["baseline"]), number(from["candidate"])];
  return [
    {
      name,
      role: word(from["role"], metricRoles, "exploratory"),
      goal: word(plan["goal"], ["increase", "decrease"] as const, betterWhenLess.test(name) ? "decrease" : "increase"),
      isRate: isRate(name, text(plan["kind"]), [baseline, candidate]),
      baseline,
      candidate,
      difference: number(from["difference"]),
      low: number(from["low"]),
      high: number(from["high"]),
      pOrE: number(from["p_or_e"]),
      method: text(from["method"]) ?? "",
      n: number(from["n"]),
      requiredN: number(from["required_n"]),
      margin: guard?.margin ?? number(plan["margin"]),
      guard,
    },
  ];
}

const betterWhenLess = /^(?:latency|cost|tokens|signal)\.|^outcome\.(?:error|refusal)$|\.error_rate$/;
const amounts = /^(?:latency|volume|tokens|cost)\.|^output\.length$/;

/** As the plan says; by its name; a value outside of 0 and 1 is none of a rate. */
function isRate(name: string, kind: string | null, values: readonly (number | null)[]): boolean {
  if (kind !== null) return kind === "rate";
  return !amounts.test(name) && values.every((each) => each === null || (each >= 0 && each <= 1));
}

function readGuard(value: unknown): GuardView | null {
  if (!isRecord(value)) return null;
  return {
    margin: number(value["margin"]),
    pairs: number(value["pairs"]),
    harmE: number(value["harm_e"]),
    noHarmE: number(value["no_harm_e"]),
    isHarmful: value["is_harmful"] === true,
    isHarmless: value["is_harmless"] === true,
  };
}
