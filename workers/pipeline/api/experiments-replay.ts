// Replays as an experiment: which runs they take, what that will cost, and what is checked before anything is written down.
import type * as z from "zod";
import { findAgent } from "../../../d1/agents.ts";
import { evaluatorsNamed } from "../../../d1/evaluators.ts";
import { listPrices } from "../../../d1/prices.ts";
import { itemStatements, listItems } from "../../../d1/replay-items.ts";
import { namedRunsOf, recordedTokens, replayHistory, type RecordedTokens } from "../../../d1/replay-runs.ts";
import { candidateRunIds } from "../../../d1/runs.ts";
import { sealedNames } from "../../../d1/gates.ts";
import { withoutSecret, type CandidateAsked } from "../../../domain/experiment/candidate.ts";
import type { Experiment, ExperimentAsked } from "../../../domain/experiment/experiment.ts";
import { mostItems, type ReplayPlan } from "../../../domain/experiment/replay-plan.ts";
import { plannedRuns, readReplay } from "../../../domain/experiment/replay-reading.ts";
import { replayCases } from "../../../domain/experiment/replay.ts";
import { chooseRuns, namedRuns, type SamplingPlan } from "../../../domain/experiment/sampling.ts";
import { withoutSealed } from "../../../domain/experiment/sealed-results.ts";
import { costOf, priceBookOf } from "../../../domain/run/price.ts";
import { sendReplay } from "../../../queues/replay-message.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import type { Designed, ExperimentKind, ReadExperiment } from "./experiments-kinds.ts";
import { samplingView, type replayPreview } from "./experiments-schema.ts";
import { newWebhookSecret } from "./new-secret.ts";
import { webhookUrlProblem } from "./webhook-url.ts";

/** Names that a refusal lists. */
const namesShown = 20;

export const replayKind: ExperimentKind = {
  design,
  start: async (env, projectId, { id }) => sendReplay(env, projectId, id),
  read,
  // Whoever works at a run sees that it does not run any more; what is done by then is counted.
  stop: async () => {},
  abort: async () => {},
  promote: async () => {},
};

/** More items than these would not fit into memory with all that was said in them. */
const mostWithTexts = 2_000;

async function read(env: Env, projectId: string, { id, status, total, design: made }: Experiment): Promise<ReadExperiment> {
  const isOver = status !== "draft" && status !== "running";
  const suiteId = made.kind === "replay" ? made.suiteId : undefined;
  const isSmall = total <= mostWithTexts;
  const { results, progress, verdict, decisive_sentence, metrics, cases, srm, coverage } = readReplay(
    await listItems(env.INDEX, projectId, id, isSmall ? "with" : "without"),
    isOver,
  );
  const reading = { verdict, decisive_sentence, metrics, cases, srm, coverage };
  const shown = suiteId === undefined ? results : withoutSealed(results, await sealedNames(env.INDEX, projectId, suiteId));
  if (isSmall) return { reading, progress, results: shown };
  const texts: ReadExperiment["texts"] = async (some) => {
    const names = some.map(({ run_id: runId }) => runId);
    const whole = new Map(replayCases(await listItems(env.INDEX, projectId, id, names)).map((one) => [one.run_id, one]));
    // Sealed cases stand under other names, so that nothing is found for them.
    return some.map((one) => whole.get(one.run_id) ?? one);
  };
  return { reading, progress, results: shown, texts };
}

async function design(env: Env, projectId: string, asked: ExperimentAsked, nowMs: number): Promise<Designed> {
  if (asked.kind !== "replay") throw new Error("not a replay");
  return replayDesign(env, projectId, asked, await runsOf(env, projectId, asked), nowMs);
}

interface ReplayedRuns {
  ids: readonly string[];
  sampling: SamplingPlan;
  suiteId?: string;
  /** An evaluation judges the answers. */
  keepsAnswers?: true;
}

/** The design over these runs, and cases that a person wrote. Throws Refusal for what cannot be done so. */
export async function replayDesign(
  env: Env,
  projectId: string,
  asked: Extract<ExperimentAsked, { kind: "replay" }>,
  { ids, sampling, suiteId, keepsAnswers }: ReplayedRuns,
  nowMs: number,
): Promise<Designed> {
  const { agent, plan } = asked;
  const secret = secretOf(env, asked.candidate);
  const evaluators = await checkedEvaluators(env, projectId, agent, plan);
  if (ids.length === 0)
    throw new Refusal(422, "There is no run to replay: none is whole and in range.", [{ path: "plan", message: "takes no run" }]);
  const items = ids.length * plan.repeats;
  if (items > mostItems)
    throw new Refusal(
      422,
      `That would be ${items.toLocaleString("en-US")} replays; at most ${mostItems.toLocaleString("en-US")} go into one. Take a \`sample\`.`,
    );
  const tokens = await recordedTokens(env.INDEX, projectId, ids);
  const estimatedUsd = await estimate(env, projectId, asked.candidate, tokens, items, nowMs);
  const cap = plan.max_cost_usd;
  if (cap !== undefined && estimatedUsd !== null && estimatedUsd > cap && !plan.preview)
    throw new Refusal(
      422,
      `It would cost about ${estimatedUsd.toFixed(2)} USD, more than \`max_cost_usd\`: raise that, or take a smaller \`sample\`.`,
    );
  const settled: ReplayPlan = { ...plan, ...(evaluators === null ? {} : { evaluators }), ...expectedOf(plan, ids) };
  return {
    design: {
      kind: "replay",
      candidate: withoutSecret(asked.candidate).candidate,
      baseline: asked.baseline?.config ?? null,
      plan: settled,
      sampling,
      estimatedUsd,
      ...(suiteId === undefined ? {} : { suiteId }),
      ...(keepsAnswers === undefined ? {} : { keepsAnswers }),
    },
    secret,
    total: items,
    statements: (id) => itemStatements(env.INDEX, projectId, id, ids, plan.repeats),
    preview: plan.preview ? previewOf(ids.length, items, tokens, estimatedUsd, sampling) : null,
  };
}

/** Of the candidate's webhook: the one that was given, or a new one; null where there is no webhook. Throws Refusal 422. */
function secretOf(env: Env, asked: CandidateAsked): string | null {
  if (asked.driver.type === "claude") {
    if (asked.artifacts.length > 0)
      throw new Refusal(422, "Artifacts are applied by your own agent: name it as the candidate's driver.", [
        { path: "candidate.artifacts", message: "need a driver of type webhook" },
      ]);
    return null;
  }
  const problem = webhookUrlProblem(asked.driver.url, env.BENTO_EMBEDDED === "1");
  if (problem !== null) throw new Refusal(422, "Bento cannot send to this address.", [{ path: "candidate.driver.url", message: problem }]);
  return asked.driver.secret ?? newWebhookSecret();
}

/** Ids of those that the plan names; null for none. Throws Refusal. */
async function checkedEvaluators(env: Env, projectId: string, agent: string, { evaluators }: ReplayPlan): Promise<string[] | null> {
  if (evaluators === undefined) return null;
  const found = await evaluatorsNamed(env.INDEX, projectId, agent, evaluators);
  return found.map((evaluator, i) => {
    const path = `plan.evaluators[${i}]`;
    if (evaluator === undefined) throw new Refusal(404, "The agent has no such evaluator.", [{ path, message: "no such evaluator" }]);
    const { definition } = evaluator;
    // Which of two is better is one word on a pair, and no word on whether either passes.
    if (definition.type === "judge" && definition.against === "baseline")
      throw new Refusal(422, "A replay asks of each side whether it passes: name a judge that goes by its rubric.", [
        { path, message: "compares with a baseline" },
      ]);
    return evaluator.id;
  });
}

async function runsOf(
  env: Env,
  projectId: string,
  { agent, plan, baseline }: Extract<ExperimentAsked, { kind: "replay" }>,
): Promise<{ ids: string[]; sampling: SamplingPlan }> {
  if (plan.runs !== undefined) {
    const { ids, unknown } = await namedRunsOf(env.INDEX, projectId, agent, plan.runs);
    if (unknown.length > 0)
      throw new Refusal(
        404,
        "Some of the runs are not whole runs of this agent.",
        unknown
          .slice(0, namesShown)
          .map((name) => ({ path: `plan.runs[${plan.runs?.indexOf(name)}]`, message: "no such whole run of the agent" })),
      );
    return { ids, sampling: namedRuns(ids.length) };
  }
  const { sample = "all" } = plan;
  const { n, from, to, by } = typeof sample === "object" ? sample : { n: sample };
  const row = await findAgent(env.INDEX, projectId, agent);
  const strata = by === undefined ? null : { attribute: by.attribute ?? null, signals: by.signals };
  const history = await replayHistory(env.INDEX, projectId, {
    agent,
    fromMs: from === undefined ? 0 : Date.parse(from),
    toMs: to === undefined ? (row?.lastRunMs ?? 0) + 1 : Date.parse(to),
    model: baseline?.config.model ?? null,
    attribute: strata?.attribute ?? null,
    signals: strata?.signals ?? false,
  });
  const { ids, plan: sampling } = chooseRuns(history, n, strata);
  return { ids, sampling };
}

/** By Bento's ids, of runs that are replayed. */
function expectedOf({ expected }: ReplayPlan, ids: readonly string[]): Pick<ReplayPlan, "expected"> {
  if (expected === undefined) return {};
  const known = new Set(ids);
  const entries = Object.entries(expected).flatMap(([name, value]) => {
    const id = candidateRunIds(name).find((one) => known.has(one));
    return id === undefined ? [] : [[id, value] as const];
  });
  return { expected: Object.fromEntries(entries) };
}

/** Recorded tokens at the candidate's price; null where either is not known. */
async function estimate(
  env: Env,
  projectId: string,
  candidate: CandidateAsked,
  { input, output, model }: RecordedTokens,
  items: number,
  nowMs: number,
): Promise<number | null> {
  const usage = { input_tokens: input, output_tokens: output, cache_read_tokens: null, cache_write_tokens: null, total_tokens: null };
  const usd = costOf(candidate.config.model ?? model, usage, nowMs, priceBookOf(await listPrices(env.INDEX, projectId)));
  return usd === null ? null : usd * items;
}

function previewOf(
  runs: number,
  items: number,
  tokens: RecordedTokens,
  costUsd: number | null,
  sampling: SamplingPlan,
): z.input<typeof replayPreview> {
  const all = (mean: number | null): number | null => (mean === null ? null : Math.round(mean * items));
  return {
    runs,
    items,
    tokens: { input: all(tokens.input), output: all(tokens.output) },
    cost_usd: costUsd,
    required_n: plannedRuns(),
    sampling: samplingView(sampling),
  };
}
