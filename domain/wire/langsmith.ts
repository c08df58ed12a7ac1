// LangSmith's run API: batches, multipart bodies, single posts and patches, feedback. A run may come in several pieces, in
// several requests and out of order; each piece is a record, placed by trace_id or by the first id of dotted_order.
import { dialectRecord, idOf, objectOfBody, scoreOf } from "./dialect-record.ts";
import { parseExactJson } from "./exact-json.ts";
import { isObject, listOf, textOf } from "./json-value.ts";
import type { DialectRecord, DoorReading, Malformed } from "./record.ts";
import type { NativeScore } from "./score.ts";

type Operation = "post" | "patch";

/** POST /runs/batch: `{post: [run], patch: [run]}`. */
export function readLangSmithBatch(body: Uint8Array): DoorReading | Malformed {
  const request = objectOfBody(body);
  if (!request.ok) return request;
  const { post = [], patch = [] } = request.value;
  if (!Array.isArray(post ?? []) || !Array.isArray(patch ?? [])) return { ok: false, message: "post and patch must be lists of runs" };
  return readPieces([
    ...listOf(post).map((run) => ({ operation: "post" as const, run })),
    ...listOf(patch).map((run) => ({ operation: "patch" as const, run })),
  ]);
}

/** POST /runs (a whole run or its start), PATCH /runs/{id} (`id` is that of the path). */
export function readLangSmithRun(body: Uint8Array, operation: Operation, id: string | null): DoorReading | Malformed {
  const request = objectOfBody(body);
  if (!request.ok) return request;
  return readPieces([{ operation, run: id === null ? request.value : { ...request.value, id } }]);
}

/**
 * POST /runs/multipart: the form's fields in order, as `new Response(body, {headers}).formData()` gives them. Names are
 * `post|patch.<run id>[.<field>]`, `feedback.<id>` and `attachment.…`; attachments are left out.
 */
export function readLangSmithMultipart(fields: Iterable<readonly [name: string, value: unknown]>): DoorReading | Malformed {
  const runs = new Map<string, { operation: Operation; run: Record<string, unknown> }>();
  const scores: NativeScore[] = [];
  const rejected: { index: number; reason: string }[] = [];
  let index = -1;
  for (const [name, text] of fields) {
    index += 1;
    if (name.startsWith("attachment.")) continue;
    if (typeof text !== "string") {
      rejected.push({ index, reason: `the part ${name.slice(0, 80)} is a file; it must be a field of JSON` });
      continue;
    }
    const [, operation, id, field] = /^(post|patch)\.([^.]+)(?:\.([a-z_]+))?$/.exec(name) ?? [];
    const value = parseExactJson(text);
    if (operation !== undefined && id !== undefined && value !== undefined) {
      const key = `${operation} ${id}`;
      const known = runs.get(key) ?? { operation: operation === "post" ? "post" : "patch", run: { id } };
      // A computed key, so that `__proto__` is an own key like any other.
      if (field !== undefined) known.run = { ...known.run, [field]: value };
      else if (isObject(value)) known.run = { ...value, ...known.run };
      runs.set(key, known);
    } else if (name.startsWith("feedback.")) {
      const score = feedbackOf(isObject(value) ? value : {}, name.slice("feedback.".length));
      if (typeof score === "string") rejected.push({ index, reason: score });
      else scores.push(score);
    } else rejected.push({ index, reason: `the part ${name.slice(0, 80)} is not known or not JSON` });
  }
  const reading = readPieces([...runs.values()]);
  return { ...reading, scores, rejected: [...reading.rejected, ...rejected], total: reading.total + scores.length + rejected.length };
}

/** POST /feedback. */
export function readLangSmithFeedback(body: Uint8Array): DoorReading | Malformed {
  const request = objectOfBody(body);
  if (!request.ok) return request;
  const score = feedbackOf(request.value, null);
  if (typeof score === "string") return { ok: false, message: score };
  return { ok: true, records: [], scores: [score], rejected: [], total: 1 };
}

/** Scores go by run; of a child run only its trace can be told. */
function feedbackOf(feedback: Record<string, unknown>, runId: string | null): NativeScore | string {
  const source = isObject(feedback["feedback_source"]) ? feedback["feedback_source"]["type"] : null;
  return scoreOf({
    run_id: idOf(feedback["trace_id"]) ?? idOf(feedback["run_id"]) ?? runId,
    name: feedback["key"],
    value: feedback["score"] ?? feedback["value"],
    source: source === "model" ? "judge" : source === "app" ? "human" : null,
    comment: feedback["comment"],
  });
}

function readPieces(pieces: readonly { operation: Operation; run: unknown }[]): DoorReading {
  const records: DialectRecord[] = [];
  const rejected: { index: number; reason: string }[] = [];
  for (const [index, { operation, run }] of pieces.entries()) {
    const record = pieceOf(operation, run);
    if (typeof record === "string") rejected.push({ index, reason: record });
    else records.push(record);
  }
  return { ok: true, records, scores: [], rejected, total: pieces.length };
}

function pieceOf(operation: Operation, run: unknown): DialectRecord | string {
  if (!isObject(run)) return "a run must be an object";
  const id = idOf(run["id"]);
  if (id === null) return "a run needs an id";
  // `20261124T100000000000Z<root id>.20261124T100000300000Z<id>`
  const dotted = /^\d{8}T\d{6,12}Z?([^.]+)/.exec(textOf(run["dotted_order"]) ?? "")?.[1];
  const traceId = idOf(run["trace_id"]) ?? idOf(dotted);
  if (traceId === null) return "a run needs trace_id or dotted_order, so that it can be placed";
  const { child_runs: _children, serialized: _serialized, ...kept } = run;
  return dialectRecord("langsmith", traceId, `${id}-${operation}`, { operation, run: kept });
}
