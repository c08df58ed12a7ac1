// One part of a client's own protocol as a record of its trace: bounded, with a key made of its id and its content.
import { isObject, textOf } from "./json-value.ts";
import { boundObject, newAllowance } from "./limits.ts";
import { parseExactJson } from "./exact-json.ts";
import { digestOf } from "./otlp.ts";
import type { DialectRecord, Malformed } from "./record.ts";
import { scoreSchema, type NativeScore } from "./score.ts";

/** Characters of an id that are believed; longer ones are no ids. */
const longestId = 200;

/** A usable id: a text of sane length without control characters. OTel ids come in either case. */
export function idOf(value: unknown): string | null {
  const text = textOf(value)?.trim() ?? "";
  // oxlint-disable-next-line no-control-regex
  if (text === "" || text.length > longestId || /[\u0000-\u001f]/.test(text) || !text.isWellFormed()) return null;
  return /^[0-9a-f]{32}$/i.test(text) ? text.toLowerCase() : text;
}

export function dialectRecord(source: DialectRecord["source"], traceId: string, partId: string, value: object): DialectRecord {
  const allowance = newAllowance();
  const bounded = boundObject(value, allowance);
  return { source, traceId, key: `${partId}-${digestOf(bounded)}`, value: bounded, truncated: allowance.truncated };
}

/** The body's JSON object, or what is wrong with it. */
export function objectOfBody(body: Uint8Array): { ok: true; value: Record<string, unknown> } | Malformed {
  const value = parseExactJson(new TextDecoder().decode(body));
  if (value === undefined) return { ok: false, message: "the body is not valid JSON" };
  return isObject(value) ? { ok: true, value } : { ok: false, message: "the body must be a JSON object" };
}

/** A score in the product's shape; a reason where it is none. */
export function scoreOf(score: {
  run_id: unknown;
  name: unknown;
  value: unknown;
  source?: NativeScore["source"];
  comment?: unknown;
}): NativeScore | string {
  const comment = textOf(score.comment)?.slice(0, 4_000) ?? null;
  const read = scoreSchema.safeParse({ ...score, comment });
  return read.success ? read.data : `the score needs ${read.error.issues.map((issue) => issue.path.join(".")).join(", ")}`;
}
