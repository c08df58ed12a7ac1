// Whether a change is worse in some part of the traffic, as one sentence: the best slice of a scan over who asks, and through which
// mechanism it entered. Both are descriptions for the reader; neither changes the verdict.
import { mechanismsOf } from "./mechanisms.ts";
import type { Competition } from "./rivals.ts";
import { type Leaf, localise } from "./slice.ts";
import { strataBy } from "./strata.ts";
import { numberWords, oneLine } from "./words.ts";

/** Attributes that are scanned: those with few values first, as their slices are large enough to act on. */
const mostAttributes = 4;
/** A slice with more of the later runs than this is not a part of the traffic but the traffic. */
const mostOfTraffic = 0.8;

/** Sentences about place and way of the change, none when it is everywhere alike. */
export function whereSentences(competition: Competition): string[] {
  return [sliceSentence(competition), mechanismSentence(competition)].filter((sentence) => sentence !== null);
}

function sliceSentence({ window, outcomes, onset }: Competition): string | null {
  const primary = outcomes[0];
  if (primary === undefined) return null;
  const attributes = [...new Set(window.runs.flatMap((run) => Object.keys(run.cohort)))]
    .map((attribute) => ({ attribute, count: strataBy(window, [attribute]).count }))
    .filter(({ count }) => count > 1)
    .sort((a, b) => a.count - b.count || (a.attribute < b.attribute ? -1 : 1))
    .slice(0, mostAttributes)
    .map(({ attribute }) => attribute);
  if (attributes.length === 0) return null;
  const strata = strataBy(window, attributes);
  const leaves: (Leaf & { values: string[] })[] = Array.from({ length: strata.count }, () => ({
    values: [],
    n0: 0,
    bad0: 0,
    n1: 0,
    bad1: 0,
  }));
  for (const [i, run] of window.runs.entries()) {
    const leaf = leaves[strata.of[i] ?? 0];
    const y = primary.y[i] ?? NaN;
    if (leaf === undefined || Number.isNaN(y)) continue;
    leaf.values = attributes.map((attribute) => run.cohort[attribute] ?? "");
    const bad = primary.logOddsShift >= 0 ? y : 1 - y;
    if (run.atMs < onset.atMs) {
      leaf.n0++;
      leaf.bad0 += bad;
    } else {
      leaf.n1++;
      leaf.bad1 += bad;
    }
  }
  const kept = leaves.filter(({ values }) => values.length > 0);
  const [best] = localise(attributes, kept, primary.phi).causes;
  const runs = kept.reduce((sum, leaf) => sum + leaf.n1, 0);
  if (best === undefined || best.runs > mostOfTraffic * runs) return null;
  const where = best.where.map(({ attribute, value }) => `${oneLine(attribute, 40)}=${oneLine(value, 40)}`).join(" and ");
  return `It is strongest where ${where}: ${numberWords(Math.round(best.observed))} of ${best.runs} runs show it, ${numberWords(Math.round(best.expected))} would be usual.`;
}

function mechanismSentence({ window, outcomes, strata, onset }: Competition): string | null {
  const primary = outcomes.find(({ dimension }) => dimension === "outcome.success" || dimension === "outcome.error");
  const found = primary === undefined ? null : mechanismsOf(window, primary, strata, onset.atMs);
  if (primary === undefined || found === null) return null;
  const { tool, shares } = found;
  const parts = [
    { by: shares.tool, words: `failures of ${oneLine(tool, 40)}` },
    { by: shares.whoAsks, words: "who asks" },
    { by: shares.choice, words: `how often ${oneLine(tool, 40)} is used` },
    { by: shares.agent, words: "what the agent makes of it" },
  ].sort((a, b) => Math.abs(b.by) - Math.abs(a.by));
  const signed = (value: number): string => `${value < 0 ? "−" : "+"}${numberWords(Math.abs(value))}`;
  const name = primary.dimension === "outcome.success" ? "success" : "the error rate";
  return `The change of ${signed(shares.total)} in ${name} came in by ${parts.map(({ by, words }) => `${words} (${signed(by)})`).join(", ")}.`;
}
