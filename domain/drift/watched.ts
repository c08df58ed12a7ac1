// Which dimensions and which parts of an agent are watched when its runs show more names than anyone could: those that most runs show.
// What is built in comes first; a name made up for each run (a tool, an attribute, a score) cannot push it out.
import { HeavyHitters } from "../statistics/heavy-hitters.ts";
import type { RunFacts } from "./facts.ts";

/** Dimensions of an agent; each costs a detector for its cells in three lanes, and the reader's time. */
export const mostDimensions = 200;
/** Names that are counted at once: agents have some dozens to some hundreds, for which the count is exact. */
const counted = 4_096;
/** Dimensions whose name holds a name of the sender's. */
const named = /^(?:tool|latency\.tool|cohort|score|signal)\./;

/** Names of the dimensions that are watched: all that are built in or defined by people, then those that most runs show. */
export function watchedDimensions(runs: readonly RunFacts[]): ReadonlySet<string> {
  const own = new Set<string>();
  const others = new HeavyHitters(counted);
  for (const run of runs)
    for (const { dimension } of run.observations) {
      if (own.has(dimension)) continue;
      if (named.test(dimension)) others.add(dimension);
      else if (own.size < mostDimensions) own.add(dimension);
    }
  return new Set([...own, ...others.top(mostDimensions - own.size)]);
}

/** Slots of versions (tools, prompts, artifacts by name) whose history is kept: each costs a number a run. */
const mostSlots = 256;

/** The slots that most runs show. @param slotsOf of one run, each once */
export function watchedSlots(runs: readonly RunFacts[], slotsOf: (run: RunFacts) => Iterable<string>): ReadonlySet<string> {
  const slots = new HeavyHitters(counted);
  for (const run of runs) for (const slot of slotsOf(run)) slots.add(slot);
  return new Set(slots.top(mostSlots));
}
