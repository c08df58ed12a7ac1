// One run of a replay, once: read from the archive, given to the candidate, judged, and written down. What fails between Bento and the candidate
// is tried again a few times and then told as an error of the case.
import { versionsNamed } from "../d1/artifact-bundle.ts";
import { reserveExperimentUsd, settleExperimentUsd } from "../d1/experiments.ts";
import type { ProjectRecord } from "../d1/project.ts";
import { scoresOf, standingRuns } from "../d1/read-for-store.ts";
import { endItem, postponeItem, untried, type TakenItem } from "../d1/replay-items.ts";
import { casesById } from "../d1/suites.ts";
import { withArtifacts } from "../domain/artifact/apply.ts";
import { inOrder } from "../domain/artifact/bundle.ts";
import { candidateConfig } from "../domain/experiment/candidate.ts";
import { openWithClaude } from "../domain/experiment/driver-claude.ts";
import { keptAnswer } from "../domain/experiment/evaluation-replayed.ts";
import type { Experiment, ExperimentDesign } from "../domain/experiment/experiment.ts";
import { callSummary, recordedCalls, type RecordedCall } from "../domain/experiment/recorded-tools.ts";
import type { Evaluator } from "../domain/experiment/evaluator.ts";
import { candidateRun, judgeReplay, type Grounds, type NamedResult } from "../domain/experiment/replay-judge.ts";
import { mostMissing, type ReplayOutcome } from "../domain/experiment/replay.ts";
import { isWrittenCase, runOfCase } from "../domain/experiment/written-case.ts";
import type { PriceBook } from "../domain/run/price.ts";
import type { Config, Run } from "../domain/run/run.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { mergeScores } from "../domain/run/merge-scores.ts";
import type { Clock, Model } from "./reading-model.ts";
import { driveClaude } from "./replay-claude.ts";
import type { Driven } from "./replay-drive.ts";
import type { AgentModel } from "./replay-model.ts";
import type { Purse } from "./replay-purse.ts";
import { verdictsOn } from "./replay-verdicts.ts";
import { driveWebhook } from "./replay-webhook.ts";
import { readStoredLine } from "./stored-line.ts";

export type ReplayBindings = Pick<Bindings, "ARCHIVE" | "INDEX" | "REPLAY_QUEUE">;
export type ReplayDesign = Extract<ExperimentDesign, { kind: "replay" }>;

/** What all runs of one replay share. */
export interface ReplayDesk {
  env: ReplayBindings;
  clock: Clock;
  /** null where the instance has no key. */
  model: AgentModel | null;
  project: ProjectRecord;
  prices: PriceBook;
  experiment: Experiment;
  design: ReplayDesign;
  /** Those that the plan names. */
  evaluators: readonly Evaluator[];
  /** Whom judges ask; null where the instance has no key. */
  judge: Model | null;
  /** By run, what they say of it as it was recorded: the same for all repeats. */
  recordedVerdicts: Map<string, Promise<NamedResult[]>>;
}

/** After these it is errored. */
const mostTries = 3;
/** Characters of what is kept of an output and of a call's arguments. */
const longestOutput = 8_000;
const longestArguments = 1_000;
/** Calls that are listed of one run. */
const mostCalls = 50;

/** How the replay goes on: with the next run, not before some time, or not at all, for want of money. */
export type AfterItem = { kind: "next" } | { kind: "tomorrow"; waitMs: number } | { kind: "cap" };

export async function replayItem(desk: ReplayDesk, item: TakenItem): Promise<AfterItem> {
  const { env, clock, design } = desk;
  const run = isWrittenCase(item.runId) ? await writtenRun(desk, item) : await recordedRun(env, item);
  if (run === null) {
    await endItem(env.INDEX, item, "errored", untried("the run was deleted"), clock.nowMs());
    return { kind: "next" };
  }
  const records = recordedCalls(run);
  const config = candidateConfig(design.candidate, run.config);
  const beganMs = clock.nowMs();
  const driven = await drive(desk, item, run, config, records);
  if (driven.kind === "cap" || driven.kind === "tomorrow") {
    await postponeItem(env.INDEX, item, driven.kind === "cap" ? clock.nowMs() : clock.nowMs() + driven.waitMs, false);
    return driven;
  }
  if (driven.kind === "again" && item.attempts < mostTries) {
    await postponeItem(env.INDEX, item, clock.nowMs() + driven.waitMs, true);
    return { kind: "next" };
  }
  const ended = await endedAs(desk, item, run, config, records, driven, clock.nowMs() - beganMs);
  await endItem(env.INDEX, item, ended.status, ended.outcome, clock.nowMs());
  return { kind: "next" };
}

async function recordedRun(env: ReplayBindings, { projectId, runId }: TakenItem): Promise<Run | null> {
  const [[standing], late] = await Promise.all([standingRuns(env.INDEX, projectId, [runId]), scoresOf(env.INDEX, projectId, [runId])]);
  if (standing === undefined) return null;
  const line = await readStoredLine(env, projectId, runId, standing.place);
  return line === null ? null : { ...line.run, scores: mergeScores(line.run.scores, late) };
}

async function writtenRun({ env, experiment, design }: ReplayDesk, { projectId, runId }: TakenItem): Promise<Run | null> {
  const { suiteId } = design;
  const written = suiteId === undefined ? undefined : (await casesById(env.INDEX, projectId, suiteId, [runId])).get(runId);
  return written === undefined ? null : runOfCase(written, experiment.agent);
}

async function drive(desk: ReplayDesk, item: TakenItem, run: Run, config: Config, records: readonly RecordedCall[]): Promise<Driven> {
  const { env, clock, model, project, prices, experiment, design } = desk;
  const { candidate, plan } = design;
  const purse = purseOf(desk);
  if (candidate.driver.type === "webhook") {
    // What the user's own agent costs is known when it has answered.
    if (!(await reserveExperimentUsd(env.INDEX, project.id, experiment.id, 0, purse.capUsd))) return { kind: "cap" };
    const shared = { db: env.INDEX, prices, origin: experiment.origin, secret: experiment.secret, candidate };
    const { url } = candidate.driver;
    const asked = { id: run.id, input: run.input, model: run.config.model };
    const own = { url, matching: plan.matching, deadlineMs: plan.deadline_ms, nowMs: clock.nowMs() };
    const driven = await driveWebhook({ ...shared, ...own }, item, asked, records);
    if ("costUsd" in driven) await settleExperimentUsd(env.INDEX, project.id, experiment.id, 0, driven.costUsd ?? 0);
    return driven;
  }
  const opening = openWithClaude(run, config, candidate.config.params !== undefined);
  const nothing = { calls: [], usage: null, costUsd: null };
  if (!opening.ok) return { kind: "errored", reason: opening.reason, ...nothing };
  const named = await versionsNamed(env.INDEX, project.id, experiment.agent, candidate.artifacts);
  const applied = withArtifacts(opening.start, candidate.artifacts, named.toSorted(inOrder));
  if (!applied.ok) return { kind: "errored", reason: applied.reason, ...nothing };
  if (model === null) return { kind: "errored", reason: "no model key is set (ANTHROPIC_API_KEY)", ...nothing };
  const bounds = { matching: plan.matching, mostRunUsd: plan.max_cost_usd_per_run, attempts: item.attempts };
  return driveClaude({ model, prices, purse, records, ...bounds }, applied.start);
}

type Ended = { status: "done" | "errored" | "incomparable"; outcome: ReplayOutcome };

async function endedAs(
  desk: ReplayDesk,
  item: TakenItem,
  run: Run,
  config: Config,
  records: readonly RecordedCall[],
  driven: Extract<Driven, { kind: "answered" | "errored" | "again" }>,
  tookMs: number,
): Promise<Ended> {
  const { calls, usage, costUsd } = driven;
  const summary = callSummary(records, calls);
  const made: ReplayOutcome = {
    ...untried(""),
    diverged: summary.diverged,
    toolCalls: summary.calls,
    missingCalls: summary.missing.length,
    missing: summary.missing.slice(0, mostCalls).map(bounded),
    unexpected: summary.unexpected.slice(0, mostCalls).map(bounded),
    unused: summary.unused,
    usage,
    costUsd,
    baselineCostUsd: run.cost_usd,
    tookMs,
    cluster: clusterOf(desk.design, run),
  };
  if (driven.kind !== "answered") {
    const tries = driven.kind === "again" ? `, ${mostTries} times` : "";
    return { status: "errored", outcome: { ...made, diverged: null, reason: `${driven.reason}${tries}` } };
  }
  const { output, success } = driven;
  const told = { ...made, output: boundedJson(output, longestOutput) };
  const missingShare = summary.calls === 0 ? 0 : summary.missing.length / summary.calls;
  if (missingShare > mostMissing) {
    const reason = `${summary.missing.length} of its ${summary.calls} tool calls were not in the record`;
    return { status: "incomparable", outcome: { ...told, reason } };
  }
  const kept = desk.design.keepsAnswers === true ? { kept: keptAnswer({ output: output ?? null, calls }) } : {};
  const candidate = candidateRun(run, config, records, { output, usage, costUsd, calls, tookMs });
  const expected = desk.design.plan.expected?.[run.id];
  const verdicts = await verdictsOf(desk, item, run, candidate, expected);
  const both = judgeReplay(run, candidate, { verdicts, expected, success });
  // A case that a person wrote has no recorded answer, which is not the same as a wrong one.
  const judged = isWrittenCase(run.id) ? { ...both, baselinePassed: null, reason: both.reason ?? "the case has no recorded answer" } : both;
  const isJudged = judged.passed !== null && judged.baselinePassed !== null;
  return { status: isJudged ? "done" : "incomparable", outcome: { ...told, ...judged, ...kept } };
}

async function verdictsOf(
  desk: ReplayDesk,
  { experimentId, nth }: TakenItem,
  run: Run,
  candidate: Run,
  expected: unknown,
): Promise<Grounds["verdicts"]> {
  const { evaluators, judge, prices, recordedVerdicts } = desk;
  if (evaluators.length === 0) return null;
  const asker = { model: judge, prices, purse: purseOf(desk) };
  const about = (one: Run) => ({ run: one, expected: expected ?? null, baseline: null });
  const known = recordedVerdicts.get(run.id) ?? verdictsOn(asker, evaluators, about(run), `${experimentId}.${run.id}.recorded`);
  recordedVerdicts.set(run.id, known);
  return { baseline: await known, candidate: await verdictsOn(asker, evaluators, about(candidate), `${experimentId}.${run.id}.${nth}`) };
}

function purseOf({ env, clock, project, experiment, design }: ReplayDesk): Purse {
  return { db: env.INDEX, clock, project, experimentId: experiment.id, capUsd: design.plan.max_cost_usd ?? null };
}

function clusterOf({ plan }: ReplayDesign, run: Run): string | null {
  if (plan.cluster === "session") return run.session_id;
  const task = run.metadata["task_id"];
  return plan.cluster === "task" && (typeof task === "string" || typeof task === "number") ? String(task) : null;
}

const bounded = ({ name, arguments: given }: { name: string; arguments: unknown }) => ({
  name: name.slice(0, 200).toWellFormed(),
  arguments: boundedJson(given, longestArguments),
});

/** As it is, or the beginning of its JSON where it is long. */
function boundedJson(value: unknown, most: number): unknown {
  if (value === undefined) return null;
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "null");
  return text.length <= most ? value : `${text.slice(0, most).toWellFormed()}… [${text.length} characters]`;
}
