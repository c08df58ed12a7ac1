// A backfill as its form says it: texts of fields to the body that the API takes. What is empty is left out, so that the API's own
// defaults hold; what is wrong is left for the API to say.
import { fromLocal } from "./time-format.ts";

export type Field = (name: string) => string;

/** Fields that make up a backfill: what a preview needs, and what goes on to the button that begins it. */
export const backfillFields = ["agent", "target", "ref", "from", "to", "sample", "max_cost_usd"] as const;

export const targets = [
  { id: "signal_id", name: "A signal" },
  { id: "detector", name: "A detector" },
  { id: "dimension", name: "A dimension" },
] as const;

/** @param zone of the project: times of the form are in it */
export function backfillBody(field: Field, zone: string): Record<string, unknown> {
  const target = targets.find(({ id }) => id === field("target"))?.id ?? "signal_id";
  const given: Record<string, unknown> = {
    agent: field("agent"),
    target: { [target]: field("ref") },
    from: field("from") === "" ? null : fromLocal(field("from"), zone),
    to: field("to") === "" ? null : fromLocal(field("to"), zone),
    sample: numberIn(field("sample")),
    max_cost_usd: numberIn(field("max_cost_usd")),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
}

/** What is no number goes on as it is, for the API to refuse. */
function numberIn(value: string): number | string | null {
  if (value === "") return null;
  const parsed = Number(value);
  return Number.isFinite(parsed) ? parsed : value;
}
