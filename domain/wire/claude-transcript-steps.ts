// The steps of a Claude Code conversation: a model call for each message id, a tool call for each tool_use block, and below the call
// of a sub-agent that agent's own steps. One answer of the model is written as several lines with the same id and the same usage, so
// usage is taken once. Times are those of the lines: a call begins when the line before it was written.
import { countOf, isObject, listOf, numberOf, objectOf, textOf } from "./json-value.ts";
import { messagesOf } from "./messages.ts";

/** A parsed line of a transcript. */
export type TranscriptLine = Readonly<Record<string, unknown>>;

export interface TranscriptStep {
  id: string;
  parent_id: string | null;
  type: "llm" | "tool";
  name: string;
  model?: string | null;
  call_id?: string;
  started_at: string | null;
  ended_at: string | null;
  status: "ok" | "error";
  error: { type: string | null; message: string } | null;
  arguments?: unknown;
  result?: unknown;
  input?: unknown;
  output?: unknown;
  usage?: Record<string, number | null>;
  cost_usd?: number | null;
}

type Blocks = readonly Record<string, unknown>[];
type SubAgents = ReadonlyMap<string, readonly TranscriptLine[]>;

/** Sub-agents of sub-agents are followed so far; deeper calls keep their step and lose their inside. */
const mostLevels = 4;

/** Steps in the order of the transcript, those of a sub-agent right behind the step that called it. */
export function conversationSteps(lines: readonly TranscriptLine[], subAgents: SubAgents): TranscriptStep[] {
  const main = lines.filter((line) => line["isSidechain"] !== true);
  const inline = sidechainsOf(lines.filter((line) => line["isSidechain"] === true));
  return nested(main, null, { inline, subAgents, taken: new Set() }, 1);
}

export const timeOf = (line: TranscriptLine): string | null => {
  const time = textOf(line["timestamp"]);
  return time === null || Number.isNaN(Date.parse(time)) ? null : time;
};

/** Written by the client where the model was not asked. A failed request is written so too, and says that it is one. */
export const isPlaceholder = (line: TranscriptLine): boolean =>
  objectOf(line["message"])["model"] === "<synthetic>" && line["isApiErrorMessage"] !== true;

interface Inside {
  /** Older clients write a sub-agent's lines into the session's own file. */
  inline: (readonly TranscriptLine[])[];
  subAgents: SubAgents;
  /** Sub-agents that have their place: none is shown twice, and none inside itself. */
  taken: Set<unknown>;
}

function nested(lines: readonly TranscriptLine[], parentId: string | null, inside: Inside, level: number): TranscriptStep[] {
  return stepsOf(lines, parentId).flatMap((step) => {
    if (step.type !== "tool" || level > mostLevels) return [step];
    const inner = linesBelow(step, lines, inside);
    if (inner === undefined || inside.taken.has(inner)) return [step];
    inside.taken.add(inner);
    return [step, ...nested(inner, step.id, inside, level + 1)];
  });
}

/** The sub-agent that a tool call started: by the id in its result, else by the prompt that it was given. */
function linesBelow(
  step: TranscriptStep,
  lines: readonly TranscriptLine[],
  { inline, subAgents }: Inside,
): readonly TranscriptLine[] | undefined {
  const answer = lines.find((line) => blocksOf(line).some((block) => block["tool_use_id"] === step.call_id));
  const id = textOf(objectOf(answer?.["toolUseResult"])["agentId"]);
  const own = id === null ? undefined : subAgents.get(id);
  if (own !== undefined) return own;
  const prompt = textOf(objectOf(step.arguments)["prompt"]);
  return prompt === null ? undefined : inline.find(([first]) => first !== undefined && plainText(first) === prompt);
}

/** Sidechain lines by the chain they belong to, which the parents' ids tell. */
function sidechainsOf(lines: readonly TranscriptLine[]): (readonly TranscriptLine[])[] {
  const chains: TranscriptLine[][] = [];
  const chainOf = new Map<unknown, TranscriptLine[]>();
  for (const line of lines) {
    let chain = chainOf.get(line["parentUuid"]);
    if (chain === undefined) chains.push((chain = []));
    chain.push(line);
    chainOf.set(line["uuid"], chain);
  }
  return chains;
}

function stepsOf(lines: readonly TranscriptLine[], parentId: string | null): TranscriptStep[] {
  const steps: TranscriptStep[] = [];
  const calls = new Map<string, TranscriptStep>();
  const answers = new Map<string, { step: TranscriptStep; blocks: Record<string, unknown>[] }>();
  let before: TranscriptLine | null = null;
  for (const line of lines) {
    const blocks = blocksOf(line);
    if (line["type"] === "assistant" && !isPlaceholder(line)) {
      const id = textOf(objectOf(line["message"])["id"]) ?? textOf(line["uuid"]) ?? `line-${steps.length}`;
      const known = answers.get(id);
      const answer = known ?? { step: newAnswer(line, id, parentId, before, answers.size === 0), blocks: [] };
      if (known === undefined) {
        answers.set(id, answer);
        steps.push(answer.step);
      }
      answer.blocks.push(...blocks);
      completeAnswer(answer.step, line, answer.blocks);
      for (const block of blocks) {
        if (block["type"] !== "tool_use" && block["type"] !== "server_tool_use") continue;
        const call = newCall(block, line, parentId);
        if (calls.has(call.id)) continue;
        calls.set(call.id, call);
        steps.push(call);
      }
    }
    for (const block of blocks) {
      const call = calls.get(textOf(block["tool_use_id"]) ?? "");
      if (call !== undefined) completeCall(call, block, line);
    }
    before = line;
  }
  return steps;
}

function newAnswer(
  line: TranscriptLine,
  id: string,
  parentId: string | null,
  before: TranscriptLine | null,
  isFirst: boolean,
): TranscriptStep {
  const model = textOf(objectOf(line["message"])["model"]);
  const asked = isFirst && before !== null ? messagesOf([{ role: "user", content: objectOf(before["message"])["content"] }]) : null;
  return {
    id,
    parent_id: parentId,
    type: "llm",
    name: "chat",
    model: model === "<synthetic>" ? null : model,
    started_at: before === null ? timeOf(line) : timeOf(before),
    ended_at: timeOf(line),
    status: "ok",
    error: null,
    ...(asked === null ? {} : { input: asked }),
  };
}

/** Also on every further line of the same answer: the last one has the whole usage. */
function completeAnswer(step: TranscriptStep, line: TranscriptLine, blocks: Blocks): void {
  const message = objectOf(line["message"]);
  const output = messagesOf([{ role: "assistant", content: blocks }]);
  step.ended_at = timeOf(line) ?? step.ended_at;
  step.output = output;
  if (line["isApiErrorMessage"] === true) {
    step.status = "error";
    step.error = { type: textOf(line["error"]) ?? "api_error", message: plainText(line) ?? "the request failed" };
    return;
  }
  const usage = usageOf(message["usage"]);
  if (usage !== null) step.usage = usage;
  const cost = numberOf(line["costUSD"]);
  if (cost !== null) step.cost_usd = cost;
}

/** Anthropic's count of input leaves out what was read from and written to the cache. */
function usageOf(value: unknown): Record<string, number | null> | null {
  if (!isObject(value)) return null;
  const fresh = countOf(value["input_tokens"]);
  const read = countOf(value["cache_read_input_tokens"]);
  const written = countOf(value["cache_creation_input_tokens"]);
  return {
    input_tokens: fresh === null ? null : fresh + (read ?? 0) + (written ?? 0),
    output_tokens: countOf(value["output_tokens"]),
    cache_read_tokens: read,
    cache_write_tokens: written,
  };
}

function newCall(block: Record<string, unknown>, line: TranscriptLine, parentId: string | null): TranscriptStep {
  const id = textOf(block["id"]) ?? `call-${textOf(line["uuid"]) ?? ""}`;
  return {
    id,
    parent_id: parentId,
    type: "tool",
    name: textOf(block["name"]) ?? "tool",
    call_id: id,
    started_at: timeOf(line),
    ended_at: null,
    status: "ok",
    error: null,
    arguments: block["input"] ?? null,
  };
}

function completeCall(step: TranscriptStep, block: Record<string, unknown>, line: TranscriptLine): void {
  const result = resultOf(block["content"]);
  step.ended_at = timeOf(line);
  step.result = result;
  if (block["is_error"] !== true) return;
  step.status = "error";
  step.error = { type: null, message: typeof result === "string" ? result : JSON.stringify(result) };
}

/** Text blocks are their text; an image is named, its bytes are no behaviour. */
function resultOf(content: unknown): unknown {
  if (!Array.isArray(content)) return content ?? null;
  const parts = content.map((part: unknown) => {
    const block = objectOf(part);
    return block["type"] === "text" ? (textOf(block["text"]) ?? "") : block["type"] === "image" ? "[image]" : null;
  });
  return parts.every((part) => part !== null) ? parts.join("\n") : content;
}

function blocksOf(line: TranscriptLine): Blocks {
  const content = objectOf(line["message"])["content"];
  return typeof content === "string" ? [{ type: "text", text: content }] : listOf(content).filter(isObject);
}

function plainText(line: TranscriptLine): string | null {
  return textOf(
    blocksOf(line)
      .flatMap((block) => (block["type"] === "text" ? (textOf(block["text"]) ?? []) : []))
      .join("\n"),
  );
}
