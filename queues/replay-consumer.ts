// The replay queue: each message works on one replay for a bounded time, a few runs side by side, and hands on to the next. Rows say what is left,
// so a message that comes twice, late or never costs nothing twice and loses nothing.
import { ulid } from "ulidx";
import { evaluatorsById } from "../d1/evaluators.ts";
import { findExperiment, moveExperiment, touchExperiment, writeReading } from "../d1/experiments.ts";
import { listPrices } from "../d1/prices.ts";
import { readProject } from "../d1/project.ts";
import { endPending, listItems, nextItemMs, takeItem } from "../d1/replay-items.ts";
import { bento, type AuditAction, type AuditDraft } from "../domain/audit/entry.ts";
import { recordHash } from "../domain/audit/chain.ts";
import type { Experiment, ExperimentStatus } from "../domain/experiment/experiment.ts";
import { readReplay } from "../domain/experiment/replay-reading.ts";
import { priceBookOf } from "../domain/run/price.ts";
import { replayMessage } from "./messages.ts";
import type { Clock, Model } from "./reading-model.ts";
import { replayItem, type AfterItem, type ReplayBindings, type ReplayDesk } from "./replay-item.ts";
import { sendReplay } from "./replay-message.ts";
import type { AgentModel } from "./replay-model.ts";
import { retryLater } from "./settle.ts";

/** Runs side by side: a Worker has six connections. */
const runsAtOnce = 5;
/** One message's share of time for beginning runs: another replay's turn is never far. */
const turnMs = 20_000;
/** Longer than any run may take: nobody else takes it meanwhile. */
const leaseMs = 12 * 60_000;
/** Sooner than a lost message is looked for, for one who waits. */
const longestDelayMs = 60_000;

/** @param models null where the instance has no key */
export async function consumeReplays(batch: MessageBatch, env: ReplayBindings, models: ReplayModels | null, clock: Clock): Promise<void> {
  for (const message of batch.messages) {
    const parsed = replayMessage.safeParse(message.body);
    if (!parsed.success) {
      console.error(JSON.stringify({ level: "error", where: "replay", reason: "a message that names no replay" }));
      message.ack();
      continue;
    }
    const { project_id: projectId, experiment_id: id } = parsed.data;
    try {
      const againMs = await workOn(env, models, clock, projectId, id);
      if (againMs !== null) await sendReplay(env, projectId, id, againMs);
      message.ack();
    } catch (error) {
      retryLater(message, "replay", error);
    }
  }
}

/** Claude as the candidate, and as the judge of it. */
export interface ReplayModels {
  agent: AgentModel;
  judge: Model;
}

/** In how many milliseconds to go on; null when there is nothing left to do. */
export async function workOn(
  env: ReplayBindings,
  models: ReplayModels | null,
  clock: Clock,
  projectId: string,
  id: string,
): Promise<number | null> {
  const experiment = await findExperiment(env.INDEX, projectId, id);
  const desk = experiment === null ? null : await deskOf(env, models, clock, projectId, experiment);
  if (experiment === null || desk === null || !(await touchExperiment(env.INDEX, projectId, id, clock.nowMs()))) return null;
  if (desk.design.candidate.driver.type === "claude" && models === null)
    return end(desk, "failed", "no model key is set (ANTHROPIC_API_KEY), so Claude cannot be the candidate");
  const after = await workUntil(desk, clock.nowMs() + turnMs);
  if (after.kind === "cap") return endAtCap(desk);
  const nextMs = await nextItemMs(env.INDEX, projectId, id);
  if (nextMs === null) return end(desk, "done", null);
  const reading = readingOf(await listItems(env.INDEX, projectId, id, "without"), false);
  // Somebody stopped it meanwhile: what was measured by then stays.
  if (!(await writeReading(env.INDEX, projectId, id, reading, clock.nowMs()))) return null;
  return Math.max(0, Math.min(longestDelayMs, after.kind === "tomorrow" ? after.waitMs : nextMs - clock.nowMs()));
}

/** null for what is no replay, does not run, or whose project is gone. */
async function deskOf(
  env: ReplayBindings,
  models: ReplayModels | null,
  clock: Clock,
  projectId: string,
  experiment: Experiment,
): Promise<ReplayDesk | null> {
  const { design } = experiment;
  if (design.kind !== "replay" || experiment.status !== "running") return null;
  const project = await readProject(env.INDEX, projectId);
  if (project === null) return null;
  const prices = priceBookOf(await listPrices(env.INDEX, projectId));
  const named = await evaluatorsById(env.INDEX, projectId, design.plan.evaluators ?? []);
  const asked = {
    model: models?.agent ?? null,
    judge: models?.judge ?? null,
    evaluators: [...named.values()],
    recordedVerdicts: new Map(),
  };
  return { env, clock, project, prices, experiment, design, ...asked };
}

/** Runs until the time is over, nothing is left that may be tried now, or the money is. */
async function workUntil(desk: ReplayDesk, untilMs: number): Promise<AfterItem> {
  const { env, clock, project, experiment } = desk;
  let after: AfterItem = { kind: "next" };
  const work = async (): Promise<void> => {
    while (after.kind === "next" && clock.nowMs() < untilMs) {
      const nowMs = clock.nowMs();
      const item = await takeItem(env.INDEX, project.id, experiment.id, nowMs, nowMs + leaseMs);
      if (item === null) return;
      const came = await replayItem(desk, item);
      if (came.kind !== "next") after = came;
    }
  };
  await Promise.all(Array.from({ length: runsAtOnce }, work));
  return after;
}

async function endAtCap(desk: ReplayDesk): Promise<null> {
  const { env, clock, project, experiment, design } = desk;
  const now = await findExperiment(env.INDEX, project.id, experiment.id);
  // Somebody stopped it: money is set aside only for what runs.
  if (now === null || now.status !== "running") return null;
  const cap = design.plan.max_cost_usd ?? 0;
  await endPending(env.INDEX, project.id, experiment.id, `not tried: the replay's cap of $${cap} was reached`, clock.nowMs());
  return end(desk, "stopped", `it stopped at its cap of $${cap}; runs that were not tried are errored`);
}

async function end(
  desk: ReplayDesk,
  status: Extract<ExperimentStatus, "done" | "failed" | "stopped">,
  error: string | null,
): Promise<null> {
  const { env, clock, project, experiment } = desk;
  const reading = readingOf(await listItems(env.INDEX, project.id, experiment.id, "without"), true);
  const action: AuditAction = `experiment.${status}`;
  const nowMs = clock.nowMs();
  const draft: AuditDraft = {
    id: `aud_${ulid(nowMs)}`,
    at: new Date(nowMs).toISOString(),
    actor: bento,
    action,
    object: experiment.id,
    before: { status: experiment.status },
    after: { status, verdict: reading.verdict, ...(error === null ? {} : { error: recordHash(error) }) },
    reason: null,
  };
  await moveExperiment(env.INDEX, project.id, experiment, { status, error, reading }, draft);
  return null;
}

/** Without the cases, which are worked out from their rows. */
function readingOf(items: Parameters<typeof readReplay>[0], isOver: boolean): Experiment["reading"] {
  const { verdict, decisive_sentence, metrics, cases, srm, coverage } = readReplay(items, isOver);
  return { verdict, decisive_sentence, metrics, cases, srm, coverage };
}
