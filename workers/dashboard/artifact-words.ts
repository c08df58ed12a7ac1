// Words for what artifacts and optimisations say in codes. A difference comes with its interval, what is missing as a dash.
import { points, type Tone } from "./experiment-words.ts";
import { count, dash, percent } from "./format.ts";
import type { ArtifactState, PromiseView } from "./read/artifact.ts";
import type { ComparedView, OptimisationState } from "./read/optimisation.ts";

export const artifactStateWords: Record<ArtifactState, string> = {
  candidate: "has to prove itself first",
  validated: "proved by a gate, or signed for",
  promoted: "in use",
  deprecated: "out of use for good",
};

export const optimisationWords: Record<OptimisationState, { said: string; means: string; tone: Tone }> = {
  waiting: { said: "Waiting", means: "too few sessions yet, or nothing decided", tone: "calm" },
  kept: { said: "Kept", means: "at least half of what was promised is there, for certain", tone: "good" },
  not_kept: { said: "Not kept", means: "half of what was promised is ruled out", tone: "bad" },
  unclear: { said: "Unclear", means: "two weeks showed neither", tone: "warn" },
};

const makerWords: ReadonlyMap<string, string> = new Map([
  ["person", "a person"],
  ["rule", "Bento's rules, from runs"],
  ["model", "Claude"],
]);
export const makerText = (madeBy: string): string => makerWords.get(madeBy) ?? "unknown";

const draftWords: ReadonlyMap<string, string> = new Map([
  ["pending", "Claude is writing a further version. It shows here when it is there."],
  ["failed", "Claude's draft did not come about; the deterministic one stands."],
  ["off", "Drafted by rules alone: there is no model key, or no budget for it."],
]);
/** null where there is nothing to say. */
export const draftText = (status: string): string | null => draftWords.get(status) ?? null;

/** `12.0 % → 6.0 % (3.0 % to 9.0 %)`. */
export function promiseText({ from, to, low, high }: PromiseView): string {
  const interval = low === null || high === null ? "" : ` (${percent(low)} to ${percent(high)})`;
  return `${percent(from)} → ${percent(to)}${interval}`;
}

/** `−5.1 points (−8.0 to −2.2)`. */
export function differenceOf({ difference, low, high }: ComparedView): string {
  if (difference === null) return dash;
  return `${points(difference)} points${low === null || high === null ? "" : ` (${points(low)} to ${points(high)})`}`;
}

/** `6.0 % with, 11.1 % without; 120 against 140 sessions`. */
export function sidesOf({ with: withIt, without, unitsWith, unitsWithout }: ComparedView): string {
  return `${percent(withIt)} with, ${percent(without)} without; ${count(unitsWith)} against ${count(unitsWithout)} sessions`;
}
