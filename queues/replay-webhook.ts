// The user's own agent as the candidate: one signed request with the run's input, the candidate and an address whose tools answer from the
// record. The address is a secret of this try, of which only the hash is kept, and it is dead when the try is over.
import { openTools, servedSoFar, type TakenItem } from "../d1/replay-items.ts";
import type { Candidate } from "../domain/experiment/candidate.ts";
import { readWebhookAnswer, type WebhookAsk } from "../domain/experiment/driver-webhook.ts";
import { recordFor, type Call, type RecordedCall, type ServedCall } from "../domain/experiment/recorded-tools.ts";
import type { Matching } from "../domain/experiment/replay-plan.ts";
import { costOf, type PriceBook } from "../domain/run/price.ts";
import { askSigned } from "./ask-signed.ts";
import type { Driven } from "./replay-drive.ts";

/** Where tools answer from the record; a token follows. */
export const toolsPath = "/v1/replay-tools/";

const tokenBytes = 32;
/** Between tries; doubled with each. */
const firstPauseMs = 2_000;

export interface WebhookDesk {
  db: D1Database;
  prices: PriceBook;
  origin: string;
  url: string;
  secret: string | null;
  candidate: Candidate;
  matching: Matching;
  deadlineMs: number;
  nowMs: number;
}

export async function driveWebhook(
  desk: WebhookDesk,
  item: TakenItem,
  run: { id: string; input: unknown; model: string | null },
  records: readonly RecordedCall[],
): Promise<Driven> {
  const token = newToken();
  const nothing = { calls: [], usage: null, costUsd: null };
  const again = (reason: string): Driven => ({ kind: "again", waitMs: firstPauseMs * 2 ** (item.attempts - 1), reason, ...nothing });
  if (!(await openTools(desk.db, item, await toolTokenHash(token)))) return again("somebody else has taken it over");
  const ask: WebhookAsk = {
    run_id: run.id,
    input: run.input,
    candidate: { config: desk.candidate.config, artifacts: desk.candidate.artifacts },
    tool_url: `${desk.origin}${toolsPath}${token}`,
    deadline_ms: desk.deadlineMs,
  };
  const id = `${item.experimentId}.${item.runId}.${item.nth}.${item.attempts}`;
  const called = await askSigned({ url: desk.url, secret: desk.secret }, id, JSON.stringify(ask), desk.deadlineMs);
  const served = await servedSoFar(desk.db, item);
  if (!called.ok) {
    return called.isPassing ? again(called.reason) : { kind: "errored", reason: called.reason, ...nothing, calls: served };
  }
  const answer = readWebhookAnswer(called.json);
  if (answer === null) return { kind: "errored", reason: "the webhook's answer is no object with an `output`", ...nothing, calls: served };
  const { output, usage, success } = answer;
  const costUsd = costOf(desk.candidate.config.model ?? run.model, usage, desk.nowMs, desk.prices);
  // An agent that never asked the address may tell of its calls in its steps.
  const calls = served.length > 0 || answer.calls === null ? served : matched(records, answer.calls, desk.matching);
  return { kind: "answered", output, success, calls, usage, costUsd };
}

function matched(records: readonly RecordedCall[], made: readonly Call[], matching: Matching): ServedCall[] {
  const served: ServedCall[] = [];
  for (const call of made) served.push({ ...call, record: recordFor(records, served, call, matching) });
  return served;
}

/** SHA-256 hex: what is kept of a token. */
export async function toolTokenHash(token: string): Promise<string> {
  return hexOf(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token))));
}

const newToken = (): string => hexOf(crypto.getRandomValues(new Uint8Array(tokenBytes)));
const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
