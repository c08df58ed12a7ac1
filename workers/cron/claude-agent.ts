// Claude with tools, through Anthropic's own SDK: a conversation of which each turn is one request. What is kept between turns is what the API
// sent, word for word, because it wants its own thoughts back.
import type Anthropic from "@anthropic-ai/sdk";
import type { ClaudeStart } from "../../domain/experiment/driver-claude.ts";
import type { AgentModel, Conversation, ToolAnswer, TurnResult } from "../../queues/replay-model.ts";
import { brokenOff, clientOf, failureOf, longestCallMs, tokensOf, type ClaudeBindings } from "./claude.ts";

/** null without a key. */
export function claudeAgentOf(bindings: ClaudeBindings): AgentModel | null {
  const client = clientOf(bindings);
  return client === null ? null : { open: (start) => conversation(client, start) };
}

function conversation(client: Anthropic, start: ClaudeStart): Conversation {
  const messages: Anthropic.MessageParam[] = start.messages.map(({ role, text }) => ({ role, content: text }));
  const request = requestOf(start);
  let last: Anthropic.Message | null = null;
  const keep = (): void => {
    if (last !== null) messages.push({ role: "assistant", content: last.content });
    last = null;
  };
  return {
    bytes: () => new TextEncoder().encode(JSON.stringify([request, messages])).length,
    next: async (maxTokens) => {
      const { message, result } = await turn(client, { ...request, messages, max_tokens: maxTokens });
      last = message;
      return result;
    },
    answer: (results) => {
      keep();
      messages.push({ role: "user", content: results.map(toolResult) });
    },
    resume: keep,
  };
}

function requestOf({ model, system, tools, params }: ClaudeStart): Omit<Anthropic.MessageStreamParams, "messages" | "max_tokens"> {
  return {
    model,
    ...(system === null ? {} : { system }),
    ...(tools.length === 0 ? {} : { tools: tools.map(toolOf) }),
    ...params,
  };
}

function toolOf({ name, description, schema }: ClaudeStart["tools"][number]): Anthropic.Tool {
  return { name, ...(description === null ? {} : { description }), input_schema: schema };
}

function toolResult({ callId, text, isError }: ToolAnswer): Anthropic.ToolResultBlockParam {
  return { type: "tool_result", tool_use_id: callId, content: text, ...(isError ? { is_error: true } : {}) };
}

async function turn(
  client: Anthropic,
  request: Anthropic.MessageStreamParams,
): Promise<{ message: Anthropic.Message | null; result: TurnResult }> {
  const stream = client.messages.stream(request, { signal: AbortSignal.timeout(longestCallMs) });
  try {
    const message = await stream.finalMessage();
    const tokens = tokensOf(message);
    // The stream ended in the middle of a message.
    if (message.stop_reason === null) return { message: null, result: { ok: false, failure: brokenOff, tokens } };
    const text = message.content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("");
    const calls = message.content.flatMap((block) =>
      block.type === "tool_use" ? [{ id: block.id, name: block.name, input: block.input }] : [],
    );
    return { message, result: { ok: true, turn: { stopReason: message.stop_reason, text, calls }, tokens } };
  } catch (error) {
    const begun = stream.currentMessage;
    return { message: null, result: { ok: false, failure: failureOf(error), tokens: begun === undefined ? null : tokensOf(begun) } };
  }
}
