// The ingest queue: pointers to acknowledged bodies. Each message is read on its own, so that one that cannot be read holds up
// nobody; what was read is stored together a project, because the index and the objects are paid by the call. An inbox object
// is deleted last: until then a crash only means doing it again.
import type { Bindings } from "../durable-objects/bindings.ts";
import { deleteInbox } from "../r2/inbox.ts";
import { parseInboxKey, type InboxEntry } from "../r2/keys.ts";
import { UnreadableBody } from "../r2/unreadable-body.ts";
import { bury } from "./bury.ts";
import { doorsFirst } from "./doors-first.ts";
import { inboxMessage } from "./messages.ts";
import { readingRulesOf } from "./reading-rules.ts";
import { readRequest, type ReadingRules, type ReadRequest } from "./read-request.ts";
import { failureWords } from "./failure-words.ts";
import { mostBodyTries, retryLater } from "./settle.ts";
import { storeRuns } from "./store-runs.ts";
import { storeScores } from "./store-scores.ts";
import { assemble } from "./store-traces.ts";
import { tellErased } from "./tell-erased.ts";

/** Unpacked bytes that are held at once: an isolate has 128 MB and reading makes several times the bytes. */
const mostHeldBytes = 8 * 1024 * 1024;

/** Bodies asked for together: a Worker has six connections. */
const readsAtATime = 6;

interface Held {
  message: Message;
  request: ReadRequest;
}

export async function consumeIngest(batch: MessageBatch, env: Bindings): Promise<void> {
  await doorsFirst(Math.min(...batch.messages.map(({ timestamp }) => timestamp.getTime())));
  const rulesOf = rulesOnce(env);
  let held: Held[] = [];
  let bytes = 0;
  for (let i = 0; i < batch.messages.length; i += readsAtATime) {
    const some = batch.messages.slice(i, i + readsAtATime);
    const requests = await Promise.all(some.map((message) => readMessage(message, env, rulesOf)));
    for (const [n, message] of some.entries()) {
      const request = requests[n] ?? null;
      if (request === null) continue;
      held.push({ message, request });
      bytes += request.bytes;
    }
    if (bytes >= mostHeldBytes) {
      await storeHeld(held, env, rulesOf);
      held = [];
      bytes = 0;
    }
  }
  await storeHeld(held, env, rulesOf);
}

type RulesOf = (projectId: string) => Promise<ReadingRules | null>;

/** The rules of each project, asked for once a batch: every message needs them. */
function rulesOnce(env: Bindings): RulesOf {
  const known = new Map<string, Promise<ReadingRules | null>>();
  return (projectId) => {
    const rules = known.get(projectId) ?? readingRulesOf(env, projectId);
    known.set(projectId, rules);
    return rules;
  };
}

/** null when the message is settled already: done before, not ours, or to come again later. */
async function readMessage(message: Message, env: Bindings, rulesOf: RulesOf): Promise<ReadRequest | null> {
  const parsed = inboxMessage.safeParse(message.body);
  const entry = parsed.success ? parseInboxKey(parsed.data.key) : null;
  if (entry === null) {
    // It names no body, so nothing is lost with it, and it would name none the next time either.
    console.error(JSON.stringify({ level: "error", where: "ingest", reason: "a message that is no pointer to the inbox" }));
    message.ack();
    return null;
  }
  try {
    const rules = await rulesOf(entry.projectId);
    // The project was deleted: nothing of it may be stored any more.
    const request = rules === null ? null : await readRequest(env, entry, rules);
    if (request !== null) return request;
    if (rules === null) await deleteInbox(env.ARCHIVE, [entry]);
    message.ack();
  } catch (error) {
    await failed(message, entry, env, error);
  }
  return null;
}

/** Tried again later, unless that is no use any more: then it is set aside with its reason. */
async function failed(message: Message, entry: InboxEntry, env: Bindings, error: unknown): Promise<void> {
  const nowMs = Date.now();
  const isLast = error instanceof UnreadableBody || message.attempts >= mostBodyTries;
  if (!isLast) {
    retryLater(message, "ingest", error);
    return;
  }
  try {
    await bury(env, entry, failureWords(error), nowMs);
    message.ack();
  } catch (again) {
    retryLater(message, "ingest", again);
  }
}

async function storeHeld(held: readonly Held[], env: Bindings, rulesOf: RulesOf): Promise<void> {
  for (const [projectId, ofProject] of Map.groupBy(held, ({ request }) => request.entry.projectId)) {
    // What failed before is stored on its own: one body that cannot be stored must not take its neighbours with it.
    const again = ofProject.filter(({ message }) => message.attempts > 1);
    const first = ofProject.filter(({ message }) => message.attempts <= 1);
    for (const together of [...again.map((one) => [one]), ...(first.length > 0 ? [first] : [])])
      await storeTogether(env, projectId, together, rulesOf);
  }
}

async function storeTogether(env: Bindings, projectId: string, held: readonly Held[], rulesOf: RulesOf): Promise<void> {
  try {
    await storeRequests(
      env,
      projectId,
      held.map(({ request }) => request),
      await rulesOf(projectId),
    );
    for (const { message } of held) message.ack();
  } catch (error) {
    for (const { message, request } of held) await failed(message, request.entry, env, error);
  }
}

async function storeRequests(
  env: Bindings,
  projectId: string,
  requests: readonly ReadRequest[],
  rules: ReadingRules | null,
): Promise<void> {
  const nowMs = Date.now();
  const [first] = requests;
  if (rules === null || first === undefined) return;
  await storeScores(env, projectId, requests, nowMs);
  const { runs: traced, erased } = await assemble(env, projectId, requests, rules, nowMs);
  const read = [...requests.flatMap(({ runs }) => runs), ...traced];
  await storeRuns(
    env,
    projectId,
    `${first.entry.receipt}-${requests.length}`,
    read,
    requests.map((request) => tellErased(request, erased)),
    nowMs,
  );
  await deleteInbox(
    env.ARCHIVE,
    requests.map(({ entry }) => entry),
  );
}
