// One acknowledged request: bytes by key → what they say, redacted. The only place where a door's name meets its reader.
// Nothing is stored here; a body that was processed already gives null.
import { finishRun } from "../domain/run/finish.ts";
import type { PriceBook } from "../domain/run/price.ts";
import { redact, type RedactionRules } from "../domain/run/redact.ts";
import { redactRecord, redactRunDraft } from "../domain/run/redact-run.ts";
import { decodeSpans } from "../domain/wire/otlp.ts";
import { decodeLogs } from "../domain/wire/otlp-logs.ts";
import type { DoorReading, TraceRecord } from "../domain/wire/record.ts";
import type { NativeReading } from "../domain/wire/native.ts";
import { readScores, type NativeScore } from "../domain/wire/score.ts";
import type { Receipt } from "../d1/receipts.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { getInbox } from "../r2/inbox.ts";
import { mostBodyBytes, type InboxEntry } from "../r2/keys.ts";
import { gunzipBounded } from "../r2/read-bounded.ts";
import { UnreadableBody } from "../r2/unreadable-body.ts";
import { failureWords } from "./failure-words.ts";
import { receiptMs } from "./receipt.ts";
import type { ReadRun } from "./store-runs.ts";

export interface ReadRequest {
  entry: InboxEntry;
  receipt: Receipt;
  runs: ReadRun[];
  records: TraceRecord[];
  scores: NativeScore[];
  /** Unpacked size. */
  bytes: number;
}

interface DoorContent {
  records: readonly TraceRecord[];
  scores: readonly NativeScore[];
  rejected: readonly { index: number; reason: string }[];
}

export interface ReadingRules {
  redaction: RedactionRules;
  prices: PriceBook;
  /** Names under which the project's senders carry the user and cohort attributes. */
  userKeys: readonly string[];
  cohortKeys: readonly string[];
}

/**
 * Throws when the body cannot be had, and UnreadableBody when it cannot be opened or its reader fails: reading is pure, so it would
 * fail again. A body that says nonsense is a receipt with its refusals.
 */
export async function readRequest(env: Bindings, entry: InboxEntry, rules: ReadingRules): Promise<ReadRequest | null> {
  const packed = await getInbox(env.ARCHIVE, env.BENTO_INBOX_KEY, entry);
  if (packed === null) return null;
  const body = entry.isGzip ? await unpacked(packed) : packed;
  const empty: ReadRequest = {
    entry,
    receipt: { id: entry.receipt, door: entry.door, accepted: 0, rejected: [] },
    runs: [],
    records: [],
    scores: [],
    bytes: body.length,
  };
  try {
    return readBody(empty, body, rules);
  } catch (error) {
    throw new UnreadableBody(`the reader of the door "${entry.door}" failed on it: ${failureWords(error)}`);
  }
}

async function unpacked(packed: Uint8Array): Promise<Uint8Array> {
  const body = await gunzipBounded(packed, mostBodyBytes).catch(() => {
    throw new UnreadableBody("the gzip does not unpack");
  });
  if (body === null) throw new UnreadableBody("it unpacks to more than a body may have");
  return body;
}

function readBody(empty: ReadRequest, body: Uint8Array, rules: ReadingRules): ReadRequest {
  const { door, format } = empty.entry;
  if (door === "runs") return readRuns(empty, body, rules);
  if (format === "reading") return readReading(empty, body, rules);
  if (door === "scores") return readScoreBody(empty, body, rules);
  return readTelemetry(empty, body, rules);
}

function readRuns(empty: ReadRequest, body: Uint8Array, { redaction, prices }: ReadingRules): ReadRequest {
  const { entry } = empty;
  const receivedMs = receiptMs(entry.receipt);
  // The door read it and we wrote it, sealed; its shape is ours.
  const reading: Extract<NativeReading, { ok: true }> = JSON.parse(new TextDecoder().decode(body));
  const runs = reading.runs.map(({ index, id, draft, raw }) => ({
    run: finishRun(redactRunDraft(draft, redaction), { id, prices, nowMs: receivedMs }),
    version: `${entry.receipt}.${String(index).padStart(4, "0")}`,
    isOpen: false,
    raw: redactRecord(raw, redaction),
    isTrace: false,
    aliases: [],
    receivedMs,
  }));
  return { ...empty, runs, receipt: { ...empty.receipt, accepted: runs.length, rejected: reading.rejected } };
}

function readTelemetry(empty: ReadRequest, body: Uint8Array, rules: ReadingRules): ReadRequest {
  const encoding = empty.entry.format === "protobuf" ? "protobuf" : "json";
  const decoded = empty.entry.door === "logs" ? decodeLogs(body, encoding) : decodeSpans(body, encoding);
  return decoded.ok ? ofDoor(empty, { ...decoded, scores: [] }, rules) : refused(empty, decoded.message);
}

/** The door read it and we wrote it, sealed; its shape is ours. */
function readReading(empty: ReadRequest, body: Uint8Array, rules: ReadingRules): ReadRequest {
  const reading: DoorReading = JSON.parse(new TextDecoder().decode(body));
  return ofDoor(empty, reading, rules);
}

function ofDoor(empty: ReadRequest, { records, scores, rejected }: DoorContent, { redaction }: ReadingRules): ReadRequest {
  return {
    ...empty,
    records: records.map((record) => redactRecord(record, redaction)),
    scores: scores.map((score) => redactScore(score, redaction)),
    receipt: {
      ...empty.receipt,
      accepted: records.length + scores.length,
      rejected: rejected.map(({ index, reason }) => ({ index, id: null, code: "unreadable", message: reason })),
    },
  };
}

function readScoreBody(empty: ReadRequest, body: Uint8Array, { redaction }: ReadingRules): ReadRequest {
  const reading = readScores(body);
  if (!reading.ok) return refused(empty, reading.message);
  const scores = reading.scores.map((score) => redactScore(score, redaction));
  return { ...empty, scores, receipt: { ...empty.receipt, accepted: scores.length } };
}

function redactScore(score: NativeScore, redaction: RedactionRules): NativeScore {
  const { value: comment } = redact(score.comment ?? null, redaction);
  return { ...score, comment: typeof comment === "string" ? comment : null };
}

function refused(empty: ReadRequest, message: string): ReadRequest {
  return { ...empty, receipt: { ...empty.receipt, rejected: [{ index: 0, id: null, code: "unreadable", message }] } };
}
