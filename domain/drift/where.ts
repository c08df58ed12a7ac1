// Whether a change is worse in some part of the traffic, as one sentence: the slices of a scan over who asks that carry it, and through
// which mechanism it entered. Both are descriptions for the reader; neither changes the verdict.
import { mechanismsOf } from "./mechanisms.ts";
import type { Competition } from "./rivals.ts";
import { amountLeaves, countLeaves, cubeOf, isAdditive } from "./cube.ts";
import { localise, localiseAmount, type Slice } from "./slice.ts";
import { dimensionWords, numberWords, oneLine, unitOf } from "./words.ts";

/** A slice with more of the later runs than this is not a part of the traffic but the traffic. */
const mostOfTraffic = 0.8;
/** Slices that are told. */
const mostTold = 3;

/** Sentences about place and way of the change, none when it is everywhere alike. */
export function whereSentences(competition: Competition): string[] {
  return [sliceSentence(competition), mechanismSentence(competition)].filter((sentence) => sentence !== null);
}

function sliceSentence({ window, outcomes, onset }: Competition): string | null {
  const primary = outcomes[0];
  const cube = cubeOf(window, onset.atMs);
  if (primary === undefined || cube === null) return null;
  const amounts = isAdditive(primary.dimension)
    ? localiseAmount(cube.attributes, amountLeaves(cube, window, primary.dimension)).causes
    : [];
  // amounts are judged against the half that moved least, which a cube of few leaves may not have; counts need no such half
  const isAmount = amounts.length > 0;
  const causes = isAmount ? amounts : localise(cube.attributes, countLeaves(cube, primary), primary.phi).causes;
  const [best] = causes;
  if (best === undefined || best.runs > mostOfTraffic * cube.runsAfter) return null;
  const unit = unitOf(primary.dimension);
  const size = ({ observed, expected, runs }: Slice): string =>
    isAmount
      ? `${numberWords(observed)}${unit} of ${dimensionWords(primary.dimension)} in ${runs} runs, ${numberWords(expected)}${unit} would be usual`
      : `${numberWords(Math.round(observed))} of ${Math.round(runs)} runs show it, ${numberWords(Math.round(expected))} would be usual`;
  const told = causes.slice(0, mostTold).map((slice) => `where ${placeOf(slice)} (${size(slice)})`);
  return `It is strongest ${told.join(", and ")}.`;
}

function placeOf({ where }: Slice): string {
  return where.map(({ attribute, value }) => `${oneLine(attribute, 40)}=${oneLine(value, 40)}`).join(" and ");
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
