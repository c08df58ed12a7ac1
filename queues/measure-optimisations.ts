// What became of what was shipped: each optimisation in use is measured against its agent's runs every few minutes, and decided when enough runs
// have come. A promise that is not kept opens an incident, which proposes the way back. May run twice: the desk keeps each word once.
import { ulid } from "ulidx";
import { findArtifact } from "../d1/artifacts.ts";
import { dueOptimisations, listOptimisations, measureOptimisation, postponeOptimisation, type Optimisation } from "../d1/optimisations.ts";
import { findSignal } from "../d1/signal-rows.ts";
import { refOf, type ExpectedEffect } from "../domain/artifact/artifact.ts";
import { promiseIncidentId, type ArtifactNews } from "../domain/artifact/artifact-news.ts";
import type { Judged } from "../domain/artifact/effect.ts";
import { bento } from "../domain/audit/entry.ts";
import { timedId } from "../domain/drift/stable-id.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { behaviourOf } from "../durable-objects/names.ts";
import { failureWords } from "./failure-words.ts";
import { tell } from "./ship-artifact.ts";

/** A look reads up to six weeks of an agent's facts. */
export const measureEveryMs = 10 * 60_000;
/** What is decided is still shown as it goes on, less often. */
const decidedEveryMs = 24 * 60 * 60_000;
const atATime = 50;

export async function measureOptimisations(env: Bindings, nowMs: number, isOver: () => boolean): Promise<void> {
  for (const { projectId, optimisation } of await dueOptimisations(env.INDEX, nowMs, atATime)) {
    if (isOver()) return;
    // First behind the others that wait: one that fails must not hold them up the next time.
    await postponeOptimisation(env.INDEX, projectId, optimisation.id, nowMs + measureEveryMs);
    try {
      await measureOne(env, projectId, optimisation, nowMs);
    } catch (error) {
      console.error(JSON.stringify({ level: "error", where: "optimisations", reason: failureWords(error) }));
    }
  }
}

/** All of an agent that are in use, now. */
export async function measureAgent(env: Bindings, projectId: string, agent: string, nowMs: number): Promise<void> {
  const { items } = await listOptimisations(env.INDEX, projectId, { agent }, { after: null, limit: atATime });
  for (const optimisation of items) if (optimisation.endedMs === null) await measureOne(env, projectId, optimisation, nowMs);
}

async function measureOne(env: Bindings, projectId: string, optimisation: Optimisation, nowMs: number): Promise<void> {
  const { id, agent, version, shippedMs, record, state } = optimisation;
  const expected = await expectedNow(env, projectId, optimisation);
  const shipped = { ref: refOf(record.slug, version), expected, shippedMs, state, looks: optimisation.measured?.looks ?? 0 };
  const judged = await behaviourOf(env, projectId, agent).effectOf(shipped, nowMs);
  const news = judged.state === "not_kept" ? await newsOf(env, projectId, optimisation, judged, nowMs) : null;
  const kept = {
    id,
    ...judged,
    dueMs: nowMs + (judged.state === "waiting" ? measureEveryMs : decidedEveryMs),
    record: { ...record, incident_id: news === null ? record.incident_id : promiseIncidentId(news) },
  };
  // Told before it is written down: who is killed between the two tells it again.
  if (news !== null && record.incident_id === null) await tell(env, projectId, agent, news, nowMs);
  await measureOptimisation(env.INDEX, projectId, kept, {
    id: `aud_${ulid(nowMs)}`,
    at: new Date(nowMs).toISOString(),
    actor: bento,
    action: "optimisation.judged",
    object: id,
    before: { state },
    after: { state: judged.state, artifact: optimisation.artifactId, version },
    reason: null,
  });
}

/** A signal keeps its id when it is renamed; its rate is known by its slug. */
async function expectedNow(env: Bindings, projectId: string, { expected, record }: Optimisation): Promise<ExpectedEffect | null> {
  if (expected === null || record.target_signal_id === null) return expected;
  const signal = await findSignal(env.INDEX, projectId, record.target_signal_id);
  return signal === null ? expected : { ...expected, signal: signal.slug };
}

async function newsOf(
  env: Bindings,
  projectId: string,
  { artifactId, agent, version, shippedMs, record }: Optimisation,
  { measured }: Judged,
  nowMs: number,
): Promise<ArtifactNews | null> {
  const artifact = await findArtifact(env.INDEX, projectId, artifactId);
  if (artifact === null) return null;
  const ref = refOf(record.slug, version);
  const back = artifact.lifecycle.shipped.at(-2) ?? null;
  return {
    event: "artifact.promise_not_kept",
    key: `artifact.promise_not_kept.${artifactId}.${version}.${shippedMs}`,
    at: new Date(nowMs).toISOString(),
    artifact_id: artifactId,
    ref,
    kind: record.kind,
    in_use: ref,
    before: back === null ? null : refOf(record.slug, back),
    reason: null,
    incidents: [],
    signal_id: record.target_signal_id,
    shipped_at: new Date(shippedMs).toISOString(),
    change_id: timedId("chg_", shippedMs, [agent, "artifact", ref]),
    measured,
  };
}
