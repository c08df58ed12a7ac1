// An incident in one line and in a paragraph: what moved from where to where since when, and the cause as far as it is known. Names
// from traces are cut and kept on one line; a cause is worded "likely" unless the evidence allows more.
import type { Attribution, Cause } from "../drift/drift.ts";
import type { FreshDrift } from "../drift/analysis.ts";
import { dimensionWords, numberWords, oneLine, timeWords, unitOf } from "../drift/words.ts";

/** Longest title in characters: one line of an inbox, a chat message or a page. */
const longestTitle = 180;

type Moved = Pick<FreshDrift, "dimension" | "kind" | "direction" | "baseline" | "current">;

/** One line about the most telling drift, with the cause. */
export function titleOf(agent: string, drift: Moved, onsetMs: number, attribution: Attribution): string {
  const cause = causeWords(attribution);
  return oneLine(`${movedWords(agent, drift)} since ${timeWords(onsetMs)}${cause === null ? "" : `; ${cause}`}`, longestTitle);
}

/** A paragraph: all that moved, the cause with its first pieces of evidence. */
export function summaryOf(agent: string, drifts: readonly Moved[], onsetMs: number, attribution: Attribution): string {
  const [first, ...rest] = drifts;
  const sentences = first === undefined ? [] : [`${movedWords(agent, first)} since ${timeWords(onsetMs)} UTC.`];
  if (rest.length > 0)
    sentences.push(
      `Also moved: ${listed(rest.slice(0, 5).map((drift) => changeWords(drift)))}${rest.length > 5 ? ` and ${rest.length - 5} more` : ""}.`,
    );
  const cause = causeWords(attribution);
  sentences.push(cause === null ? "No cause can be named from the runs." : `${cause.charAt(0).toUpperCase()}${cause.slice(1)}.`);
  sentences.push(...(attribution.causes[0]?.evidence.slice(0, 2) ?? []));
  return sentences.join(" ");
}

function movedWords(agent: string, drift: Moved): string {
  const { dimension, baseline, current } = drift;
  const of = oneLine(agent, 40);
  if (dimension === "volume.runs" && current.value === 0) return `${of} went silent`;
  const words = dimensionWords(dimension);
  const name = words.charAt(0).toUpperCase() + words.slice(1);
  if (drift.kind === "categorical" || baseline.value === null || current.value === null) return `${name} of ${of} changed`;
  return `${name} of ${of} ${verb(drift)} from ${numberWords(baseline.value)} to ${numberWords(current.value)}${unitOf(dimension)}`;
}

function changeWords(drift: Moved): string {
  const { dimension, baseline, current } = drift;
  const name = dimensionWords(dimension);
  if (drift.kind === "categorical" || baseline.value === null || current.value === null) return name;
  return `${name} (${numberWords(baseline.value)} → ${numberWords(current.value)}${unitOf(dimension)})`;
}

function verb({ baseline, current }: Moved): string {
  if (baseline.value === null || current.value === null || baseline.value === current.value) return "moved";
  return current.value < baseline.value ? "fell" : "rose";
}

/** null where nothing can be named. */
function causeWords({ verdict, causes, certain }: Attribution): string | null {
  const [first] = causes;
  if (first === undefined) return null;
  if (verdict === "confounded") return `${listed(causes.slice(0, 3).map(nameOf))} came together and cannot be told apart`;
  if (verdict !== "attributed") return null;
  return `${certain ? "cause" : "likely cause"}: ${nameOf(first)}`;
}

function nameOf({ kind, ref, from, to, change_id: recorded }: Cause): string {
  const name = oneLine(ref, 50);
  const next = to === null ? "" : oneLine(to, 30);
  switch (kind) {
    case "model":
      return from === null ? `model ${name}` : `model ${oneLine(from, 40)} → ${name}`;
    case "cohort":
      return `other users (more ${name})`;
    case "instrumentation":
      return `instrumentation ${name}; the agent itself did not change`;
    case "tool":
      return recorded === null
        ? to === null
          ? `tool ${name} behaves differently`
          : `tool ${name} started to fail with ${next}`
        : `change of tool ${name}`;
    default:
      return `${kind} ${name}`;
  }
}

function listed(items: readonly string[]): string {
  return items.length <= 1 ? (items[0] ?? "") : `${items.slice(0, -1).join(", ")} and ${items[items.length - 1] ?? ""}`;
}
