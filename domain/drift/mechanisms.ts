// Where a changed outcome entered: with who asks, with the choice of a tool, with how that tool answered, or with what the agent made of
// it. Exact Shapley shares over count tables; they describe the way of a change, the cause is named elsewhere.
import { shapley } from "../statistics/shapley.ts";
import type { RunFacts } from "./facts.ts";
import type { Strata } from "./strata.ts";
import type { Outcome, Window } from "./window.ts";

/** Runs below which a table backs off to that of all groups (statistics.md 3.6). */
const leastRuns = 20;
/** Added to each cell, so that an empty one is not impossible. */
const smoothing = 0.5;

/** The tables of one group of askers on one side of the change. */
export interface GroupTable {
  /** Its share of runs. */
  share: number;
  /** P(the run uses the tool). */
  uses: number;
  /** P(the tool fails | used). */
  fails: number;
  /** Mean outcome without the tool, with it working, with it failing. */
  unused: number;
  working: number;
  failing: number;
}

/** Parts of the outcome's change; they add up to `total`. */
export interface MechanismShares {
  total: number;
  whoAsks: number;
  choice: number;
  tool: number;
  agent: number;
}

/** Shapley shares of the change from `before` to `after`; groups in the same order on both sides. */
export function mechanismShares(before: readonly GroupTable[], after: readonly GroupTable[]): MechanismShares {
  const value = (set: number): number => {
    let mean = 0;
    for (let g = 0; g < before.length; g++) {
      const [mix, choice, tool, agent] = [1, 2, 4, 8].map((bit) => ((set & bit) === 0 ? before[g] : after[g]));
      if (mix === undefined || choice === undefined || tool === undefined || agent === undefined) continue;
      const used = tool.fails * agent.failing + (1 - tool.fails) * agent.working;
      mean += mix.share * (choice.uses * used + (1 - choice.uses) * agent.unused);
    }
    return mean;
  };
  const [whoAsks = 0, choice = 0, tool = 0, agent = 0] = shapley(4, value);
  return { total: whoAsks + choice + tool + agent, whoAsks, choice, tool, agent };
}

/** The shares around the tool whose failures moved most, for an outcome that moved at `onsetMs`; null where no tool's failures moved. */
export function mechanismsOf(
  window: Window,
  outcome: Outcome,
  strata: Strata,
  onsetMs: number,
): { tool: string; shares: MechanismShares } | null {
  const tool = mostMovedTool(window.runs, onsetMs);
  if (tool === null) return null;
  const sides: Counts[][] = [0, 1].map(() => Array.from({ length: strata.count }, emptyCounts));
  for (const [i, run] of window.runs.entries()) {
    const y = outcome.y[i] ?? NaN;
    const group = sides[run.atMs < onsetMs ? 0 : 1]?.[strata.of[i] ?? 0];
    if (Number.isNaN(y) || group === undefined) continue;
    const failed = failureOf(run, tool);
    const state = failed === null ? 0 : failed ? 2 : 1;
    const weight = window.weights?.[i] ?? 1;
    group.n[state] += weight;
    group.y[state] += weight * y;
  }
  const [before = [], after = []] = sides;
  const both = pooled([...before, ...after]);
  if (runsIn(pooled(before)) < leastRuns || runsIn(pooled(after)) < leastRuns) return null;
  return { tool, shares: mechanismShares(tablesOf(before, both), tablesOf(after, both)) };
}

/** Runs (weighted where they were sampled) by state: without the tool, with it working, with it failing. */
interface Counts {
  n: [number, number, number];
  y: [number, number, number];
}
const states = [0, 1, 2] as const;

/** Thin tables back off to their side, and where that side never saw the tool fail (or work), to both. */
function tablesOf(groups: readonly Counts[], both: Counts): GroupTable[] {
  const side = pooled(groups);
  const total = runsIn(side);
  return groups.map((group) => {
    const base = runsIn(group) < leastRuns ? side : group;
    const users = [base, side].find(({ n }) => n[1] + n[2] >= leastRuns) ?? both;
    const rate = (state: 0 | 1 | 2): number => {
      const source = [base, side].find(({ n }) => n[state] >= leastRuns) ?? both;
      return (source.y[state] + smoothing) / (source.n[state] + 2 * smoothing);
    };
    return {
      share: runsIn(group) / total,
      uses: (base.n[1] + base.n[2] + smoothing) / (runsIn(base) + 2 * smoothing),
      fails: (users.n[2] + smoothing) / (users.n[1] + users.n[2] + 2 * smoothing),
      unused: rate(0),
      working: rate(1),
      failing: rate(2),
    };
  });
}

function pooled(groups: readonly Counts[]): Counts {
  const sum = emptyCounts();
  for (const { n, y } of groups) {
    for (const state of states) {
      sum.n[state] += n[state];
      sum.y[state] += y[state];
    }
  }
  return sum;
}

function emptyCounts(): Counts {
  return { n: [0, 0, 0], y: [0, 0, 0] };
}

function runsIn({ n }: Counts): number {
  return n[0] + n[1] + n[2];
}

/** The tool whose share of failing runs among all runs moved most; null where none failed often enough to matter. */
function mostMovedTool(runs: readonly RunFacts[], onsetMs: number): string | null {
  const failures = new Map<string, [number, number]>();
  const totals: [number, number] = [0, 0];
  for (const run of runs) {
    const side = run.atMs < onsetMs ? 0 : 1;
    totals[side]++;
    for (const tool of run.toolsUsed) {
      const counts = failures.get(tool) ?? [0, 0];
      failures.set(tool, counts);
      if (failureOf(run, tool) === true) counts[side]++;
    }
  }
  const moved = [...failures].map(([tool, [before, after]]) => ({
    tool,
    most: Math.max(before, after),
    by: Math.abs(after / Math.max(1, totals[1]) - before / Math.max(1, totals[0])),
  }));
  const best = moved.filter(({ most }) => most >= leastRuns).toSorted((a, b) => b.by - a.by || (a.tool < b.tool ? -1 : 1))[0];
  return best?.tool ?? null;
}

/** Whether the tool failed in this run; null where it was not used. */
function failureOf(run: RunFacts, tool: string): boolean | null {
  const name = `tool.${tool}.error_rate`;
  const seen = run.observations.find(({ dimension }) => dimension === name);
  return seen === undefined || typeof seen.value !== "number" ? null : seen.value > 0;
}
