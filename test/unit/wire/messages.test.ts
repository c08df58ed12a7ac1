import { describe, expect, test } from "vitest";
import { answerMessagesOf } from "../../../domain/wire/completion.ts";
import { lastText, lastUserText, messagesOf, readArguments, systemTextOf } from "../../../domain/wire/messages.ts";

const call = { id: "c1", name: "lookup", arguments: { id: 7 } };

describe("a conversation", () => {
  test.each<[string, unknown, unknown]>([
    [
      "OpenTelemetry parts",
      [
        {
          role: "assistant",
          parts: [
            { type: "text", content: "Let me see." },
            { type: "reasoning", content: "hm" },
            { type: "tool_call", ...call },
          ],
          finish_reason: "tool_call",
        },
      ],
      [
        {
          role: "assistant",
          content: "Let me see.",
          reasoning: "hm",
          tool_calls: [{ ...call, arguments_raw: null }],
          finish_reason: "tool_call",
        },
      ],
    ],
    [
      "OpenTelemetry answers",
      [{ role: "tool", parts: [{ type: "tool_call_response", id: "c1", response: { ok: true } }] }],
      [{ role: "tool", content: { ok: true }, tool_call_id: "c1" }],
    ],
    [
      "OpenAI chat",
      [
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "c1", type: "function", function: { name: "lookup", arguments: '{"id":7}' } }],
        },
        { role: "tool", tool_call_id: "c1", content: "done" },
      ],
      [
        { role: "assistant", content: null, tool_calls: [{ ...call, arguments_raw: '{"id":7}' }] },
        { role: "tool", content: "done", tool_call_id: "c1" },
      ],
    ],
    [
      "OpenAI responses",
      [
        { type: "message", role: "user", content: [{ type: "input_text", text: "Hi" }] },
        { type: "reasoning", summary: [] },
        { type: "function_call", call_id: "c1", name: "lookup", arguments: '{"id":7}' },
        { type: "function_call_output", call_id: "c1", output: "done" },
      ],
      [
        { role: "user", content: "Hi" },
        { role: "assistant", content: null, tool_calls: [{ ...call, arguments_raw: '{"id":7}' }] },
        { role: "tool", content: "done", tool_call_id: "c1" },
      ],
    ],
    [
      "Anthropic blocks",
      [
        {
          role: "assistant",
          content: [
            { type: "text", text: "Let me see." },
            { type: "tool_use", id: "c1", name: "lookup", input: { id: 7 } },
          ],
        },
        {
          role: "user",
          content: [{ type: "tool_result", tool_use_id: "c1", content: [{ type: "text", text: "no such file" }], is_error: true }],
        },
      ],
      [
        { role: "assistant", content: "Let me see.", tool_calls: [{ ...call, arguments_raw: null }] },
        { role: "tool", content: "no such file", tool_call_id: "c1", is_error: true },
      ],
    ],
    [
      "AI SDK parts",
      [
        { role: "assistant", content: [{ type: "tool-call", toolCallId: "c1", toolName: "lookup", input: { id: 7 } }] },
        {
          role: "tool",
          content: [{ type: "tool-result", toolCallId: "c1", toolName: "lookup", output: { type: "error-text", value: "no" } }],
        },
      ],
      [
        { role: "assistant", content: null, tool_calls: [{ ...call, arguments_raw: null }] },
        { role: "tool", content: "no", tool_call_id: "c1", is_error: true },
      ],
    ],
    [
      "LangChain constructors in a batch",
      [
        [
          { lc: 1, type: "constructor", id: ["langchain_core", "messages", "HumanMessage"], kwargs: { content: "Hi" } },
          {
            lc: 1,
            type: "constructor",
            id: ["langchain_core", "messages", "AIMessage"],
            kwargs: { content: "", tool_calls: [{ name: "lookup", args: { id: 7 }, id: "c1" }] },
          },
          {
            lc: 1,
            type: "constructor",
            id: ["langchain_core", "messages", "ToolMessage"],
            kwargs: { content: "no", tool_call_id: "c1", status: "error" },
          },
        ],
      ],
      [
        { role: "user", content: "Hi" },
        { role: "assistant", content: "", tool_calls: [{ ...call, arguments_raw: null }] },
        { role: "tool", content: "no", tool_call_id: "c1", is_error: true },
      ],
    ],
    [
      "AI SDK's prompt with its system text",
      '{"system":"Be kind.","messages":[{"role":"user","content":"Hi"}]}',
      [
        { role: "system", content: "Be kind." },
        { role: "user", content: "Hi" },
      ],
    ],
    [
      "an image beside text",
      [
        {
          role: "user",
          content: [
            { type: "text", text: "What is it?" },
            { type: "image_url", image_url: { url: "https://x.example/a.png" } },
          ],
        },
      ],
      [
        {
          role: "user",
          content: [
            { type: "text", text: "What is it?" },
            { type: "image_url", image_url: { url: "https://x.example/a.png" } },
          ],
        },
      ],
    ],
  ])("in the spelling of %s is read", (_, given, expected) => {
    const read = messagesOf(given);
    expect(JSON.parse(JSON.stringify(read))).toEqual(expected);
    expect(messagesOf(typeof given === "string" ? given : JSON.stringify(given))).toEqual(read);
  });

  test.each([
    ["a text", "Hi"],
    ["half of a JSON text", '[{"role":"us'],
    ["numbers", [1, 2]],
    ["plain objects", [{ a: 1 }]],
    ["nothing", null],
    ["an empty list", []],
  ])("is not seen in %s", (_, given) => expect(messagesOf(given)).toBeNull());

  test("gives the user's last question, the last words, and the system text in parts", () => {
    const messages = messagesOf([
      { role: "user", content: "First" },
      { role: "assistant", content: "Yes?" },
      { role: "user", content: "Second" },
      { role: "assistant", content: "Done." },
      { role: "tool", tool_call_id: "c1", content: "x" },
    ]);
    expect([lastUserText(messages), lastText(messages)]).toEqual(["Second", "Done."]);
    expect(
      systemTextOf([
        { type: "text", content: "A" },
        { type: "text", text: "B" },
      ]),
    ).toBe("A\n\nB");
    expect(systemTextOf("plain")).toBe("plain");
  });
});

describe("an answer", () => {
  test.each<[string, unknown]>([
    ["choices", { choices: [{ index: 0, message: { role: "assistant", content: "Hi" }, finish_reason: "stop" }] }],
    ["a list of choices", [{ index: 0, message: { role: "assistant", content: "Hi" }, finish_reason: "stop" }]],
    [
      "generations",
      {
        generations: [
          [
            {
              text: "Hi",
              generationInfo: { finish_reason: "stop" },
              message: { lc: 1, id: ["m", "AIMessage"], kwargs: { content: "Hi" } },
            },
          ],
        ],
      },
    ],
  ])("is found in %s", (_, given) =>
    expect(answerMessagesOf(given)).toEqual([{ role: "assistant", content: "Hi", finish_reason: "stop" }]),
  );

  test("is found in the output of a Responses reply", () => {
    expect(
      answerMessagesOf({ id: "r", output: [{ type: "message", role: "assistant", content: [{ type: "output_text", text: "Hi" }] }] }),
    ).toEqual([{ role: "assistant", content: "Hi" }]);
  });
});

describe("arguments", () => {
  test("keep integers that a double cannot hold as their digits, and their exact text", () => {
    expect(readArguments('{"id": 9007199254740993}')).toEqual({
      arguments: { id: "9007199254740993" },
      arguments_raw: '{"id": 9007199254740993}',
    });
  });
});
