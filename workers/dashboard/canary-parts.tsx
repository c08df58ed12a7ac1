// How a canary stands: its share and how it grew, whom its arms have, the looks that were taken and planned, whether the split can be trusted,
// what is held fixed, and what an agent sends to take part.
import type { Child } from "hono/jsx";
import { differenceRange, differenceText, evidenceText, metricValue, points, pText } from "./experiment-words.ts";
import { Figures } from "./figures.tsx";
import { amount, count, dash, percent, plural } from "./format.ts";
import { segment } from "./links.ts";
import { clipped, Name } from "./safe-text.tsx";
import { Moment } from "./time.tsx";
import { text } from "./json.ts";
import type { CanaryView, LookView } from "./read/canary.ts";
import type { ExperimentView } from "./read/experiment.ts";
import type { MetricView } from "./read/metric.ts";
import type { View } from "./view.ts";

interface Props {
  found: ExperimentView;
  canary: CanaryView;
  view: View;
}

export function CanaryParts({ found, canary, view }: Props): Child {
  return (
    <>
      <Arms found={found} canary={canary} />
      <Looks found={found} canary={canary} view={view} />
      <Split found={found} canary={canary} />
      {canary.holdback !== null && <Holdback holdback={canary.holdback} metrics={found.metrics} />}
      <TakePart found={found} view={view} />
    </>
  );
}

function Arms({ found, canary }: Omit<Props, "view">): Child {
  const { units } = canary;
  const primary = found.metrics.find(({ role }) => role === "primary");
  const of = (value: number | null): string => (primary === undefined ? dash : metricValue(primary, value));
  const leftOut = [
    { name: "Met both arms", value: units.doubleExposed, means: "left out" },
    { name: "Ran as the other arm", value: units.crossovers, means: "counted by the arm that they were given" },
    { name: "Moved by the ramp", value: units.movedByRamp, means: "had the baseline before the share grew; left out" },
    { name: "Without an outcome", value: units.withoutOutcome, means: "count for the split alone" },
  ];
  return (
    <section aria-labelledby="arms">
      <h2 id="arms">Arms</h2>
      <table class="list stacked arms">
        <thead>
          <tr>
            <th scope="col">Arm</th>
            <th scope="col" class="right">
              Units
            </th>
            <th scope="col" class="right">
              {primary === undefined ? "Primary metric" : <Name value={primary.name} most={40} />}
            </th>
          </tr>
        </thead>
        <tbody>
          {(["baseline", "candidate"] as const).map((arm) => (
            <tr>
              <td class="lead">{arm === "baseline" ? "Baseline" : "Candidate"}</td>
              <td class="right num" data-label="Units">
                {count(units[arm])}
              </td>
              <td class="right num" data-label="Primary metric">
                {of(primary?.[arm] ?? null)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <dl class="facts compact-facts">
        {leftOut.map(({ name, value, means }) => (
          <div>
            <dt>{name}</dt>
            <dd>
              <b class="num">{count(value)}</b> <span class="faint small">{means}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Looks({ found, canary, view }: Props): Child {
  const { looks, planned, information } = canary;
  return (
    <section aria-labelledby="looks">
      <h2 id="looks">Looks</h2>
      {planned === null ? (
        <p class="faint">No end is planned, so nothing is decided at looks: the interval holds however often it is looked at.</p>
      ) : (
        <>
          <div class="progress">
            <progress value={String(Math.min(1, information ?? 0))} max="1" aria-label="Of the planned information">
              {percent(information)}
            </progress>
            <span class="small num">
              {percent(information)} <span class="faint">of the information that {plural(planned.n ?? 0, "unit")} an arm would give</span>
            </span>
          </div>
          <p class="small">
            <b class="num">
              {count(looks.length)} of {count(planned.looks)}
            </b>{" "}
            looks taken. Each is taken once and never changed; together they err in 5 of 100 canaries.
          </p>
          {looks.length > 0 && <LookRows looks={looks} found={found} view={view} />}
        </>
      )}
    </section>
  );
}

function LookRows({ looks, found, view }: { looks: readonly LookView[]; found: ExperimentView; view: View }): Child {
  // An amount is compared by its logarithm, which is no difference to read.
  const isRate = found.metrics.find(({ role }) => role === "primary")?.isRate !== false;
  return (
    <table class="list stacked looks">
      <thead>
        <tr>
          <th scope="col">Look</th>
          <th scope="col" class="right">
            At
          </th>
          <th scope="col" class="right">
            Units
          </th>
          <th scope="col" class="right">
            Difference
          </th>
          <th scope="col" class="right">
            Score, of bound
          </th>
          <th scope="col" class="right">
            p
          </th>
          <th scope="col">Decided</th>
        </tr>
      </thead>
      <tbody>
        {looks.map((look, i) => (
          <tr>
            <td class="lead num">
              {i + 1} <span class="faint small">{percent(look.fraction)}</span>
            </td>
            <td class="right" data-label="At">
              <Moment at={look.atMs} clock={view.clock} show="absolute" />
            </td>
            <td class="right num" data-label="Units">
              {count(look.baselineN)} / {count(look.candidateN)}
            </td>
            <td class="right num" data-label="Difference">
              {look.difference === null || !isRate ? dash : `${points(look.difference)} points`}
            </td>
            <td class="right num" data-label="Score, of bound">
              {amount(look.score)} <span class="faint">of ±{amount(look.bound)}</span>
            </td>
            <td class="right num" data-label="p">
              {evidenceText(look.p)}
            </td>
            <td data-label="Decided">{look.hasCrossed ? <b>yes</b> : <span class="faint">no</span>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const splitWords: ReadonlyMap<string, [string, string]> = new Map([
  ["match", ["As designed", "same_pass"]],
  ["mismatch", ["Not as designed", "broken"]],
  ["insufficient_data", ["Too few units to say", "incomparable"]],
]);

function Split({ found, canary }: Omit<Props, "view">): Child {
  const { srm } = found;
  const { strata, adjusted } = canary;
  const [said, tone] = splitWords.get(srm?.verdict ?? "") ?? ["Not known", "incomparable"];
  const directions: ReadonlyMap<string, string> = new Map([
    ["candidate_better", "the candidate is better"],
    ["candidate_worse", "the candidate is worse"],
  ]);
  return (
    <section aria-labelledby="split">
      <h2 id="split">Can the arms be compared?</h2>
      <dl class="facts compact-facts">
        <div>
          <dt>Sample ratio</dt>
          <dd>
            <span class={`result res-${tone}`}>{said}</span>
            <p class="faint small num">
              {pText(srm?.p ?? null)}; below {amount(srm?.threshold ?? null)} nothing can be concluded
            </p>
          </dd>
        </div>
        <div>
          <dt>Held fixed</dt>
          <dd>
            {strata === null ? <span class="faint">no attribute</span> : <Name value={strata} most={60} />}
            <p class="faint small">{strata === null ? "arms are compared as a whole" : "arms are compared within each of its values"}</p>
          </dd>
        </div>
        {adjusted !== null && (
          <div>
            <dt>Within strata</dt>
            <dd>
              {directions.get(adjusted.direction) ?? "no direction"}
              <p class="faint small num">
                odds ratio {amount(adjusted.value)}
                {adjusted.low !== null && adjusted.high !== null && ` (${amount(adjusted.low)} to ${amount(adjusted.high)})`},{" "}
                {pText(adjusted.p)}
              </p>
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}

function Holdback({ holdback, metrics }: { holdback: NonNullable<CanaryView["holdback"]>; metrics: readonly MetricView[] }): Child {
  return (
    <section aria-labelledby="holdback">
      <h2 id="holdback">Since it was promoted</h2>
      <Figures
        figures={holdback.metrics.slice(0, 6).map((each) => {
          const isShare = [each.promoted, each.held].every((value) => value === null || (value >= 0 && value <= 1));
          const metric = metrics.find(({ name }) => name === each.name) ?? { name: each.name, isRate: isShare };
          const { value, low, high } = each.difference;
          const range = differenceRange(metric, low, high);
          return {
            name: clipped(each.name, 40),
            value: metricValue(metric, each.promoted),
            under: `held back (${percent(holdback.share)}): ${metricValue(metric, each.held)}, n ${count(each.heldN)}; difference ${differenceText(metric, value)}${range === "" ? "" : ` (${range})`}`,
          };
        })}
      />
    </section>
  );
}

function TakePart({ found, view }: { found: ExperimentView; view: View }): Child {
  const unit = clipped(text(found.plan["unit"]) ?? "user_id", 60);
  const origin = view.url.origin;
  return (
    <details class="client">
      <summary>How the agent takes part</summary>
      <p>Before each run it asks which arm the unit has. The same unit always gets the same; the answer may be kept for ten seconds.</p>
      <pre class="block command">{`curl -sS "${origin}/v1/agents/${segment(found.agent)}/assignment?unit=$UNIT" \\\n  -H "Authorization: Bearer $BENTO_KEY"      # $UNIT is its ${unit}`}</pre>
      <p>
        It sends the arm with its run, <code>{`"experiment": {"id": "${found.id}", "arm": "candidate", "unit": "…"}`}</code>, or says what
        was measured elsewhere:
      </p>
      <pre class="block command">{`curl -sS ${origin}/v1/experiments/${segment(found.id)}/outcomes \\\n  -H "Authorization: Bearer $BENTO_KEY" -H "content-type: application/json" \\\n  -d '[{"unit": "u1", "arm": "candidate", "metric": "${clipped(found.metrics[0]?.name ?? "outcome.success", 60)}", "value": 1}]'`}</pre>
    </details>
  );
}
