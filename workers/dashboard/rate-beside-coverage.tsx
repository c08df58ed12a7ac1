// A pass rate is never shown alone: its interval and the coverage that it rests on stand beside it.
import type { Child } from "hono/jsx";
import { RateBar } from "./charts/rate.tsx";
import { percent } from "./format.ts";
import { intervalText } from "./signal-words.ts";
import type { RatesView } from "./read/evaluation.ts";

export function RateBesideCoverage({ rates }: { rates: RatesView }): Child {
  const { rate, low, high, coverage, counts } = rates;
  const judged = counts.passed + counts.failed;
  return (
    <div class="rate-coverage">
      <span class="num">
        <b>{rate === null ? "not judged" : percent(rate)}</b> <span class="faint">{intervalText({ low, high })}</span>
      </span>
      {rate !== null && <RateBar rate={{ rate, low, high, count: counts.passed, denominator: judged }} most={1} />}
      <span class={`small num ${coverage !== null && coverage < 1 ? "warn-text" : "faint"}`}>{percent(coverage)} covered</span>
    </div>
  );
}
