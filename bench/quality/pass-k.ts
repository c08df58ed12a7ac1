// How reliably an agent does a task: pass^k of recorded runs (k tries, all of them right) beside the published figures, with intervals over
// tasks. Exports its rows for the quality bench.
import { join } from "node:path";
import * as z from "zod";
import { passAcrossTasks } from "../../domain/statistics/pass-at-k.ts";
import { seededRandom } from "../../domain/statistics/seeded-random.ts";
import type { Row } from "../rows.ts";
import { benchmarkFolder, readText } from "./data-folder.ts";

const outcomes = z.object({ runs: z.array(z.object({ task_id: z.number(), reward: z.number() })) });
/** tau-bench airline, gpt-4o, by k. */
const published = [0.42, 0.273, 0.22, 0.2] as const;
/** Figures are published to three digits. */
const rounding = 0.0005;

export function passRows(data: string): Row[] {
  const folder = benchmarkFolder(data, "taubench");
  const text = folder === null ? null : readText(join(folder, "gpt-4o-airline-outcomes.json"));
  if (text === null) return [];
  const byTask = Map.groupBy(outcomes.parse(JSON.parse(text)).runs, ({ task_id }) => task_id);
  const tasks = [...byTask.values()].map((runs) => ({ tries: runs.length, successes: runs.filter(({ reward }) => reward === 1).length }));
  return published.map((figure, i) => {
    const found = passAcrossTasks(tasks, i + 1, "all_of_k", seededRandom(`pass ${i + 1}`));
    const interval = found?.interval == null ? "" : `; 95 % ${found.interval.low.toFixed(2)} to ${found.interval.high.toFixed(2)}`;
    return {
      name: `pass^${i + 1}, tau-bench airline, gpt-4o`,
      value: found?.value ?? null,
      unit: `of ${tasks.length} tasks`,
      target: `${figure}`,
      reference: `published ${figure}${interval}`,
      pass: found !== null && Math.abs(found.value - figure) <= rounding,
    };
  });
}
