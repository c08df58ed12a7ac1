// Native runs in a file to items: each held against the schema of the door that it will be sent to, so that what is wrong is told
// with its line before anything is sent. A run without an id gets one made of its content, so that sending it again is no second run.
import { isObject } from "../../domain/wire/json-value.ts";
import { checkNativeRun } from "../../domain/wire/native-check.ts";
import { digestOf, itemOf, mostItemBytes, troubleOf, type Found } from "./item.ts";
import { JsonElements, type JsonElement } from "./json-elements.ts";
import { linesOf } from "./lines.ts";
import { UnreadableFile } from "./unreadable-file.ts";

export interface RunOptions {
  /** For runs that name no agent. */
  agent: string | null;
}

export async function* readRuns(
  bytes: AsyncIterable<Uint8Array>,
  shape: "lines" | "list" | "values",
  { agent }: RunOptions,
): AsyncGenerator<Found> {
  const seen = new Map<string, number>();
  for await (const { text, line } of shape === "lines" ? lineValues(bytes) : documentValues(bytes, shape))
    yield text === null ? tooLong(line) : runOf(text, line, agent, seen);
}

/** Names of lists of runs in a body of the webhook. */
const runLists: ReadonlySet<string> = new Set(["runs"]);

type Value = Pick<JsonElement, "text" | "line">;

const tooLong = (line: number): Found => troubleOf(line, `it is larger than ${mostItemBytes} bytes, the most that one request may hold`);

/** A line is a run, or a request's body with several. */
async function* lineValues(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Value> {
  for await (const { text, number } of linesOf(bytes, mostItemBytes)) {
    if (text !== null && text.trim() === "") continue;
    const value = text === null ? undefined : parsed(text);
    const isList = Array.isArray(value) || (isObject(value) && Array.isArray(value["runs"]) && value["agent"] === undefined);
    if (text === null || !isList) yield { text, line: number };
    else for (const element of new JsonElements(runLists, mostItemBytes).push(text)) yield { text: element.text, line: number };
  }
}

async function* documentValues(bytes: AsyncIterable<Uint8Array>, shape: "list" | "values"): AsyncGenerator<Value> {
  const reader = new JsonElements(shape === "values" ? "values" : runLists, mostItemBytes);
  const decoder = new TextDecoder();
  for await (const chunk of bytes) yield* reader.push(decoder.decode(chunk, { stream: true }));
  yield* reader.push(decoder.decode());
  const problem = reader.end();
  if (problem !== null) throw new UnreadableFile(problem);
}

function runOf(text: string, line: number, agent: string | null, seen: Map<string, number>): Found {
  const value = parsed(text);
  if (!isObject(value)) return troubleOf(line, value === undefined ? notJson(text) : "it must be a JSON object: one run");
  const run = { ...value, ...(agent !== null && isMissing(value["agent"]) ? { agent } : {}), ...idOf(value, text, seen) };
  const checked = checkNativeRun(run);
  if (!checked.ok) return troubleOf(line, checked.issues.map(issueText).join("; "));
  const body = JSON.stringify(run);
  return itemOf({
    door: "runs",
    body,
    bytes: Buffer.byteLength(body),
    line,
    digest: digestOf("runs", body),
    count: 1,
    agent: checked.run.agent,
    id: checked.run.id ?? checked.run.run ?? null,
  });
}

const isMissing = (value: unknown): boolean => value === undefined || value === null;

/** Equal runs in one file are told apart by their order: whoever writes the same twice may mean it. */
function idOf(value: Record<string, unknown>, text: string, seen: Map<string, number>): { id?: string } {
  if (!isMissing(value["id"]) || !isMissing(value["run"])) return {};
  const digest = digestOf("runs", text.trim());
  const count = (seen.get(digest) ?? 0) + 1;
  seen.set(digest, count);
  return { id: count === 1 ? `imported-${digest}` : `imported-${digest}-${count}` };
}

function issueText({ path, message }: { path: PropertyKey[]; message: string }): string {
  const place = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  return place === "" ? message : `\`${place.replace(/^\./, "")}\` ${message}`;
}

/** The engine's own message quotes the text, which may hold secrets: only the place is told. */
export function notJson(text: string): string {
  try {
    JSON.parse(text);
  } catch (error) {
    const place = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
    if (place !== undefined) return `it is not JSON: unexpected character at position ${place}`;
  }
  return "it is not JSON: it ends too early or is malformed";
}

/** undefined for what is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
