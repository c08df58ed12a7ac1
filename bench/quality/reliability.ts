// Is a stated confidence what it says? Causes that were named, sorted by their confidence: of those given 0.8, eight in ten should be right.
// A bin fails when it is overconfident beyond what chance explains; being right more often than stated is only told.
import { wilsonInterval } from "../../domain/statistics/wilson-interval.ts";
import { shown, type Row, told } from "../rows.ts";

/** A cause that was named. `weight`: how often such a case occurs in the world that is meant; 1 where cases are that world. */
export interface Named {
  confidence: number;
  right: boolean;
  weight?: number;
}

const edges = [0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0000001] as const;

/** One row a bin that holds any; `label` says whose confidence it is. */
export function reliabilityRows(label: string, named: readonly Named[]): Row[] {
  return edges.slice(0, -1).flatMap((low, i) => {
    const high = edges[i + 1] ?? 1;
    const bin = named.filter(({ confidence }) => confidence >= low && confidence < high);
    if (bin.length === 0) return [];
    const total = bin.reduce((sum, { weight = 1 }) => sum + weight, 0);
    const squares = bin.reduce((sum, { weight = 1 }) => sum + weight * weight, 0);
    const mean = bin.reduce((sum, { confidence, weight = 1 }) => sum + weight * confidence, 0) / total;
    const right = bin.reduce((sum, one) => sum + (one.right ? (one.weight ?? 1) : 0), 0) / total;
    const effective = total ** 2 / squares;
    const interval = wilsonInterval(right * effective, effective) ?? { low: 0, high: 1 };
    const name = `right at confidence ${low} to ${Math.min(1, high)}, ${label}`;
    const row = told(name, right, `of ${bin.length}`, `stated ${shown(mean)}; 95 % ${shown(interval.low)} to ${shown(interval.high)}`);
    return [{ ...row, target: "as stated", pass: interval.high >= mean - tolerance }];
  });
}

/** Confidences are told to two digits. */
const tolerance = 0.005;
