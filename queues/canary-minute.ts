// Once a minute: every canary that runs is read, those that wait longest first; shadows that are over end; and what an ended canary has to tell is
// told again to a desk that may have missed it.
import { ulid } from "ulidx";
import { endedCanaries } from "../d1/canaries.ts";
import { findExperiment, liveExperiments, moveExperiment, touchExperiment, writeReading } from "../d1/experiments.ts";
import { pairsOf } from "../d1/outcomes.ts";
import { bento } from "../domain/audit/entry.ts";
import type { Experiment } from "../domain/experiment/experiment.ts";
import { readShadow } from "../domain/experiment/shadow-reading.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { evaluateCanary } from "./canary-evaluate.ts";
import { tellCanary } from "./canary-news.ts";
import { failureWords } from "./failure-words.ts";

const atATime = 200;
/** One that was read within this time has been read this minute. */
const readAgainMs = 20_000;
const toldAgainMs = 10 * 60_000;

export async function readCanaries(env: Bindings, nowMs: number, isOver: () => boolean): Promise<void> {
  for (const { projectId, id } of await liveExperiments(env.INDEX, "canary", nowMs - readAgainMs, atATime))
    await carefully(isOver, async () => {
      // First behind the others that wait: one that fails must not hold them up the next minute.
      await touchExperiment(env.INDEX, projectId, id, nowMs);
      const experiment = await findExperiment(env.INDEX, projectId, id);
      if (experiment !== null) await evaluateCanary(env, projectId, experiment, nowMs);
    });
  for (const { projectId, id } of await liveExperiments(env.INDEX, "shadow", nowMs - readAgainMs, atATime))
    await carefully(isOver, async () => {
      const experiment = await findExperiment(env.INDEX, projectId, id);
      if (experiment !== null) await evaluateShadow(env, projectId, experiment, nowMs);
    });
  for (const { projectId, id } of await endedCanaries(env.INDEX, nowMs - toldAgainMs, atATime))
    await carefully(isOver, async () => {
      const experiment = await findExperiment(env.INDEX, projectId, id);
      if (experiment !== null) await tellCanary(env, projectId, experiment, nowMs);
    });
}

/** As it stands afterwards: of one that runs the reading is written, and it is done once it has all of its pairs. */
export async function evaluateShadow(
  env: Pick<Bindings, "INDEX">,
  projectId: string,
  experiment: Experiment,
  nowMs: number,
): Promise<Experiment> {
  const { id, design, status } = experiment;
  if (design.kind !== "shadow" || status !== "running") return experiment;
  const reading = readShadow(design.plan, { pairs: await pairsOf(env.INDEX, projectId, id) });
  if (!reading.shadow.is_over) {
    await writeReading(env.INDEX, projectId, id, reading, nowMs);
    return { ...experiment, reading };
  }
  const draft = {
    id: `aud_${ulid(nowMs)}`,
    at: new Date(nowMs).toISOString(),
    actor: bento,
    action: "experiment.done" as const,
    object: id,
    before: { status },
    after: { status: "done", verdict: reading.verdict },
    reason: null,
  };
  await moveExperiment(env.INDEX, projectId, experiment, { status: "done", reading }, draft);
  return (await findExperiment(env.INDEX, projectId, id)) ?? experiment;
}

/** One that fails is not the end of the others. */
async function carefully(isOver: () => boolean, piece: () => Promise<void>): Promise<void> {
  if (isOver()) return;
  try {
    await piece();
  } catch (error) {
    console.error(JSON.stringify({ level: "error", where: "upkeep canary", reason: failureWords(error) }));
  }
}
