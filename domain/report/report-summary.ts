// A report in a few sentences: how much, how well, and what needs a person. What is not known is said to be, never left to look like nothing.
import type { Report, Share } from "./report.ts";

/** @param success of the period before, as @param error */
export function summaryOf(report: Omit<Report, "summary">, success: Share, error: Share): string[] {
  if (report.runs === 0)
    return [
      report.previous.runs === 0
        ? "No runs, as in the period before."
        : `No runs, after ${amount(report.previous.runs)} in the period before.`,
      ...eventsOf(report),
    ];
  return [volumeOf(report), ...spendOf(report), ...outcomesOf(report, success, error), ...eventsOf(report)];
}

function volumeOf({ runs, runs_estimated, change_pct, previous }: Omit<Report, "summary">): string {
  const sampled = runs_estimated === null ? "" : `, a sample that stands for about ${amount(runs_estimated)}`;
  return `${counted(runs, "run")}${sampled}${previous.runs === 0 ? " after none in the period before" : versus(change_pct.runs)}.`;
}

function spendOf({ tokens, cost_usd: cost, known, runs, change_pct: change }: Omit<Report, "summary">): string[] {
  const of = (part: number): string => (part === runs ? "" : ` (known of ${amount(part)} runs)`);
  return [
    tokens === null ? "Tokens are not known." : `${counted(tokens, "token")}${of(known.tokens)}${versus(change.tokens)}.`,
    cost === null ? "The cost is not known." : `Cost ${usd(cost)}${of(known.cost_usd)}${versus(change.cost_usd)}.`,
  ];
}

function outcomesOf({ outcome }: Omit<Report, "summary">, success: Share, error: Share): string[] {
  const said = outcome.success.n === 0 ? [] : [`Success ${rateWords(outcome.success)}${wasWords(success)}.`];
  return outcome.error.n === 0 ? said : [...said, `Errors ${rateWords(outcome.error)}${wasWords(error)}.`];
}

function eventsOf({ incidents, drifts, signals, experiments, gates }: Omit<Report, "summary">): string[] {
  const fresh = signals.filter(({ is_new, polarity }) => is_new && polarity === "failure").length;
  const parts = [
    incidents.length === 0 ? null : counted(incidents.length, "incident"),
    drifts.length === 0 ? null : counted(drifts.length, "drift"),
    fresh === 0 ? null : counted(fresh, "new kind") + " of failure",
    experiments.length === 0 ? null : counted(experiments.length, "experiment"),
    gates.length === 0 ? null : counted(gates.length, "gate"),
  ].filter((part) => part !== null);
  return [parts.length === 0 ? "No incident and no drift." : `${parts.join(", ")}.`];
}

export function rateWords({ rate, rate_low, rate_high, count, n }: Share): string {
  if (rate === null || rate_low === null || rate_high === null) return "not known";
  return `${percent(rate)} (${amount(count)} of ${amount(n)}, 95 % interval ${percent(rate_low)} to ${percent(rate_high)})`;
}

const wasWords = ({ rate }: Share): string => (rate === null ? "" : `, ${percent(rate)} before`);

function versus(change: number | null): string {
  if (change === null) return "";
  return change === 0 ? ", as before" : `, ${change > 0 ? "+" : "−"}${Math.abs(change).toLocaleString("en-US")} %`;
}

const amount = (value: number): string => value.toLocaleString("en-US");
const counted = (value: number, one: string): string => `${amount(value)} ${one}${value === 1 ? "" : "s"}`;
export const percent = (rate: number): string => `${Number((100 * rate).toFixed(1))} %`;
export const usd = (value: number): string => `$${value >= 1 ? value.toFixed(2) : Number(value.toPrecision(3))}`;
