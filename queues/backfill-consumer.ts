// The backfill queue: each message works on one job for a bounded time, page by page, and hands on to the next. Every page is one
// transaction with the job's cursor, so a kill, a second delivery or a person's pause leaves no run counted twice and none left out.
import { recordHash } from "../domain/audit/chain.ts";
import { bento, type AuditDraft } from "../domain/audit/entry.ts";
import { versionChanged, type Backfill } from "../domain/backfill/backfill.ts";
import { ulid } from "ulidx";
import { beginTurn, commitPage, endBackfill, findBackfill, noteTrouble, passTurn } from "../d1/backfills.ts";
import { readProject } from "../d1/project.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { fetchPage, readPage } from "./backfill-page.ts";
import { askedSince } from "../d1/signal-acts.ts";
import { openTarget } from "./backfill-target.ts";
import { sendTurn } from "./backfill-turn.ts";
import { doorsFirst, letIn } from "./doors-first.ts";
import { failureWords } from "./failure-words.ts";
import { backfillMessage, type AuditMessage, type BackfillMessage } from "./messages.ts";
import { retryLater } from "./settle.ts";

/** One message's share of time: another job's turn is never far, and the platform ends what takes too long. */
const turnMs = 20_000;

export async function consumeBackfill(batch: MessageBatch, env: Bindings): Promise<void> {
  for (const message of batch.messages) {
    const body = backfillMessage.safeParse(message.body);
    try {
      if (body.success) await workOn(env, body.data);
      message.ack();
    } catch (error) {
      retryLater(message, "backfill", error);
      if (body.success) await tellTrouble(env, body.data, error);
    }
  }
}

/** So that whoever looks at a job that does not move sees why. Where the index is what fails, nobody can be told. */
async function tellTrouble(env: Bindings, { project_id: projectId, backfill_id: id }: BackfillMessage, error: unknown): Promise<void> {
  await noteTrouble(env.INDEX, projectId, id, `the last try failed and is repeated: ${failureWords(error)}`).catch(() => {});
}

async function workOn(env: Bindings, { project_id: projectId, backfill_id: id, turn }: BackfillMessage): Promise<void> {
  if ((await readProject(env.INDEX, projectId)) === null) return;
  const job = await beginTurn(env.INDEX, projectId, id, turn, Date.now());
  if (job === null) return;
  const after = await workUntil(env, projectId, job, Date.now() + turnMs);
  if (after === null) return;
  const next = await passTurn(env.INDEX, projectId, after, Date.now());
  if (next !== null) await sendTurn(env, projectId, id, next);
}

/** The job as far as it came; null when it is over, was stopped, or is worked on by somebody else. */
async function workUntil(env: Bindings, projectId: string, begun: Backfill, untilMs: number): Promise<Backfill | null> {
  const { agent, target } = begun;
  const opened = await openTarget(env, { projectId, agent, kind: target.kind, ref: target.ref });
  if (!opened.ok) return end(env, projectId, begun, opened.reason);
  const { scan } = opened;
  if (scan.version !== target.version) return end(env, projectId, begun, versionChanged(target.version, scan.version));
  let job = begun;
  let fetched = await fetchPage(env, projectId, job, scan);
  do {
    if (fetched === null) return end(env, projectId, job, null);
    await letIn();
    await doorsFirst(Date.now());
    const { next, statements } = await readPage(env, projectId, job, scan, fetched);
    // The next page is fetched while this one is written: where it was not, what was fetched is thrown away.
    const [isWritten, following] = await Promise.all([
      commitPage(env.INDEX, projectId, job, next, statements, scan.guard),
      fetchPage(env, projectId, next, scan),
    ]);
    if (!isWritten) return whyNot(env, projectId, job);
    [job, fetched] = [next, following];
  } while (Date.now() < untilMs);
  return job;
}

/** A page was taken back. Where the job still stands where it stood, the definition is another one: the next look says so. */
async function whyNot(env: Bindings, projectId: string, job: Backfill): Promise<Backfill | null> {
  const now = await findBackfill(env.INDEX, projectId, job.id);
  return now?.status === "running" && JSON.stringify(now.cursor) === JSON.stringify(job.cursor) ? job : null;
}

/** @param error null: there is nothing left to look at */
async function end(env: Bindings, projectId: string, job: Backfill, error: string | null): Promise<null> {
  const status = error === null ? "done" : "failed";
  const nowMs = Date.now();
  const draft: AuditDraft = {
    id: `aud_${ulid(nowMs)}`,
    at: new Date(nowMs).toISOString(),
    actor: bento,
    action: `backfill.${status}`,
    object: job.id,
    before: { status: job.status },
    after: {
      status,
      scanned: job.scanned,
      matched: job.matched,
      errors: job.errors,
      ...(error === null ? {} : { error: recordHash(error) }),
    },
    reason: null,
  };
  if (error === null && job.target.kind === "signal" && job.plan.below === null)
    await askedSince(env.INDEX, projectId, job.target.ref, Number(job.target.version), job.plan, nowMs);
  if (await endBackfill(env.INDEX, projectId, job, { status, error }, draft)) {
    const message: AuditMessage = { v: 1, kind: "audit", project_id: projectId, from: null };
    await env.AUDIT_QUEUE.send(message);
  }
  return null;
}
