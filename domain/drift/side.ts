// A stretch of observations as one number with an interval: a rate (Wilson), a median (order statistics), or the share of the most
// common category with the counts of all. null where nothing was observed.
import { quantileInterval } from "../statistics/order-statistic-interval.ts";
import { wilsonInterval } from "../statistics/wilson-interval.ts";
import { ascendingValues, type Ranges } from "./cells.ts";
import type { Column } from "./column.ts";

export interface Side {
  n: number;
  value: number | null;
  low: number | null;
  high: number | null;
  [more: string]: unknown;
}

/** Categories that are listed by name. */
const mostListed = 20;

/** `category`: whose share is wanted; without it the most common one's. */
export function sideOf(column: Column, ranges: Ranges, weights: Float64Array | null, category?: string): Side {
  if (column.kind === "categorical") return mixSide(column, ranges, weights, category);
  if (column.kind !== "proportion") {
    const values = ascendingValues(column, ranges);
    const median = quantileInterval(values, 0.5);
    return { n: values.length, value: median?.value ?? null, low: median?.low ?? null, high: median?.high ?? null };
  }
  let hits = 0;
  let n = 0;
  for (const [from, to] of ranges) {
    for (let i = from; i < to; i++) {
      const weight = (weights === null ? 1 : (weights[column.runs[i] ?? 0] ?? 1)) * (column.trials[i] ?? 1);
      hits += weight * (column.values[i] ?? 0);
      n += weight;
    }
  }
  return shareSide(hits, n);
}

function shareSide(hits: number, n: number): Side {
  const interval = wilsonInterval(hits, n);
  return { n: Math.round(n), value: n > 0 ? hits / n : null, low: interval?.low ?? null, high: interval?.high ?? null };
}

function mixSide(column: Column, ranges: Ranges, weights: Float64Array | null, category?: string): Side {
  const counts = new Map<number, number>();
  let n = 0;
  for (const [from, to] of ranges) {
    for (let i = from; i < to; i++) {
      const weight = weights === null ? 1 : (weights[column.runs[i] ?? 0] ?? 1);
      n += weight;
      for (let k = column.codeStart[i] ?? 0; k < (column.codeStart[i + 1] ?? 0); k++) {
        const code = column.codes[k] ?? 0;
        counts.set(code, (counts.get(code) ?? 0) + weight);
      }
    }
  }
  const ranked = [...counts]
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .map(([code, count]): [string, number] => [column.categories[code] ?? "", count]);
  const chosen = category ?? ranked[0]?.[0] ?? null;
  const side = shareSide(ranked.find(([name]) => name === chosen)?.[1] ?? 0, n);
  return {
    ...side,
    category: chosen,
    categories: Object.fromEntries(ranked.slice(0, mostListed).map(([name, count]) => [name, Math.round(count)])),
  };
}
