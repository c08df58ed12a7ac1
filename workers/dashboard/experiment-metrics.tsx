// What an experiment measured: the intervals as a picture, and all numbers as a table: no difference without its interval, no evidence without
// its method.
import type { Child } from "hono/jsx";
import { IntervalPlots } from "./charts/intervals.tsx";
import { dimensionTitle } from "./dimension-words.ts";
import { differenceRange, differenceText, evidenceText, methodText, wealthText, metricValue } from "./experiment-words.ts";
import { amount, count, dash, percent } from "./format.ts";
import { Name } from "./safe-text.tsx";
import { spoken } from "./words.ts";
import type { ExperimentView } from "./read/experiment.ts";
import type { MetricView } from "./read/metric.ts";

/** From here on an e-value is evidence; 1 in 20 by chance. */
const enough = 20;

export function ExperimentMetrics({ found }: { found: ExperimentView }): Child {
  const { metrics } = found;
  return (
    <section aria-labelledby="metrics">
      <h2 id="metrics">Measured</h2>
      {metrics.length === 0 ? (
        <p class="faint">Nothing yet.</p>
      ) : (
        <>
          <IntervalPlots metrics={metrics} />
          <Numbers metrics={metrics} />
          {metrics.some(({ guard }) => guard !== null) && <Guards metrics={metrics} />}
        </>
      )}
    </section>
  );
}

function Numbers({ metrics }: { metrics: readonly MetricView[] }): Child {
  return (
    <table class="list stacked metrics">
      <thead>
        <tr>
          <th scope="col">Metric</th>
          <th scope="col" class="right">
            Baseline
          </th>
          <th scope="col" class="right">
            Candidate
          </th>
          <th scope="col" class="right">
            Difference, 95 %
          </th>
          <th scope="col" class="right">
            p or e
          </th>
          <th scope="col" class="right">
            n
          </th>
          <th scope="col" class="right">
            n needed
          </th>
        </tr>
      </thead>
      <tbody>
        {metrics.map((metric) => (
          <tr>
            <td class="lead">
              <b title={metric.name}>
                <Name value={dimensionTitle(metric.name)} most={60} />
              </b>
              <p class="faint small">
                {spoken(metric.role)}, {metric.goal === "increase" ? "more" : "less"} is better
              </p>
            </td>
            <td class="right num" data-label="Baseline">
              {metricValue(metric, metric.baseline)}
            </td>
            <td class="right num" data-label="Candidate">
              {metricValue(metric, metric.candidate)}
            </td>
            <td class="right num" data-label="Difference, 95 %">
              {differenceText(metric, metric.difference)}
              <p class="faint small">{differenceRange(metric, metric.low, metric.high)}</p>
            </td>
            <td class="right num" data-label="p or e" title={methodText(metric.method)}>
              {evidenceText(metric.pOrE)}
            </td>
            <td class="right num" data-label="n">
              {count(metric.n)}
            </td>
            <td class="right num" data-label="n needed">
              {count(metric.requiredN)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Guards({ metrics }: { metrics: readonly MetricView[] }): Child {
  return (
    <>
      <h3>Guardrails</h3>
      <p class="faint small">
        Bets on harm and on no harm, looked at after every unit. {enough} is enough: by chance one canary in twenty gets there.
      </p>
      <table class="list stacked guards">
        <thead>
          <tr>
            <th scope="col">Metric</th>
            <th scope="col">Says</th>
            <th scope="col" class="right">
              Accepted loss
            </th>
            <th scope="col" class="right">
              For harm
            </th>
            <th scope="col" class="right">
              For no harm
            </th>
            <th scope="col" class="right">
              Pairs
            </th>
          </tr>
        </thead>
        <tbody>{metrics.flatMap((metric) => (metric.guard === null ? [] : [guardRow(metric, metric.guard)]))}</tbody>
      </table>
    </>
  );
}

function guardRow(metric: MetricView, guard: NonNullable<MetricView["guard"]>): Child {
  const says = guard.isHarmful ? ["Harmful", "broken"] : guard.isHarmless ? ["Harmless", "same_pass"] : ["Not known yet", "incomparable"];
  return (
    <tr>
      <td class="lead">
        <Name value={dimensionTitle(metric.name)} most={60} />
      </td>
      <td data-label="Says">
        <span class={`result res-${says[1]}`}>{says[0]}</span>
      </td>
      <td class="right num" data-label="Accepted loss">
        {guard.margin === null ? dash : metric.isRate ? `${amount(guard.margin * 100)} points` : percent(guard.margin)}
      </td>
      <td class="right num" data-label="For harm">
        {wealthText(guard.harmE)} <span class="faint">of {enough}</span>
      </td>
      <td class="right num" data-label="For no harm">
        {wealthText(guard.noHarmE)} <span class="faint">of {enough}</span>
      </td>
      <td class="right num" data-label="Pairs">
        {count(guard.pairs)}
      </td>
    </tr>
  );
}
