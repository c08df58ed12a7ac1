// Claude Code transcripts to items: the lines of a session, gathered from prompt to prompt, and the transcripts of the sub-agents that
// it called, which newer clients keep in files of their own beside it. Only one turn is held at a time.
import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isObject, textOf } from "../../domain/wire/json-value.ts";
import { truncateJson } from "../../domain/run/truncate.ts";
import { isConversation, isPrompt, isSidechain, runOfTurn, subAgentsOf, type TranscriptRun } from "../../domain/wire/claude-transcript.ts";
import type { TranscriptLine } from "../../domain/wire/claude-transcript-steps.ts";
import { checkNativeRun } from "../../domain/wire/native-check.ts";
import { fileBytes } from "./bytes.ts";
import { digestOf, itemOf, mostItemBytes, troubleOf, type Found } from "./item.ts";
import { linesOf } from "./lines.ts";
import { notJson, parsed } from "./read-runs.ts";

export interface TranscriptOptions {
  agent: string;
  /** The transcript's own path, where it has one: its sub-agents lie beside it. */
  path: string | null;
}

/** The sub-agents of one turn together; more is left out, the steps that called them stay. */
const mostInsideBytes = 64 * 1_024 * 1_024;
/** A run with longer texts is cut until it fits; a session with pasted images and whole files can grow to any size. */
const mostRunBytes = 4 * 1_024 * 1_024;
/** Characters of one text, tried in this order. */
const textLimits = [262_144, 65_536, 16_384, 4_096, 1_024] as const;
const mostDepth = 64;

export async function* readTranscript(bytes: AsyncIterable<Uint8Array>, options: TranscriptOptions): AsyncGenerator<Found> {
  let turn: { line: number; lines: TranscriptLine[] } | null = null;
  for await (const { text, number, isEnded } of linesOf(bytes, mostItemBytes)) {
    if (text !== null && text.trim() === "") continue;
    const line = text === null ? undefined : parsed(text);
    if (!isObject(line)) {
      // The session may still be running, and its client in the middle of a line.
      if (!isEnded && text !== null) yield { kind: "left", what: "unfinished last lines", count: 1 };
      else yield troubleOf(number, text === null ? `the line is longer than ${mostItemBytes} bytes` : notJson(text));
      continue;
    }
    if (!isConversation(line)) continue;
    if (isPrompt(line) || turn === null) {
      if (turn !== null) yield* itemsOfTurn(turn, options);
      turn = { line: number, lines: [] };
    }
    turn.lines.push(line);
  }
  if (turn !== null) yield* itemsOfTurn(turn, options);
}

async function* itemsOfTurn(
  { line, lines }: { line: number; lines: readonly TranscriptLine[] },
  options: TranscriptOptions,
): AsyncGenerator<Found> {
  const run = runOfTurn(lines, options.agent, await subAgents(lines, options.path));
  if (run === null) {
    yield {
      kind: "left",
      what: lines.every(isSidechain) ? "sub-agents, which are read with their sessions" : "prompts without an answer",
      count: 1,
    };
    return;
  }
  const body = bodyOf(run);
  const checked = checkNativeRun(parsed(body));
  if (!checked.ok) yield troubleOf(line, checked.issues.map(({ message }) => message).join("; "));
  else if (Buffer.byteLength(body) > mostItemBytes)
    yield troubleOf(line, "the run is larger than one request may be, even with its texts cut");
  else
    yield itemOf({
      door: "runs",
      body,
      bytes: Buffer.byteLength(body),
      line,
      digest: digestOf("runs", body),
      count: 1,
      agent: run.agent,
      id: run.id,
    });
}

/** Bento cuts long texts too and marks them; here they are cut so far that the run as a whole can be sent. */
function bodyOf(run: TranscriptRun): string {
  let body = JSON.stringify(run);
  for (const maxTextChars of textLimits) {
    if (Buffer.byteLength(body) <= mostRunBytes) break;
    body = JSON.stringify(truncateJson(run, { maxTextChars, maxDepth: mostDepth }).value);
  }
  return body;
}

async function subAgents(lines: readonly TranscriptLine[], path: string | null): Promise<Map<string, TranscriptLine[]>> {
  const found = new Map<string, TranscriptLine[]>();
  if (path === null) return found;
  const sessionId = textOf(lines[0]?.["sessionId"]);
  const wanted = subAgentsOf(lines);
  let bytes = 0;
  for (const id of wanted) {
    if (found.has(id) || bytes > mostInsideBytes) continue;
    const own = await subAgentLines(dirname(path), sessionId, id, mostInsideBytes - bytes);
    if (own === null) continue;
    bytes += own.bytes;
    found.set(id, own.lines);
    wanted.push(...subAgentsOf(own.lines));
  }
  return found;
}

/** An id from a transcript becomes part of a path: only plain ones do. */
const plainId = /^[\w-]{1,80}$/;

async function subAgentLines(
  folder: string,
  sessionId: string | null,
  id: string,
  mostBytes: number,
): Promise<{ lines: TranscriptLine[]; bytes: number } | null> {
  if (!plainId.test(id)) return null;
  const places = [join(folder, `agent-${id}.jsonl`)];
  if (sessionId !== null && plainId.test(sessionId)) places.push(join(folder, sessionId, "subagents", `agent-${id}.jsonl`));
  for (const place of places) {
    const found = await stat(place).catch(() => null);
    if (found?.isFile() !== true || found.size > mostBytes) continue;
    const lines: TranscriptLine[] = [];
    for await (const { text } of linesOf(fileBytes(place), mostItemBytes)) {
      const line = text === null ? undefined : parsed(text);
      if (isObject(line) && isConversation(line)) lines.push(line);
    }
    return { lines, bytes: found.size };
  }
  return null;
}
