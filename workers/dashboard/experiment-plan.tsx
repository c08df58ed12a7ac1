// What was planned, as it was settled when the experiment was made: the candidate, which runs or units, and by what they are judged.
import type { Child } from "hono/jsx";
import { count, dash, money, percent } from "./format.ts";
import { list, number, text, texts } from "./json.ts";
import { suitePath } from "./links.ts";
import { Block, cleanText, Name, textOf } from "./safe-text.tsx";
import { exact, type Clock } from "./time-format.ts";
import type { CandidateView, ExperimentView, SamplingView } from "./read/experiment.ts";

/** Strata that are listed; the others are in the API's answer. */
const mostStrata = 12;

interface Props {
  found: ExperimentView;
  /** Names by id. */
  evaluators: ReadonlyMap<string, string>;
  clock: Clock;
}

export function ExperimentPlan({ found, evaluators, clock }: Props): Child {
  const { plan, sampling } = found;
  const facts: [string, Child][] = [
    ...candidateFacts(found.candidate),
    ...(found.kind === "replay" ? replayFacts(found, evaluators) : []),
    ...(found.kind === "canary" ? canaryFacts(plan) : []),
    ["Made", found.createdMs === null ? dash : exact(found.createdMs, clock)],
    [
      "Id",
      <code>
        <Name value={found.id} most={40} />
      </code>,
    ],
  ];
  return (
    <section aria-labelledby="plan">
      <h2 id="plan">Plan</h2>
      {sampling !== null && sampling.text !== null && <p class="small">{cleanText(sampling.text).slice(0, 800)}</p>}
      <dl class="facts plan-facts">
        {facts.map(([name, value]) => (
          <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {found.candidate.prompt !== null && found.candidate.prompt.length > 40 && <Block value={found.candidate.prompt} open={300} />}
      {Object.keys(found.candidate.params).length > 0 && <Block value={textOf(found.candidate.params)} open={300} />}
      {sampling !== null && sampling.strata.length > 1 && <Strata sampling={sampling} />}
    </section>
  );
}

function candidateFacts({ model, webhook, artifacts, prompt }: CandidateView): [string, Child][] {
  return [
    ["Model", model === null ? <span class="faint">as recorded</span> : <Name value={model} />],
    ["Prompt", prompt === null ? <span class="faint">as recorded</span> : prompt.length > 40 ? "below" : <Name value={prompt} />],
    ...(artifacts.length === 0 ? [] : [["Artifacts", artifacts.map((each) => <Name value={each} most={60} />)] satisfies [string, Child]]),
    ["Runs as", webhook === null ? "Claude" : <Name value={`your agent at ${webhook}`} most={120} />],
  ];
}

function replayFacts({ plan, sampling }: ExperimentView, names: Props["evaluators"]): [string, Child][] {
  const evaluators = texts(plan["evaluators"]);
  const suite = text(plan["suite_id"]);
  return [
    ["Runs", sampling?.coverage === null || sampling === null ? count(sampling?.runs ?? null) : `${count(sampling.runs)}, ${percent(sampling.coverage)} of those in range`],
    ["Repeats", count(number(plan["repeats"]))],
    ["Tools", text(plan["matching"]) === "fifo" ? "by name, first in first out" : "by name and arguments"],
    ["Judged by", suite === null ? (evaluators.length === 0 ? "what is expected, else scores" : evaluators.map((each) => <span class="id-line"><Name value={names.get(each) ?? each} most={60} /></span>)) : <a href={suitePath(suite)}>its suite</a>],
    ["At most", number(plan["max_cost_usd"]) === null ? "no cap" : money(number(plan["max_cost_usd"]))],
  ]; // prettier-ignore
}

function canaryFacts(plan: ExperimentView["plan"]): [string, Child][] {
  const first = number(plan["share"]);
  const steps = list(plan["ramp"]).length;
  return [
    ["Unit", <Name value={text(plan["unit"]) ?? dash} most={60} />],
    ["First share", percent(first)],
    ["Ends at", number(plan["max_n"]) === null ? "no planned end" : `${count(number(plan["max_n"]))} units an arm`],
    ...(steps === 0 ? [] : [["Ramp by itself", `${count(steps)} steps`] satisfies [string, Child]]),
    ...(number(plan["holdback"]) === null ? [] : [["Held back", percent(number(plan["holdback"]))] satisfies [string, Child]]),
  ];
}

function Strata({ sampling }: { sampling: SamplingView }): Child {
  return (
    <details class="action-sheet">
      <summary>Which kinds of runs</summary>
      <ul class="small strata">
        {sampling.strata.slice(0, mostStrata).map(({ cohort, signal, runs, runsInRange }) => (
          <li>
            <Name value={[cohort, signal].filter((each) => each !== null).join(", ") || "all others"} most={80} />{" "}
            <span class="faint num">
              {count(runs)} of {count(runsInRange)}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
