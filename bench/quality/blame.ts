// How well the step that made a run fail is named without a model, on runs that people labelled: the critical step of tau-bench retail
// runs (AgentRx) and the decisive step and agent of multi-agent runs (Who&When); and how many failed runs carry a failure finding that
// names a step. Beside it stand rules that anyone could apply, and the published figures of large models.
import { pathToFileURL } from "node:url";
import { Command } from "commander";
import { detectFindings } from "../../domain/finding/detect.ts";
import { responsibleStep } from "../../domain/finding/responsible-step.ts";
import type { Step } from "../../domain/run/run.ts";
import { atLeast, report, type Row, told } from "../rows.ts";
import { type Trajectory, trajectories, type TrajectorySource } from "../trajectory-run.ts";
import { halfOf, mean } from "./data-folder.ts";

/** A guess at who is to blame: a position in the record, and an agent's name. */
interface Guess {
  index: number | null;
  agent: string | null;
}
type Rule = (one: Trajectory) => Guess;

/** Steps by which a guess may miss and still lead to the place. */
const near = 3;

/** Rules that need no thought. */
const trivial: Readonly<Record<string, Rule>> = {
  "first step": (one) => guessAt(one, one.run.steps[0]),
  "step 1 always": (one) => guessAtIndex(one, 1),
  "last tool error": (one) =>
    guessAt(
      one,
      one.run.steps.findLast((step) => step.status === "error" || step.soft_error),
    ),
  "last step": (one) => guessAt(one, one.run.steps.at(-1)),
  "most frequent speaker": (one) => ({ index: null, agent: mostFrequentSpeaker(one) }),
};
/** Constants that only labels could have chosen: Who&When's records have ten entries at most, so their middle is near to most labels. */
const hindsight: Readonly<Record<string, Rule>> = {
  "step 3 always": (one) => guessAtIndex(one, 3),
};

const ours: Rule = (one) => {
  const found = responsibleStep(one.run);
  return found === null ? nobody : { index: one.indexOf.get(found.stepId) ?? null, agent: found.agent };
};
const nobody: Guess = { index: null, agent: null };

/** Empty where the data are not there. */
export function blameRows(data: string): Row[] {
  return [
    ...labelledRows(data, "agentrx_tau_retail", "tau-bench retail (AgentRx)", null),
    ...labelledRows(data, "whowhen_algorithm", "Who&When", {
      step: "best of the paper's GPT-4o-class methods: 0.142",
      agent: "best of the paper's GPT-4o-class methods: 0.535",
    }),
    ...coverageRows(data),
  ];
}

function labelledRows(data: string, source: TrajectorySource, name: string, published: { step: string; agent: string } | null): Row[] {
  const labelled = [...trajectories(data, source)].filter(({ header }) => header.label?.root_index != null);
  if (labelled.length === 0) return [];
  const unit = `of ${labelled.length} runs`;
  const agents = new Set(labelled.map(({ header }) => header.label?.root_agent));
  const isTeam = agents.size > 2;
  const best = (hit: Hit): number => Math.max(...Object.values(trivial).map((rule) => share(labelled, rule, hit)));
  return [
    above(`${name}: step exactly right`, share(labelled, ours, isExact), unit, best(isExact), beside(labelled, isExact, published?.step)),
    above(`${name}: step right within ±${near}`, share(labelled, ours, isNear), unit, best(isNear), beside(labelled, isNear)),
    isTeam
      ? above(`${name}: agent right`, share(labelled, ours, isAgent), unit, best(isAgent), beside(labelled, isAgent, published?.agent))
      : told(`${name}: agent right`, share(labelled, ours, isAgent), unit, "one agent and its user; naming the agent always says the same"),
    ...(["A", "B"] as const).map((half, i) => {
      const some = labelled.filter(({ run }) => halfOf(run.id) === half);
      const others = [isExact, isAgent].map((hit) => share(some, ours, hit).toFixed(3));
      const trivials = Math.max(...Object.values(trivial).map((rule) => share(some, rule, isNear))).toFixed(3);
      return told(
        `${name}: within ±${near}, half ${i + 1} by run id`,
        share(some, ours, isNear),
        `of ${some.length} runs`,
        `exact ${others[0]}, agent ${others[1]}; best trivial rule ${trivials}`,
      );
    }),
  ];
}

/** Failed runs that carry a failure finding with a step, by whatever detector. */
function coverageRows(data: string): Row[] {
  const sources = [
    ["tau_bench_airline", "tau-bench airline"],
    ["intercode_sql", "InterCode SQL"],
    ["swebench_gemini3", "SWE-bench"],
  ] as const;
  return sources.flatMap(([source, name]) => {
    const covered: number[] = [];
    const seen: number[] = [];
    for (const { run, header } of trajectories(data, source)) {
      if (header.success !== false) continue;
      const failures = detectFindings(run).filter(({ polarity, step_id: step }) => polarity === "failure" && step !== null);
      covered.push(failures.length > 0 ? 1 : 0);
      seen.push(failures.some(({ detector, recovered }) => detector !== "outcome_failed" && !recovered) ? 1 : 0);
    }
    if (covered.length === 0) return [];
    const reference = `${mean(seen).toFixed(3)} by a failure that shows in the trace, the rest by the suspected step`;
    return [atLeast(`${name}: failed runs with a failure at a step`, mean(covered), `of ${covered.length} runs`, 0.8, reference)];
  });
}

type Hit = (guess: Guess, label: { index: number; agent: string | null }) => boolean;
const isExact: Hit = ({ index }, label) => index === label.index;
const isNear: Hit = ({ index }, label) => index !== null && Math.abs(index - label.index) <= near;
const isAgent: Hit = ({ agent }, label) => agent !== null && agent === label.agent;

function share(of: readonly Trajectory[], rule: Rule, hit: Hit): number {
  return mean(
    of.map((one) => (hit(rule(one), { index: one.header.label?.root_index ?? -1, agent: one.header.label?.root_agent ?? null }) ? 1 : 0)),
  );
}

/** A row whose target is to be better than the best trivial rule. */
function above(name: string, value: number, unit: string, least: number, reference: string): Row {
  return { name, value, unit, target: `> ${least.toFixed(3)}`, reference, pass: value > least };
}

function beside(labelled: readonly Trajectory[], hit: Hit, published?: string): string {
  const rules = Object.entries({ ...trivial, ...hindsight }).map(([name, rule]) => `${name} ${share(labelled, rule, hit).toFixed(3)}`);
  return [...rules.filter((told) => !told.endsWith(" 0.000")), ...(published === undefined ? [] : [published])].join(", ");
}

function guessAt(one: Trajectory, step: Step | undefined): Guess {
  return step === undefined ? nobody : guessAtIndex(one, one.indexOf.get(step.id) ?? -1);
}

/** Who spoke there; of a terminal, who spoke before it. */
function guessAtIndex({ run, indexOf }: Trajectory, index: number): Guess {
  const spoke = run.steps.findLast((step) => step.type === "llm" && (indexOf.get(step.id) ?? index + 1) <= index);
  const isTeam = new Set(run.steps.flatMap(({ type, name }) => (type === "llm" ? [name] : []))).size > 1;
  return { index, agent: isTeam ? (spoke?.name ?? null) : run.agent };
}

function mostFrequentSpeaker({ run }: Trajectory): string | null {
  const counts = new Map<string, number>();
  for (const { type, name } of run.steps) if (type === "llm") counts.set(name, (counts.get(name) ?? 0) + 1);
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most === undefined ? null : counts.size > 1 ? most[0] : run.agent;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const program = new Command("blame")
    .description("Scores the step that is named as responsible for a failure.")
    .option("--data <dir>", "folder of all data, or of the trajectories", "../shared/data")
    .option("--json <file>", "write the rows to a file")
    .parse();
  const { data, json } = program.opts<{ data: string; json?: string }>();
  const rows = blameRows(data);
  if (rows.length === 0) console.error(`There are no labelled trajectories in ${data}.`);
  else if (!report("who made it fail", rows, json)) process.exitCode = 1;
}
