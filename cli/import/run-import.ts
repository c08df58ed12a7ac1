// The import itself: file after file, item after item, request after request. It holds one request's items at a time, notes what was
// acknowledged before it goes on, and counts what came of everything it saw. Without a server it only looks.
import type { ApiClient } from "../api-client.ts";
import { claudeCodeAgent } from "../../domain/wire/claude-transcript.ts";
import { isObject, textOf } from "../../domain/wire/json-value.ts";
import { batcher, type Batch } from "./batch.ts";
import { openBytes, type OpenBytes } from "./bytes.ts";
import { detectFormat, type Format, type FormatName } from "./format.ts";
import { mostItemBytes, unitOf, type Found, type Item } from "./item.ts";
import type { Ledger } from "./ledger.ts";
import { readOtlp } from "./read-otlp.ts";
import { readRuns } from "./read-runs.ts";
import { readTranscript } from "./read-transcript.ts";
import { noCounts, totalOf, type FileReport, type ImportReport, type RefusalReport } from "./report.ts";
import { sendBatch } from "./send-batch.ts";
import { UnreadableFile } from "./unreadable-file.ts";

export interface Source {
  /** As people know it. */
  name: string;
  /** Where it lies; null for a pipe. */
  path: string | null;
  /** When it is none of what is read: a refusal, or merely another file in the folder. */
  isNamed: boolean;
  bytes: () => AsyncIterable<Uint8Array>;
}

export interface ImportOptions {
  sources: readonly Source[];
  format: FormatName | null;
  agent: string | null;
  /** null: nothing is sent. */
  api: ApiClient | null;
  /** null: everything is sent, whatever was sent before. */
  ledger: Ledger | null;
  onFile: (name: string) => void;
}

export async function runImport(options: ImportOptions): Promise<ImportReport> {
  const state = newState(options);
  for (const source of options.sources) {
    options.onFile(source.name);
    await importSource(state, source);
  }
  for (const batch of state.batches.rest()) await deliver(state, batch);
  const { files, refused, agents } = state;
  return {
    dry_run: options.api === null,
    files: [...files.values()],
    accepted: totalOf([...files.values()], "accepted"),
    duplicates: totalOf([...files.values()], "duplicates"),
    refused,
    refused_count: refused.reduce((sum, { count }) => sum + count, 0),
    agents: [...agents].toSorted(),
    processed: false,
  };
}

interface State {
  options: ImportOptions;
  files: Map<string, FileReport>;
  refused: RefusalReport[];
  agents: Set<string>;
  batches: ReturnType<typeof batcher>;
  /** Digests of this import's items that wait or, without a ledger, were sent. */
  met: Set<string>;
}

const newState = (options: ImportOptions): State => ({
  options,
  files: new Map(),
  refused: [],
  agents: new Set(),
  batches: batcher(),
  met: new Set(),
});

async function importSource(state: State, source: Source): Promise<void> {
  const report: FileReport = {
    file: source.name,
    format: null,
    shape: null,
    packed: null,
    accepted: noCounts(),
    duplicates: noCounts(),
    refused: 0,
    left: {},
  };
  state.files.set(source.name, report);
  try {
    const open = await openBytes(source.bytes(), mostItemBytes);
    report.packed = open.isGzip ? "gzip" : null;
    const detected = detectFormat(open.head, state.options.format);
    if (!detected.ok) {
      await open.close();
      if (source.isNamed) refuse(state, report, null, detected.reason, 1);
      else report.left[detected.reason] = 1;
      return;
    }
    report.format = detected.format.name;
    report.shape = "shape" in detected.format ? detected.format.shape : null;
    for await (const found of itemsOf(detected.format, open, source, state.options)) await take(state, report, found);
  } catch (error) {
    const reason = readingTrouble(error);
    if (reason === null) throw error;
    refuse(state, report, null, reason, 1);
  }
}

function itemsOf(format: Format, { bytes }: OpenBytes, { path }: Source, { agent }: ImportOptions): AsyncGenerator<Found> {
  switch (format.name) {
    case "claude-code":
      return readTranscript(bytes, { agent: agent ?? claudeCodeAgent, path });
    case "jsonl":
      return readRuns(bytes, format.shape, { agent });
    case "otlp":
      return readOtlp(bytes, format.shape);
  }
}

async function take(state: State, report: FileReport, found: Found): Promise<void> {
  if (found.kind === "trouble") refuse(state, report, found.trouble.line, found.trouble.reason, found.trouble.count);
  else if (found.kind === "left") report.left[found.what] = (report.left[found.what] ?? 0) + found.count;
  else {
    const { item } = found;
    if (item.agent !== null) state.agents.add(item.agent);
    if (state.met.has(item.digest) || state.options.ledger?.has(item.digest) === true) {
      report.duplicates[unitOf[item.door]] += item.count;
      return;
    }
    state.met.add(item.digest);
    for (const batch of state.batches.add({ item, file: report.file })) await deliver(state, batch);
  }
}

/** Noted as acknowledged only after it was. */
async function deliver(state: State, batch: Batch): Promise<void> {
  const { api, ledger } = state.options;
  const sent = api === null ? { taken: batch.items, refused: [], lost: null } : await sendBatch(api, batch);
  for (const { item, file } of sent.taken) count(state, file, item);
  for (const { placed, reason, count: cost } of sent.refused) {
    const report = state.files.get(placed.file);
    if (report !== undefined) refuse(state, report, placed.item.line, reason, cost);
  }
  const [first] = batch.items;
  const report = first === undefined ? undefined : state.files.get(first.file);
  if (sent.lost !== null && report !== undefined) refuse(state, report, first?.item.line ?? null, sent.lost.reason, sent.lost.count);
  if (ledger === null || sent.taken.length === 0) return;
  const known = sent.taken.map(({ item }) => item.id).findLast((id) => id !== null);
  ledger.write(
    sent.taken.map(({ item }) => item.digest),
    known ?? null,
  );
  for (const { item } of sent.taken) state.met.delete(item.digest);
}

function count(state: State, file: string, item: Item): void {
  const report = state.files.get(file);
  if (report !== undefined) report.accepted[unitOf[item.door]] += item.count;
}

function refuse(state: State, report: FileReport, line: number | null, reason: string, count: number): void {
  report.refused += count;
  state.refused.push({ file: report.file, line, reason, count });
}

/** What is wrong with the file that was being read, in words; null for a failure of another kind. */
function readingTrouble(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if (error instanceof UnreadableFile) return error.message;
  const code = isObject(error) ? (textOf(error["code"]) ?? "") : "";
  if (code === "Z_BUF_ERROR") return "it is gzip that ends too early";
  if (code.startsWith("Z_")) return "it is damaged gzip";
  return /^E[A-Z]+$/.test(code) ? `it cannot be read (${code})` : null;
}
