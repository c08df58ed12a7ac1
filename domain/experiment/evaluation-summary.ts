// What an evaluation found, in numbers: judgements apart from what could not be judged, the rate always with its coverage, and how reliably
// a case passes when it is tried several times. Results of one case hang together, so intervals are over cases, one evaluator at a time.
import { passAcrossTasks } from "../statistics/pass-at-k.ts";
import { seededRandom } from "../statistics/seeded-random.ts";
import { wilsonInterval } from "../statistics/wilson-interval.ts";
import type { ResultStatus } from "./check-result.ts";
import type { EvaluationItem } from "./evaluation.ts";

export type Counts = Record<ResultStatus | "pending", number>;

export interface Summary {
  counts: Counts;
  /** passed / (passed + failed); null without a judgement. */
  passRate: number | null;
  /** (passed + failed) / all; null without items. */
  coverage: number | null;
}

export interface EvaluatorSummary extends Summary {
  evaluatorId: string;
  /** Wilson, 95 %, over cases: of a case that was tried several times its share counts. Null without a judgement. */
  low: number | null;
  high: number | null;
  /** pass^k over cases for k = 1 … repeats; empty without repeats. */
  passHatK: { k: number; value: number; low: number | null; high: number | null; cases: number }[];
  meanScore: number | null;
}

/** Draws of the interval of pass^k: the same every time. */
const seed = "pass^k";

export function summaryOf(items: readonly EvaluationItem[]): Summary {
  const counts: Counts = { passed: 0, failed: 0, errored: 0, skipped: 0, pending: 0 };
  for (const { status } of items) counts[status] += 1;
  const judged = counts.passed + counts.failed;
  return {
    counts,
    passRate: judged === 0 ? null : counts.passed / judged,
    coverage: items.length === 0 ? null : judged / items.length,
  };
}

export function evaluatorSummary(evaluatorId: string, items: readonly EvaluationItem[], repeats: number): EvaluatorSummary {
  const own = items.filter((item) => item.evaluatorId === evaluatorId);
  const tasks = tasksOf(own, repeats);
  const shares = tasks.map(({ tries, successes }) => successes / tries);
  const interval = wilsonInterval(
    shares.reduce((a, b) => a + b, 0),
    shares.length,
  );
  const scores = own.flatMap(({ score }) => (score === null ? [] : [score]));
  return {
    evaluatorId,
    ...summaryOf(own),
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    passHatK: repeats === 1 ? [] : reliability(tasks, repeats),
    meanScore: scores.length === 0 ? null : scores.reduce((a, b) => a + b, 0) / scores.length,
  };
}

interface Task {
  tries: number;
  successes: number;
}

/** Cases with at least one judgement. */
function tasksOf(items: readonly EvaluationItem[], repeats: number): Task[] {
  const byCase = Map.groupBy(items, ({ n }) => Math.floor(n / repeats));
  return [...byCase.values()].flatMap((tries) => {
    const judged = tries.filter(({ status }) => status === "passed" || status === "failed");
    return judged.length === 0 ? [] : [{ tries: judged.length, successes: judged.filter(({ status }) => status === "passed").length }];
  });
}

function reliability(tasks: readonly Task[], repeats: number): EvaluatorSummary["passHatK"] {
  return Array.from({ length: repeats }, (_, i) => i + 1).flatMap((k) => {
    const found = passAcrossTasks(tasks, k, "all_of_k", seededRandom(seed));
    if (found === null) return [];
    return [{ k, value: found.value, low: found.interval?.low ?? null, high: found.interval?.high ?? null, cases: found.tasks }];
  });
}
