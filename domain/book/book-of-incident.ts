// What an incident taught: what moved, and why. Only one that is over and whose cause was named teaches anything; its course stands with the
// incident itself.
import type { Cause, Drift } from "../drift/drift.ts";
import { dimensionWords, numberWords, oneLine, timeWords, unitOf } from "../drift/words.ts";
import type { Incident } from "../incident/incident.ts";
import { entryOf, say, type BookEntry, type Sentence } from "./entry.ts";

/** Drifts that an entry tells of; the others stand with the incident. */
const mostDrifts = 4;
const dayMs = 86_400_000;

/** null where nothing was learned. */
export function bookOfIncident(incident: Incident): BookEntry | null {
  const { id, slug, agent, status, resolved_at: at, attribution, drifts, merged_into, withdrawn_at } = incident;
  const [cause] = attribution.causes;
  if (status !== "resolved" || at === null || merged_into !== null || withdrawn_at !== null) return null;
  if (attribution.verdict !== "attributed" || cause === undefined) return null;
  const told = drifts.slice(0, mostDrifts);
  return entryOf(
    {
      agent,
      at,
      kind: "incident",
      slug: `incident-${slug}`,
      title: oneLine(incident.title, 200),
      conclusion: "explained",
      claim: null,
      believed: told.flatMap((drift) => believedOf(drift, id)),
      tested: testedOf(incident, cause),
      found: [...told.flatMap((drift) => foundOf(drift, id)), ...causeOf(cause, attribution.certain, id)],
      shipped: shippedOf(incident),
    },
    [id, at],
    [id, ...incident.drifts.map((drift) => drift.id), ...incident.signals.map((signal) => signal.id), ...incident.lineage.runs],
  );
}

/** The incident's page shows the drift that a sentence speaks of. */
function believedOf({ id, dimension, baseline, onset_at }: Drift, incidentId: string): Sentence[] {
  if (baseline.value === null) return [];
  const value = `${numberWords(baseline.value)}${unitOf(dimension)}`;
  return say(
    `Until ${timeWords(Date.parse(onset_at))} UTC ${dimensionWords(dimension)} was ${value} (${baseline.n} runs).`,
    incidentId,
    id,
  );
}

function testedOf({ id, drifts, attribution, lineage }: Incident, cause: Cause): Sentence[] {
  const [first] = drifts;
  const rivals = attribution.causes.length;
  const runs =
    first === undefined
      ? ""
      : `Runs after the change were compared with those before it (${first.current.n} and ${first.baseline.n} of them). `;
  const causes = rivals === 1 ? "No other cause came near." : `${rivals} possible causes were weighed against each other.`;
  return [
    ...say(`${runs}${causes}`, id, first?.id, ...lineage.changes),
    ...cause.evidence.slice(0, 3).flatMap((sentence) => say(oneLine(sentence, 400), id, cause.change_id)),
  ];
}

function foundOf({ id, dimension, kind, baseline, current, effect }: Drift, incidentId: string): Sentence[] {
  const unit = unitOf(dimension);
  const interval = `${effect.measure.replaceAll("_", " ")} ${numberWords(effect.value)}, 95 % interval ${numberWords(effect.low)} to ${numberWords(effect.high)}`;
  const name = dimensionWords(dimension);
  const begin = name.charAt(0).toUpperCase() + name.slice(1);
  if (kind === "categorical" || baseline.value === null || current.value === null)
    return say(`${begin} changed (${interval}).`, incidentId, id);
  return say(`${begin} went from ${numberWords(baseline.value)} to ${numberWords(current.value)}${unit} (${interval}).`, incidentId, id);
}

function causeOf(
  { kind, ref, from, to, share, share_low, share_high, confidence, change_id }: Cause,
  certain: boolean,
  id: string,
): Sentence[] {
  const course = to === null ? "" : from === null ? ` (now ${oneLine(to)})` : ` (${oneLine(from)} → ${oneLine(to)})`;
  const part =
    share === null || share_low === null || share_high === null
      ? ""
      : `; it explains ${percent(share)} of the change (${percent(share_low)} to ${percent(share_high)})`;
  return say(
    `${certain ? "The cause" : "The likely cause"} was the ${kind} ${oneLine(ref)}${course}, at a confidence of ${percent(confidence)}${part}.`,
    id,
    change_id,
  );
}

function shippedOf({ id, opened_at, resolved_at, owner, lineage }: Incident): Sentence[] {
  const days = resolved_at === null ? null : Math.max(0, (Date.parse(resolved_at) - Date.parse(opened_at)) / dayMs);
  const lasted = days === null ? "" : ` ${numberWords(Number(days.toFixed(1)))} days after it was opened`;
  const by = owner === null ? "" : `, with ${oneLine(owner)} as its owner`;
  const against = lineage.artifacts.map((artifact) => oneLine(artifact)).join(", ");
  return [
    ...say(`The incident was resolved${lasted}${by}.`, id),
    ...(against === "" ? [] : say(`What was made against it: ${against}.`, id, ...lineage.artifacts)),
  ];
}

const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`;
