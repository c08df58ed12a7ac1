// The sample's traffic as a sender would post it: native runs oldest first, the scores that come late, and the changes that
// the team declares. Ids depend on the scenario alone, so sending twice changes nothing.
import { type ModelName, prompts, toolDefinitions } from "./agent-version.ts";
import type { NativeChange, NativeLateScore, NativeRun, NativeScore } from "./native-run.ts";
import { randomFrom } from "./random.ts";
import { dayMs, hourMs, modelFor, momentAt, type Scenario } from "./scenario.ts";
import { type Simulated, simulate } from "./simulate.ts";
import { type Arrival, arrivals } from "./traffic.ts";

/** Of all runs: never scored, and scored by a person after the fact. The rest is scored by a check at once. */
const unscoredShare = 0.07;
const lateShare = 0.08;
/** A person comes to a run within these days. */
const latestScoreDays = 3;
/** Of all runs: rated by the customer. */
const ratedShare = 0.14;

/** Prompt, model and tools are served apart from the agent's code, which stays the same all along. */
const agentVersion = "2.4.0";

/** A simulated run and all that is known of it, the truth included; `late` is a score that comes after the run. */
export interface SampleRecord extends Simulated {
  atMs: number;
  late: { score: NativeLateScore; atMs: number } | null;
}

/** Every run of the scenario with its truth, oldest first. */
export function* sampleRecords(scenario: Scenario): Generator<SampleRecord> {
  for (const arrival of arrivals(scenario)) yield record(scenario, arrival);
}

/** The runs as they are posted, oldest first. */
export function* sampleRuns(scenario: Scenario): Generator<NativeRun> {
  for (const { run } of sampleRecords(scenario)) yield run;
}

/** Scores that people gave after the run and before the scenario's end, oldest first. */
export function lateScores(scenario: Scenario): NativeLateScore[] {
  return sampleRecords(scenario)
    .flatMap(({ late }) => (late === null || late.atMs > scenario.endMs ? [] : [late]))
    .toArray()
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ score }) => score);
}

/** What the team declares; the tool's new behaviour, the model and the new customers are left for Bento to notice. */
export function sampleChanges(scenario: Scenario): NativeChange[] {
  return scenario.events
    .flatMap((event): NativeChange[] => {
      const { agent } = scenario;
      const at = new Date(event.atMs).toISOString();
      if (event.id === "search_docs_reworded")
        return [{ agent, kind: "tool", ref: "search_docs", at, description: event.title, author: "mara" }];
      if (event.id !== "prompt_v7") return [];
      const edit: NativeChange = {
        agent,
        kind: "prompt",
        ref: "v7",
        at,
        from: "v6",
        to: "v7",
        description: event.title,
        author: "deploy-bot",
      };
      if (event.undoneAtMs === null) return [edit];
      const undoneAt = new Date(event.undoneAtMs).toISOString();
      return [
        edit,
        { agent, kind: "prompt", ref: "v6", at: undoneAt, from: "v7", to: "v6", description: "Back to prompt v6", author: "mara" },
      ];
    })
    .sort((a, b) => a.at.localeCompare(b.at));
}

function record(scenario: Scenario, arrival: Arrival): SampleRecord {
  const { atMs, request, session } = arrival;
  const moment = momentAt(scenario, atMs);
  const model: ModelName = modelFor(moment, randomFrom(`${scenario.seed}/rollout/${session}`).next());
  const promptVersion = moment.prompt;
  const agent = {
    name: scenario.agent,
    version: agentVersion,
    model,
    prompt: { version: promptVersion, text: prompts[promptVersion] },
    tools: toolDefinitions(moment.searchDocsReworded),
  };
  const id = `run_sample-${session}-${arrival.turn}`;
  const simulated = simulate(id, request, agent, moment.orderService, `sample-${session}`, atMs);
  const { scores, late } = score(simulated, atMs);
  return { ...simulated, run: scores.length > 0 ? { ...simulated.run, scores } : simulated.run, atMs, late };
}

/** Which scores tell of the run, and when. A run that crashed has none: nobody can judge what was never answered. */
function score({ run, success, circumstance }: Simulated, atMs: number): { scores: NativeScore[]; late: SampleRecord["late"] } {
  const random = randomFrom(`score/${circumstance.request.key}`);
  const lot = random.next();
  const delayMs = hourMs + Math.floor(random.next() * latestScoreDays * dayMs);
  const isRated = random.chance(ratedShare);
  const stars = random.weighted(success ? { 5: 6, 4: 3, 3: 1 } : { 1: 5, 2: 3, 3: 1, 4: 1 });
  if (run.status === "error") return { scores: [], late: null };
  const scores: NativeScore[] = isRated ? [{ name: "csat", value: Number(stars), source: "user" }] : [];
  if (lot < unscoredShare) return { scores, late: null };
  const verdict = { name: "success", value: success ? 1 : 0 };
  if (lot < unscoredShare + lateShare)
    return { scores, late: { score: { ...verdict, source: "human", run_id: run.id }, atMs: atMs + delayMs } };
  return { scores: [...scores, { ...verdict, source: "check" }], late: null };
}
