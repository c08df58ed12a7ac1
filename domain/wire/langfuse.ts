// Langfuse's ingestion API (JS 3, Python 2; later SDKs send only scores by it): a batch of events, each judged alone, because the
// client reads the outcome of every event from the 207 and resends a refused request as a whole.
import { dialectRecord, idOf, objectOfBody, scoreOf } from "./dialect-record.ts";
import { isObject, shown, textOf } from "./json-value.ts";
import type { DialectRecord, DoorReading, Malformed } from "./record.ts";
import type { NativeScore } from "./score.ts";

export interface LangfuseReading extends DoorReading {
  /** The body of the 207. */
  reply: { successes: { id: string; status: number }[]; errors: { id: string; status: number; message: string }[] };
}

const observationEvent = /^(span|generation|event|agent|tool|chain|retriever|embedding|evaluator|guardrail|observation)-(create|update)$/;

/** `{batch: [{id, type, timestamp, body}]}`. */
export function readLangfuseBatch(body: Uint8Array): LangfuseReading | Malformed {
  const request = objectOfBody(body);
  if (!request.ok) return request;
  const { batch } = request.value;
  if (!Array.isArray(batch)) return { ok: false, message: "batch must be a list of events" };
  const reading: LangfuseReading = {
    ok: true,
    records: [],
    scores: [],
    rejected: [],
    total: batch.length,
    reply: { successes: [], errors: [] },
  };
  for (const [index, event] of batch.entries()) {
    const id = isObject(event) ? (textOf(event["id"])?.slice(0, 200) ?? "") : "";
    const read = readEvent(event);
    if (typeof read === "string") {
      reading.rejected.push({ index, reason: read });
      reading.reply.errors.push({ id, status: 400, message: read });
      continue;
    }
    reading.reply.successes.push({ id, status: 201 });
    if (read.record !== undefined) reading.records.push(read.record);
    if (read.score !== undefined) reading.scores.push(read.score);
  }
  return reading;
}

/** What an event gives, or why it is refused. An event of a kind that is of no use here is accepted and gives nothing. */
function readEvent(event: unknown): { record?: DialectRecord; score?: NativeScore } | string {
  if (!isObject(event)) return "an event must be an object";
  const { type, body, timestamp } = event;
  const id = idOf(event["id"]);
  if (id === null) return "an event needs an id";
  if (typeof type !== "string") return "an event needs a type";
  if (!isObject(body)) return "an event needs a body";
  if (type === "score-create") {
    const score = scoreOf({
      run_id: idOf(body["traceId"]),
      name: body["name"],
      value: body["value"],
      source: body["source"] === "ANNOTATION" ? "human" : body["source"] === "EVAL" ? "judge" : null,
      comment: body["comment"],
    });
    return typeof score === "string" ? score : { score };
  }
  if (type === "sdk-log") return {};
  const isTrace = type === "trace-create";
  if (!isTrace && !observationEvent.test(type)) return `the type ${shown(type).slice(0, 50)} is not known`;
  const traceId = idOf(isTrace ? body["id"] : body["traceId"]);
  if (traceId === null) return isTrace ? "a trace needs an id" : "an observation needs a traceId";
  if (!isTrace && idOf(body["id"]) === null) return "an observation needs an id";
  return { record: dialectRecord("langfuse", traceId, id, { type, timestamp: textOf(timestamp) ?? "", body }) };
}
