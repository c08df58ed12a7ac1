// What the cells of an amount cost, beside the quantile sketches that others keep: time a value, bytes of state, and how far the 99th
// percentile is off in rank. Bento keeps the values themselves and cuts them exactly; a sketch keeps less and is off.
import { DDSketch } from "@datadog/sketches-js";
import { TDigest } from "tdigest";
import { quantileCuts } from "../domain/statistics/quantile-cells.ts";
import { seededRandom } from "../domain/statistics/seeded-random.ts";
import { median, told, type Row } from "./rows.ts";

const rounds = 5;
/** Runs that behaviour remembers of a busy agent: what one dimension is cut from. */
const values = 6_000;
const level = 0.99;

export function sketchRows(): Row[] {
  const random = seededRandom("amounts");
  const amounts = Float64Array.from({ length: values }, () => 50 * Math.exp(3 * random()));
  const ascending = amounts.toSorted();
  const rankError = (value: number): number => Math.abs(ascending.filter((amount) => amount <= value).length / values - level);
  const exact = timed(() => quantileCuts(amounts.toSorted()));
  const sketch = timed(() => sketched(amounts));
  const digest = timed(() => digested(amounts));
  const cut = quantileCuts(ascending).at(-1) ?? Number.NaN;
  const peers = `DDSketch ${(values / sketch.ms).toFixed(0)}, tdigest ${(values / digest.ms).toFixed(0)}`;
  const bytes = `DDSketch ${8 * sketch.made.store.bins.length}, tdigest ${16 * digest.made.size()}`;
  const off = `DDSketch ${rankError(sketch.made.getValueAtQuantile(level)).toFixed(4)}, tdigest ${rankError(digest.made.percentile(level) ?? Number.NaN).toFixed(4)}`;
  return [
    told("values of a dimension cut into cells, exactly", values / exact.ms, "values/ms a core", peers),
    told("state of a dimension while it is judged", 8 * values, "bytes, at most", bytes),
    told("rank of the 99th percentile, off by", rankError(cut), "share of values", off),
  ];
}

function sketched(amounts: Float64Array): DDSketch {
  const sketch = new DDSketch({ relativeAccuracy: 0.01 });
  for (const amount of amounts) sketch.accept(amount);
  return sketch;
}

function digested(amounts: Float64Array): TDigest {
  const digest = new TDigest();
  for (const amount of amounts) digest.push(amount);
  digest.compress();
  return digest;
}

/** The median of some rounds after one that warms up. */
function timed<T>(work: () => T): { ms: number; made: T } {
  let made = work();
  const times = Array.from({ length: rounds }, () => {
    const started = performance.now();
    made = work();
    return performance.now() - started;
  });
  return { ms: median(times), made };
}
