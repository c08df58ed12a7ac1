// How a recorded run is begun again with Claude: its system prompt, what its user said, the tools that it had, under the candidate's config.
// A run whose beginning is not in the record is refused with the reason, never guessed at.
import type { Config, Run, ToolDefinition } from "../run/run.ts";
import { isObject, numberOf, shown } from "../wire/json-value.ts";
import { messagesOf, messageText, type Message } from "../wire/messages.ts";
import { recordedCalls } from "./recorded-tools.ts";

/** Tokens of one answer where nobody says: enough for a long one, and a bound on what it may cost. */
const usualOutputTokens = 8_192;
const mostOutputTokens = 64_000;
/** What the API takes as a tool's name. */
const apiName = /^[a-zA-Z0-9_-]{1,128}$/;

/** A tool as the API is told of it, and what the recorded run calls it. */
export interface OfferedTool {
  name: string;
  recordedName: string;
  description: string | null;
  schema: { type: "object" } & Record<string, unknown>;
}

export interface ClaudeStart {
  model: string;
  system: string | null;
  /** Begins and ends with the user. */
  messages: { role: "user" | "assistant"; text: string }[];
  tools: OfferedTool[];
  maxTokens: number;
  /** Whether the candidate itself says how long an answer may be: then a cut one is its own. */
  saysMaxTokens: boolean;
  params: { temperature?: number; top_p?: number; top_k?: number; stop_sequences?: string[] };
}

export type ClaudeOpening = { ok: true; start: ClaudeStart } | { ok: false; reason: string };

/** @param config the candidate's, over the recorded one @param ownParams the candidate says its parameters itself */
export function openWithClaude(run: Run, config: Config, ownParams: boolean): ClaudeOpening {
  const model = config.model;
  if (model === null) return refused("neither the candidate nor the recorded run names a model");
  const conversation = messagesOf(run.input);
  const messages = turnsOf(run.input, conversation);
  if (messages === null) return refused("the record does not say what the user asked");
  const system = systemOf(config, conversation, run);
  if (system.kind === "unknown") return refused(system.reason);
  // Parameters of another provider's model mean something else to Claude.
  const given = ownParams || (run.config.model ?? "").startsWith("claude") ? config.params : {};
  const said = numberOf(given["max_tokens"] ?? given["max_output_tokens"] ?? given["max_completion_tokens"]);
  return {
    ok: true,
    start: {
      model,
      system: system.text,
      messages,
      tools: offered(toolsOf(run, config)),
      maxTokens: Math.max(1, Math.min(mostOutputTokens, Math.floor(said ?? usualOutputTokens))),
      saysMaxTokens: said !== null,
      params: paramsOf(given),
    },
  };
}

/** Twice as long, for an answer that was cut where nobody had set its length; null where that is not to be tried. */
export function longerAnswer({ maxTokens, saysMaxTokens }: ClaudeStart): number | null {
  return saysMaxTokens || maxTokens >= mostOutputTokens ? null : Math.min(mostOutputTokens, maxTokens * 2);
}

const refused = (reason: string): ClaudeOpening => ({ ok: false, reason });

type SystemPrompt = { kind: "known"; text: string | null } | { kind: "unknown"; reason: string };

function systemOf({ prompt }: Config, conversation: readonly Message[] | null, run: Run): SystemPrompt {
  if (prompt !== null && prompt.text !== null) return { kind: "known", text: prompt.text };
  const recorded = run.steps.find(({ type }) => type === "llm");
  const said = [conversation, messagesOf(recorded?.input ?? null)]
    .map((messages) => messageText(messages?.find(({ role }) => isSystem(role))))
    .find((text) => text !== null);
  if (said !== undefined && (prompt === null || prompt === run.config.prompt)) return { kind: "known", text: said };
  if (prompt === null) return { kind: "known", text: null };
  const name = [prompt.name, prompt.version].filter((part) => part !== null).join(" ");
  return prompt === run.config.prompt
    ? { kind: "known", text: null }
    : { kind: "unknown", reason: `the candidate's prompt${name === "" ? "" : ` ${name}`} has no text` };
}

const isSystem = (role: string): boolean => role === "system" || role === "developer";

/** What was said up to the user's last words; a text, or data as text, is one message of the user. */
function turnsOf(input: unknown, conversation: readonly Message[] | null): ClaudeStart["messages"] | null {
  if (conversation === null) {
    const text = input === null || input === undefined ? "" : shown(input);
    return text.trim() === "" ? null : [{ role: "user", text }];
  }
  const turns: ClaudeStart["messages"] = [];
  for (const message of conversation) {
    const text = messageText(message);
    if (text === null || text.trim() === "" || isSystem(message.role) || message.role === "tool") continue;
    const role = message.role === "assistant" ? "assistant" : "user";
    const last = turns.at(-1);
    if (last?.role === role) last.text += `\n\n${text}`;
    else if (last !== undefined || role === "user") turns.push({ role, text });
  }
  const end = turns.findLastIndex(({ role }) => role === "user");
  return end === -1 ? null : turns.slice(0, end + 1);
}

/** Those of the config; where it tells of none, those that the record shows. */
function toolsOf(run: Run, { tools }: Config): ToolDefinition[] {
  if (tools.length > 0) return tools;
  const names = new Set(recordedCalls(run).flatMap(({ name, isRetrieval }) => (isRetrieval ? [] : [name])));
  return [...names].map((name) => ({ name, description: null, parameters: null }));
}

function offered(tools: readonly ToolDefinition[]): OfferedTool[] {
  const taken = new Set<string>();
  return tools.map(({ name: recordedName, description, parameters }, i) => {
    const clean = apiName.test(recordedName) ? recordedName : recordedName.replaceAll(/[^a-zA-Z0-9_-]/g, "_").slice(0, 100) || "tool";
    const name = taken.has(clean) ? `${clean.slice(0, 100)}_${i}` : clean;
    taken.add(name);
    return { name, recordedName, description, schema: { ...(isObject(parameters) ? parameters : {}), type: "object" } };
  });
}

function paramsOf(given: Readonly<Record<string, unknown>>): ClaudeStart["params"] {
  const [temperature, topP, topK] = [numberOf(given["temperature"]), numberOf(given["top_p"]), numberOf(given["top_k"])];
  const stops = given["stop_sequences"] ?? given["stop"];
  const list = (typeof stops === "string" ? [stops] : Array.isArray(stops) ? stops : []).filter((one) => typeof one === "string");
  return {
    ...(temperature === null ? {} : { temperature: Math.max(0, Math.min(1, temperature)) }),
    ...(topP === null ? {} : { top_p: topP }),
    ...(topK === null ? {} : { top_k: topK }),
    ...(list.length === 0 ? {} : { stop_sequences: list }),
  };
}
