// Claude's draft: the version that the rules made, made better where it can be. Money is reserved before a call and settled after it, and every call is
// claimed, so that the same message twice costs nothing twice. Whatever goes wrong, the deterministic draft stands.
import { ulid } from "ulidx";
import { findArtifact, findVersion, moveArtifact, type KeptVersion } from "../d1/artifacts.ts";
import { dueDrafts, findDrafting, moveDrafting, postponeDraft } from "../d1/drafting.ts";
import { draftRuns } from "../d1/draft-runs.ts";
import { reserveSpend, settleSpend } from "../d1/model-spend.ts";
import { listPrices } from "../d1/prices.ts";
import { readProject, type ProjectRecord } from "../d1/project.ts";
import type { StandingRun } from "../d1/read-for-store.ts";
import { findSignal } from "../d1/signal-rows.ts";
import { contentHash, type Artifact, type ArtifactVersion } from "../domain/artifact/artifact.ts";
import { askForDraft, readDraftAnswer, type DraftAnswer, type DraftMatter, type ModelDraft } from "../domain/artifact/draft-ask.ts";
import { latestVersion, stepLifecycle } from "../domain/artifact/lifecycle.ts";
import { bento } from "../domain/audit/entry.ts";
import { callCostUsd, mostCostUsd } from "../domain/finding/reading-cost.ts";
import { dayIn, nextDayMs } from "../domain/finding/reading-day.ts";
import { failureSentence, nextTry } from "../domain/finding/reading-retry.ts";
import { priceBookOf } from "../domain/run/price.ts";
import type { Run } from "../domain/run/run.ts";
import type { DraftMessage } from "./messages.ts";
import type { Clock, Model } from "./reading-model.ts";
import type { ComeAgainMs, ReadingBindings } from "./reading-run.ts";
import { readStoredLines } from "./stored-line.ts";

/** Runs that Claude is shown: a frame may have 100,000 characters. */
const failingShown = 2;
const goodShown = 1;
const limits = { atOnce: 1, ever: 6 };
/** Longer than a call may last: who claimed it is gone by then. */
const lostAfterMs = 5 * 60_000;
const atATime = 50;

/** @param model null where the instance has no key @returns when the message should come again; null when it is done */
export async function draftWithModel(
  env: ReadingBindings,
  model: Model | null,
  clock: Clock,
  { project_id: projectId, artifact_id: artifactId }: Pick<DraftMessage, "project_id" | "artifact_id">,
): Promise<ComeAgainMs> {
  const [before, project] = await Promise.all([findDrafting(env.INDEX, projectId, artifactId), readProject(env.INDEX, projectId)]);
  if (before === null || before.status !== "pending" || project === null) return null;
  const matter = await matterOf(env, projectId, artifactId, before);
  const end = async (given: Partial<ModelDraft>, from = before): Promise<null> => {
    await moveDrafting(env.INDEX, projectId, artifactId, from, { ...from, ...given }, null);
    return null;
  };
  if (model === null) return end({ status: "off", error: "no model key is set (ANTHROPIC_API_KEY)" });
  if (project.settings.model_budget_usd_day === 0)
    return end({ status: "off", error: "the project's model budget is $0 a day (model_budget_usd_day)" });
  if (matter === null) return end({ status: "failed", error: "the signal or the version that it was to better is gone" });
  const ask = askForDraft(matter.about);
  const prices = priceBookOf(await listPrices(env.INDEX, projectId));
  const reservedUsd = mostCostUsd(model.name, ask, clock.nowMs(), prices);
  if (reservedUsd === null) return end({ status: "failed", error: `no price is known for ${model.name}: set one with PUT /v1/prices` });
  const day = dayIn(project.timezone, clock.nowMs());
  if (!(await reserveSpend(env.INDEX, projectId, day, reservedUsd, project.settings.model_budget_usd_day)))
    return later(env, project, artifactId, before, clock);
  const claimed = { ...before, calls: before.calls + 1 };
  if (!(await moveDrafting(env.INDEX, projectId, artifactId, before, claimed, clock.nowMs() + lostAfterMs))) {
    await settleSpend(env.INDEX, projectId, day, reservedUsd, 0);
    return null;
  }
  const result = await model.call(ask);
  const costUsd = result.tokens === null ? 0 : (callCostUsd(model.name, result.tokens, clock.nowMs(), prices) ?? 0);
  await settleSpend(env.INDEX, projectId, day, reservedUsd, costUsd);
  const paid = { ...claimed, cost_usd: claimed.cost_usd + costUsd };
  if (!result.ok) {
    const next = nextTry(result.failure, 1, claimed.calls, clock.jitter(), limits);
    if (next.do === "give_up") return end({ ...paid, status: "failed", error: failureSentence(result.failure) }, claimed);
    const waiting = { ...paid, error: failureSentence(result.failure) };
    await moveDrafting(env.INDEX, projectId, artifactId, claimed, waiting, clock.nowMs() + next.waitMs + lostAfterMs);
    return next.waitMs;
  }
  const answer = readDraftAnswer(result.reply, matter.about);
  if (answer.kind !== "draft")
    return end(
      { ...paid, status: answer.kind === "same" ? "ok" : "failed", error: answer.kind === "same" ? null : answer.reason },
      claimed,
    );
  const version = await keep(env, projectId, matter, answer, model.name, clock.nowMs());
  return end({ ...paid, status: "ok", error: null, version }, claimed);
}

/** The day's money is spent: it goes on tomorrow. */
async function later(
  env: ReadingBindings,
  { id, timezone }: ProjectRecord,
  artifactId: string,
  before: ModelDraft,
  clock: Clock,
): Promise<null> {
  const error = "the day's model budget does not suffice; drafting goes on tomorrow";
  await moveDrafting(env.INDEX, id, artifactId, before, { ...before, error }, nextDayMs(timezone, clock.nowMs()));
  return null;
}

interface Matter {
  artifact: Artifact;
  version: KeptVersion;
  about: DraftMatter;
}

async function matterOf(
  env: ReadingBindings,
  projectId: string,
  artifactId: string,
  { of_version: of }: ModelDraft,
): Promise<Matter | null> {
  const [artifact, version] = await Promise.all([
    findArtifact(env.INDEX, projectId, artifactId),
    findVersion(env.INDEX, projectId, artifactId, of),
  ]);
  const signalId = version?.provenance.signal_id ?? null;
  const signal = signalId === null ? null : await findSignal(env.INDEX, projectId, signalId);
  if (artifact === null || version === null || signal === null) return null;
  const runs = await draftRuns(env.INDEX, projectId, artifact.agent, signal.id, null, Math.max(failingShown, goodShown));
  const { kind, slug } = artifact;
  const { name, definition } = signal.record;
  const { content, hypothesis } = version;
  const [failing, good] = [
    await whole(env, projectId, runs.failing.slice(0, failingShown)),
    await whole(env, projectId, runs.good.slice(0, goodShown)),
  ];
  return { artifact, version, about: { kind, name: slug, content, hypothesis, signal: { name, definition }, failing, good } };
}

async function whole(env: ReadingBindings, projectId: string, runs: readonly StandingRun[]): Promise<Run[]> {
  const found: Run[] = [];
  for await (const line of readStoredLines(env, projectId, runs)) if (line !== null) found.push(line.run);
  return found;
}

/** As a further version of the artifact, a candidate like any. @returns its number; null where others kept changing it */
async function keep(
  env: ReadingBindings,
  projectId: string,
  { artifact, version: of, about }: Matter,
  { content, statement, when }: Extract<DraftAnswer, { kind: "draft" }>,
  model: string,
  nowMs: number,
): Promise<number | null> {
  const now = (await findArtifact(env.INDEX, projectId, artifact.id)) ?? artifact;
  const by = "claude";
  const stepped = stepLifecycle(now.lifecycle, now, {
    type: "add_version",
    atMs: nowMs,
    actor: { name: by, kind: "machine" },
    reason: null,
  });
  if (stepped.kind !== "moved") return null;
  const version = latestVersion(stepped.lifecycle);
  const hash = contentHash(now.kind, content);
  const shown = [...about.failing, ...about.good].map(({ id }) => id);
  const added: ArtifactVersion = {
    artifactId: now.id,
    version,
    content,
    hash,
    parentVersion: of.version,
    provenance: { ...of.provenance, run_ids: [...new Set([...of.provenance.run_ids, ...shown])], made_by: "model", model },
    hypothesis: of.hypothesis === null ? null : { ...of.hypothesis, statement },
    applicability: { ...of.applicability, when },
    createdMs: nowMs,
    by,
  };
  const draft = {
    id: `aud_${ulid(nowMs)}`,
    at: new Date(nowMs).toISOString(),
    actor: bento,
    action: "artifact.version_added" as const,
    object: now.id,
    before: null,
    after: { version, content: hash, model },
    reason: null,
  };
  return (await moveArtifact(env.INDEX, projectId, now, stepped.lifecycle, draft, { added })) ? version : null;
}

/** Drafts whose message was lost, or that had to wait. */
export async function draftsOfTheMinute(env: ReadingBindings, nowMs: number): Promise<void> {
  for (const { projectId, artifactId } of await dueDrafts(env.INDEX, nowMs, atATime)) {
    await sendDraft(env, projectId, artifactId);
    await postponeDraft(env.INDEX, projectId, artifactId, nowMs + lostAfterMs);
  }
}

export async function sendDraft({ READ_QUEUE }: Pick<ReadingBindings, "READ_QUEUE">, projectId: string, artifactId: string): Promise<void> {
  const message: DraftMessage = { v: 1, kind: "draft", project_id: projectId, artifact_id: artifactId };
  await READ_QUEUE.send(message);
}
