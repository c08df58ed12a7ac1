// An experiment as its form says it: texts of fields to the body that the API takes. What is empty is left out, so that the API's own
// defaults hold; what is wrong is left for the API to say.
import type { Form } from "./view.ts";
import { fromLocal } from "./time-format.ts";

type Field = Form["field"];

/** Fields of the form by the names that the API's complaints use. */
export const experimentFields = ["agent", "model", "prompt", "artifacts", "url", "secret", "driver", "runs", "sample", "from", "to", "attribute", "matching", "repeats", "evaluators", "max_cost_usd", "share", "unit", "metrics", "max_n", "looks", "strata", "holdback"]; // prettier-ignore

/** Metrics that the form of a canary has room for. */
export const metricRows = 4;

/** @param zone of the project: times of the form are in it */
export function experimentBody({ field }: Form, zone: string, isPreview: boolean): Record<string, unknown> {
  const kind = field("kind") === "canary" ? "canary" : "replay";
  const plan = kind === "canary" ? canaryPlan(field) : replayPlan(field, zone);
  return { kind, agent: field("agent"), candidate: candidateBody(field), plan: isPreview ? { ...plan, preview: true } : plan };
}

export function candidateBody(field: Field): Record<string, unknown> {
  const artifacts = names(field("artifacts"));
  const prompt = lines(field("prompt"));
  return filled({
    model: field("model"),
    config: prompt === "" ? null : { prompt },
    artifacts: artifacts.length === 0 ? null : artifacts,
    driver: field("driver") === "webhook" ? filled({ type: "webhook", url: field("url"), secret: field("secret") }) : null,
  });
}

function replayPlan(field: Field, zone: string): Record<string, unknown> {
  const runs = names(field("runs"));
  const evaluators = names(field("evaluators"));
  return filled({
    runs: runs.length === 0 ? null : runs,
    sample: runs.length === 0 ? sampleOf(field, zone) : null,
    matching: field("matching"),
    repeats: numberIn(field("repeats")),
    evaluators: evaluators.length === 0 ? null : evaluators,
    max_cost_usd: numberIn(field("max_cost_usd")),
  });
}

/** Short where only a number is said, so that the plan reads as it was meant. */
function sampleOf(field: Field, zone: string): unknown {
  const n = field("sample") === "" ? "all" : numberIn(field("sample"));
  const time = (value: string): string | null => (value === "" ? null : (fromLocal(value, zone) ?? value));
  const by = filled({ attribute: field("attribute"), signals: field("signals") === "" ? null : true });
  const more = filled({ from: time(field("from")), to: time(field("to")), by: Object.keys(by).length === 0 ? null : by });
  return Object.keys(more).length === 0 ? n : { n, ...more };
}

function canaryPlan(field: Field): Record<string, unknown> {
  const metrics = Array.from({ length: metricRows }, (_, i) => i).flatMap((i) => {
    const name = field(`metric_${i}`);
    if (name === "") return [];
    const margin = share(field(`margin_${i}`));
    return [filled({ name, goal: field(`goal_${i}`), margin, primary: i === 0 ? true : null })];
  });
  return filled({
    share: share(field("share")),
    unit: field("unit"),
    metrics,
    max_n: numberIn(field("max_n")),
    looks: numberIn(field("looks")),
    strata: field("strata"),
    holdback: share(field("holdback")),
  });
}

/** Percent of a form as a share. */
export function share(value: string): number | string | null {
  const parsed = numberIn(value.replace(/\s*%$/, ""));
  return typeof parsed === "number" ? Number((parsed / 100).toPrecision(12)) : parsed;
}

/** What is no number goes on as it is, for the API to refuse. */
export function numberIn(value: string): number | string | null {
  if (value === "") return null;
  const parsed = Number(value);
  return Number.isFinite(parsed) ? parsed : value;
}

/** Names one a line, or with white space or commas between them. */
export const names = (value: string): string[] => value.split(/[\s,]+/).filter((name) => name !== "");

/** Browsers send a text area's line breaks as CRLF. */
export const lines = (value: string): string => value.replaceAll("\r\n", "\n");

export const filled = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== ""));
