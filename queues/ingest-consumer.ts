// The ingest queue: pointers to acknowledged bodies. Each message is read on its own, so that one that cannot be read holds up
// nobody; what was read is stored together a project, because the index and the objects are paid by the call. An inbox object
// is deleted last: until then a crash only means doing it again.
import type { Bindings } from "../durable-objects/bindings.ts";
import { deleteInbox } from "../r2/inbox.ts";
import { parseInboxKey } from "../r2/keys.ts";
import { inboxMessage } from "./messages.ts";
import { readingRulesOf } from "./reading-rules.ts";
import { readRequest, type ReadRequest } from "./read-request.ts";
import { retryLater } from "./settle.ts";
import { storeRuns } from "./store-runs.ts";
import { storeScores } from "./store-scores.ts";
import { assemble } from "./store-traces.ts";

/** Unpacked bytes that are held at once: an isolate has 128 MB and reading makes several times the bytes. */
const mostHeldBytes = 8 * 1024 * 1024;

interface Held {
  message: Message;
  request: ReadRequest;
}

export async function consumeIngest(batch: MessageBatch, env: Bindings): Promise<void> {
  let held: Held[] = [];
  let bytes = 0;
  for (const message of batch.messages) {
    const request = await readMessage(message, env);
    if (request === null) continue;
    held.push({ message, request });
    bytes += request.bytes;
    if (bytes >= mostHeldBytes) {
      await storeHeld(held, env);
      held = [];
      bytes = 0;
    }
  }
  await storeHeld(held, env);
}

/** null when the message is settled already: done before, not ours, or to come again later. */
async function readMessage(message: Message, env: Bindings): Promise<ReadRequest | null> {
  const parsed = inboxMessage.safeParse(message.body);
  const entry = parsed.success ? parseInboxKey(parsed.data.key) : null;
  if (entry === null) {
    retryLater(message, "ingest", new Error("not a pointer to the inbox"));
    return null;
  }
  try {
    const rules = await readingRulesOf(env, entry.projectId);
    // The project was deleted: nothing of it may be stored any more.
    const request = rules === null ? null : await readRequest(env, entry, rules);
    if (request !== null) return request;
    if (rules === null) await deleteInbox(env.ARCHIVE, [entry]);
    message.ack();
  } catch (error) {
    retryLater(message, "ingest", error);
  }
  return null;
}

async function storeHeld(held: readonly Held[], env: Bindings): Promise<void> {
  for (const [projectId, ofProject] of Map.groupBy(held, ({ request }) => request.entry.projectId)) {
    try {
      await storeRequests(env, projectId, ofProject.map(({ request }) => request));
      for (const { message } of ofProject) message.ack();
    } catch (error) {
      for (const { message } of ofProject) retryLater(message, "ingest", error);
    }
  }
}

async function storeRequests(env: Bindings, projectId: string, requests: readonly ReadRequest[]): Promise<void> {
  const nowMs = Date.now();
  const rules = await readingRulesOf(env, projectId);
  const [first] = requests;
  if (rules === null || first === undefined) return;
  await storeScores(env, projectId, requests, nowMs);
  const traced = await assemble(env, projectId, requests.flatMap(({ records }) => records), rules, nowMs);
  const read = [...requests.flatMap(({ runs }) => runs), ...traced];
  await storeRuns(env, projectId, `${first.entry.receipt}-${requests.length}`, read, requests.map(({ receipt }) => receipt), nowMs);
  await deleteInbox(env.ARCHIVE, requests.map(({ entry }) => entry));
}
