// Reads the native webhook: one run, {"runs": […]} or NDJSON → drafts, each with the raw record behind it. One bad run costs itself
// only and is told where it is wrong; a body of which nothing can be read is refused whole. Never throws.
import { newRunId, runIdOf } from "../run/run-id.ts";
import type { RunDraft } from "../run/run.ts";
import { truncateJson } from "../run/truncate.ts";
import { draftOf } from "./native-draft.ts";
import { checkNativeRun } from "./native-check.ts";
import { maxIdChars } from "./native-schema.ts";

/** Runs that one request may carry. */
export const maxRuns = 1_000;

export interface NativeContext {
  /** The request's receipt: makes the ids of runs that came without one. */
  receipt: string;
  /** Epoch milliseconds; the start of runs that name none. */
  receivedMs: number;
}

export interface NativeDraft {
  /** The run's place in the request, from 0. */
  index: number;
  /** Bento's id. */
  id: string;
  draft: RunDraft;
  /** As sent, not yet redacted. */
  raw: unknown;
}

export interface NativeRejection {
  index: number;
  /** The sender's id, where it could be read. */
  id: string | null;
  code: "invalid_run" | "invalid_json";
  message: string;
}

export interface IssueDetail {
  path: string;
  message: string;
}

export type NativeReading =
  | { ok: true; runs: NativeDraft[]; rejected: NativeRejection[]; count: number }
  | { ok: false; status: 400 | 413; code: "invalid_json" | "invalid_request" | "too_many_runs"; message: string; details: IssueDetail[] };

/** A run as it lies in the request: its value, or why it has none. */
type Item = { value: unknown; path: string } | { problem: string };

export function readNativeRuns(body: Uint8Array, format: "json" | "ndjson", context: NativeContext): NativeReading {
  const text = new TextDecoder("utf-8", { fatal: false, ignoreBOM: false }).decode(body);
  const items = format === "ndjson" ? itemsOfLines(text) : itemsOfJson(text);
  if ("ok" in items) return items;
  if (items.length === 0)
    return refusal("invalid_request", 'The body holds no run. Send one run, {"runs": […]} or one run a line (application/x-ndjson).');
  if (items.length > maxRuns) {
    const message = `The body holds ${items.length} runs; send at most ${maxRuns} a request.`;
    return { ...refusal("too_many_runs", message), status: 413 };
  }

  const receivedAt = new Date(context.receivedMs).toISOString();
  const runs: NativeDraft[] = [];
  const rejected: NativeRejection[] = [];
  const details: IssueDetail[] = [];
  items.forEach((item, index) => {
    if ("problem" in item) {
      rejected.push({ index, id: null, code: "invalid_json", message: item.problem });
      details.push({ path: `runs[${index}]`, message: item.problem });
      return;
    }
    const checked = checkNativeRun(item.value);
    if (checked.ok) {
      const draft = draftOf(checked.run, receivedAt);
      const id = draft.source_id === null ? newRunId(context.receipt, index, context.receivedMs) : runIdOf(draft.source_id);
      runs.push({ index, id, draft, raw: item.value });
      return;
    }
    const issues = checked.issues.map((issue) => ({ path: pathOf(item.path, issue.path), message: issue.message }));
    details.push(...issues);
    rejected.push({
      index,
      id: sentId(item.value),
      code: "invalid_run",
      message: issues.map(({ path, message }) => `\`${path}\` ${message}`).join("; "),
    });
  });
  if (runs.length > 0) return { ok: true, runs, rejected, count: items.length };
  const [first] = rejected;
  const code = first?.code === "invalid_json" ? "invalid_json" : "invalid_request";
  return { ...refusal(code, `No run could be read: ${first?.message ?? "the body is empty"}.`), details: details.slice(0, 100) };
}

/** Levels of `raw` that are written when all of them cannot be; deeper than redaction looks. */
const mostRawLevels = 256;

/**
 * A reading as JSON. `raw` nests as deep as its sender liked and JSON.stringify gives up at some thousand levels: then it is written as
 * far down as anyone reads, with a mark.
 */
export function writtenReading(reading: Extract<NativeReading, { ok: true }>): string {
  try {
    return JSON.stringify(reading);
  } catch {
    const limits = { maxTextChars: Number.MAX_SAFE_INTEGER, maxDepth: mostRawLevels };
    return JSON.stringify({ ...reading, runs: reading.runs.map((run) => ({ ...run, raw: truncateJson(run.raw, limits).value })) });
  }
}

type Refusal = Extract<NativeReading, { ok: false }>;

function refusal(code: Refusal["code"], message: string): Refusal {
  return { ok: false, status: 400, code, message, details: [] };
}

function itemsOfJson(text: string): Item[] | Refusal {
  const parsed = parseJson(text);
  if ("problem" in parsed) {
    // A body of lines with the wrong content type is still clear.
    const lines = itemsOfLines(text);
    return lines.length > 1 && lines.every((line) => "value" in line)
      ? lines
      : refusal("invalid_json", `The body is not JSON: ${parsed.problem}.`);
  }
  const { value } = parsed;
  if (Array.isArray(value)) return value.map((run: unknown, index) => ({ value: run, path: `runs[${index}]` }));
  if (typeof value !== "object" || value === null)
    return refusal("invalid_request", 'The body must be one run, {"runs": […]} or one run a line.');
  if (!("runs" in value)) return [{ value, path: "" }];
  if (!Array.isArray(value.runs)) return refusal("invalid_request", "`runs` must be a list of runs.");
  return value.runs.map((run: unknown, index) => ({ value: run, path: `runs[${index}]` }));
}

function itemsOfLines(text: string): Item[] {
  const items: Item[] = [];
  text.split(/\r?\n/).forEach((line, index) => {
    if (line.trim() === "") return;
    const parsed = parseJson(line);
    items.push(
      "problem" in parsed
        ? { problem: `line ${index + 1} is not JSON: ${parsed.problem}` }
        : { value: parsed.value, path: `runs[${items.length}]` },
    );
  });
  return items;
}

/** The engine's own message quotes the body, which may hold secrets: only the place is told. */
function parseJson(text: string): { value: unknown } | { problem: string } {
  try {
    const value: unknown = JSON.parse(text);
    return { value };
  } catch (thrown) {
    const place = thrown instanceof Error ? /position (\d+)/.exec(thrown.message)?.[1] : undefined;
    return { problem: place === undefined ? "it ends too early or is malformed" : `unexpected character at position ${place}` };
  }
}

function pathOf(base: string, path: readonly PropertyKey[]): string {
  const steps = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part).slice(0, maxIdChars)}`)).join("");
  return (base + steps).replace(/^\./, "") || "run";
}

function sentId(value: unknown): string | null {
  if (typeof value !== "object" || value === null) return null;
  const id = "id" in value ? value.id : "run" in value ? value.run : null;
  if (typeof id === "number") return String(id);
  return typeof id === "string" ? id.slice(0, maxIdChars).toWellFormed() : null;
}
