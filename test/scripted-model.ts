// A Messages API on loopback that answers as its script tells, one answer a call, and keeps what it was asked. The last answer repeats.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface ScriptedAnswer {
  status?: number;
  headers?: Record<string, string>;
  /** Sent as it is. */
  body?: string;
  /** A message, streamed as the API streams it. */
  message?: ScriptedMessage;
  /** The connection is cut instead; after `body`, if there is one. */
  drop?: boolean;
  /** Nothing is ever answered. */
  hang?: boolean;
}

export interface ScriptedMessage {
  content: (
    | { type: "text"; text: string }
    | { type: "tool_use"; id: string; name: string; input: unknown }
    | { type: "thinking"; thinking: string; signature: string }
  )[];
  stop_reason: string | null;
  usage?: Record<string, number>;
}

export interface AskedCall {
  atMs: number;
  headers: Record<string, string | string[] | undefined>;
  body: any;
}

export interface ScriptedModel {
  url: string;
  calls: AskedCall[];
  answer: (answers: readonly ScriptedAnswer[]) => void;
  stop: () => Promise<void>;
}

export async function scriptedModel(): Promise<ScriptedModel> {
  const calls: AskedCall[] = [];
  let script: readonly ScriptedAnswer[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      calls.push({ atMs: Date.now(), headers: request.headers, body: JSON.parse(Buffer.concat(parts).toString()) });
      const answer = script[Math.min(calls.length, script.length) - 1] ?? { status: 500 };
      if (answer.hang === true) return;
      if (answer.drop === true && answer.body === undefined) return void response.destroy();
      const streamed = answer.message !== undefined;
      response.writeHead(answer.status ?? 200, { "content-type": streamed ? "text/event-stream" : "application/json", ...answer.headers });
      if (answer.drop === true) return void response.write(answer.body, () => setTimeout(() => response.destroy(), 20));
      response.end(streamed ? asStream(answer.message) : answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    answer: (answers) => {
      script = answers;
      calls.length = 0;
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export const textMessage = (text: string, stop_reason: string | null = "end_turn"): ScriptedMessage => ({
  content: [{ type: "text", text }],
  stop_reason,
});

export const apiError = (status: number, type: string, headers: Record<string, string> = {}): ScriptedAnswer => ({
  status,
  headers,
  body: JSON.stringify({ type: "error", error: { type, message: "said by the API: secret-of-the-trace" } }),
});

const usage = { input_tokens: 50, output_tokens: 12 };

const event = (type: string, more: object): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;

export const messageStart = (given: Record<string, number> = usage): string =>
  event("message_start", {
    message: {
      id: "msg_1",
      type: "message",
      role: "assistant",
      model: "claude-test",
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: given,
    },
  });

export const errorEvent = (type: string): string => event("error", { error: { type, message: "Overloaded" } });

function asStream(message: ScriptedMessage | undefined): string {
  const { content, stop_reason, usage: given = usage } = message ?? textMessage("");
  const blocks = content.map((block, index) => {
    const empty =
      block.type === "text"
        ? { type: "text", text: "" }
        : block.type === "tool_use"
          ? { ...block, input: {} }
          : { ...block, thinking: "", signature: "" };
    const deltas =
      block.type === "text"
        ? halves(block.text).map((text) => ({ type: "text_delta", text }))
        : block.type === "tool_use"
          ? halves(JSON.stringify(block.input)).map((partial_json) => ({ type: "input_json_delta", partial_json }))
          : [{ type: "thinking_delta", thinking: block.thinking }];
    return [
      event("content_block_start", { index, content_block: empty }),
      ...deltas.map((delta) => event("content_block_delta", { index, delta })),
      event("content_block_stop", { index }),
    ].join("");
  });
  const ended =
    stop_reason === null
      ? ""
      : event("message_delta", { delta: { stop_reason, stop_sequence: null }, usage: given }) + event("message_stop", {});
  return messageStart(given) + blocks.join("") + ended;
}

const halves = (text: string): string[] => [text.slice(0, text.length / 2), text.slice(text.length / 2)];
