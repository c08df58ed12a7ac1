// What a file is taken for, by its content.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { detectFormat, type FormatName } from "../../../cli/import/format.ts";

const fixtures = join(import.meta.dirname, "../../fixtures");
const head = (content: string | Uint8Array, isAll = true) => ({
  bytes: typeof content === "string" ? new TextEncoder().encode(content) : content,
  isAll,
});
const framed = (message: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(4 + message.length);
  new DataView(bytes.buffer).setUint32(0, message.length, false);
  bytes.set(message, 4);
  return bytes;
};
const span = '{"resourceSpans":[{"scopeSpans":[]}]}';
const run = '{"id":"r","agent":"bot"}';
const request = readFileSync(join(fixtures, "wire/traceloop-research-01.pb"));

describe("a file", () => {
  test.each<[string, string | Uint8Array, unknown]>([
    ["runs, one a line", `${run}\n${run}\n`, { name: "jsonl", shape: "lines" }],
    ["one run", run, { name: "jsonl", shape: "lines" }],
    ["a run without an agent", '{"started_at":"2026-01-01T00:00:00Z","input":"x"}', { name: "jsonl", shape: "lines" }],
    ["a bad line before good ones", `oh no\n{"agent": \n${run}\n`, { name: "jsonl", shape: "lines" }],
    ["a control character in a line", `{"agent":"b\u0000ot"}\n${run}\n`, { name: "jsonl", shape: "lines" }],
    ["a torn line before good ones", `{"agent":"bot","input":"abc\n${run}\n`, { name: "jsonl", shape: "lines" }],
    ["a byte-order mark", `\ufeff${run}\n`, { name: "jsonl", shape: "lines" }],
    ["a body of the webhook", `{"runs":[${run}]}`, { name: "jsonl", shape: "lines" }],
    ["a list of runs", `[${run}]`, { name: "jsonl", shape: "lines" }],
    ["one run over several lines", '{\n  "agent": "bot",\n  "steps": []\n}\n', { name: "jsonl", shape: "values" }],
    ["runs over several lines", `{\n "runs": [\n  ${run}\n ]\n}`, { name: "jsonl", shape: "list" }],
    ["a list over several lines", `[\n  ${run},\n  ${run}\n]`, { name: "jsonl", shape: "list" }],
    ["spans, a request a line", `${span}\n${span}\n`, { name: "otlp", shape: "lines" }],
    ["spans over several lines", `{\n  "resourceSpans": [\n    {"scopeSpans": []}\n  ]\n}`, { name: "otlp", shape: "list" }],
    ["log records", '{"resourceLogs":[]}\n', { name: "otlp", shape: "lines" }],
    ["spans in protobuf", request, { name: "otlp", shape: "protobuf" }],
    ["spans in protobuf with their length before them", framed(request), { name: "otlp", shape: "framed" }],
    [
      "a transcript",
      readFileSync(join(fixtures, "claude-code/-srv-shop/0b6f1c52-9a57-4c1e-8a53-3d0f6b1a7e11.jsonl")),
      { name: "claude-code" },
    ],
    ["a transcript that begins with a summary", '{"type":"summary","summary":"x","leafUuid":"u"}\n', { name: "claude-code" }],
  ])("with %s is told", (_, content, format) => {
    expect(detectFormat(head(content))).toEqual({ ok: true, format });
  });

  test.each<[string, string | Uint8Array, string]>([
    ["nothing", "", "empty"],
    ["white space", " \n \n", "neither JSON"],
    ["prose", "Dear reader,\nthis is no trace.\n", "neither JSON"],
    ["other JSON", '{"name":"bento","version":"0.1.0"}', "--format"],
    ["a pretty package.json", '{\n  "name": "bento",\n  "scripts": {}\n}\n', "--format"],
    ["a list of numbers", "[1,2,3]", "--format"],
    ["messages of the Agent SDK", '{"type":"assistant","session_id":"s","message":{}}\n', "Agent SDK"],
    ["zstd", new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, 0, 0]), "zstd"],
    ["zstd with its length before it", new Uint8Array([0, 0, 0, 9, 0x28, 0xb5, 0x2f, 0xfd, 0]), "zstd"],
    ["gzip inside of gzip", new Uint8Array([0x1f, 0x8b, 8, 0]), "packed twice"],
    ["a picture", new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), "neither JSON"],
    ["three bytes", new Uint8Array([1, 2, 3]), "neither JSON"],
    ["protobuf of another kind", new Uint8Array([0x0a, 0x02, 0xff, 0xff, 0x12, 0x00]), "protobuf"],
  ])("with %s is refused with what to do", (_, content, reason) => {
    expect(detectFormat(head(content))).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
  });

  test("that goes on behind its head is judged by what is there", () => {
    const long = `{"agent":"bot","input":"${"x".repeat(1_000)}`;
    expect(detectFormat(head(`{"resourceSpans":[{"scopeSpans":[{"spans":[`, false))).toEqual({
      ok: true,
      format: { name: "otlp", shape: "list" },
    });
    expect(detectFormat(head(`${run}\n${long}`, false))).toEqual({ ok: true, format: { name: "jsonl", shape: "lines" } });
    expect(detectFormat(head(request.subarray(0, 200), false))).toEqual({ ok: true, format: { name: "otlp", shape: "protobuf" } });
  });

  test.each<[FormatName, string, boolean]>([
    ["jsonl", '{"foo":1}\n', true],
    ["otlp", '{"foo":1}\n', true],
    ["claude-code", '{"foo":1}\n', true],
    ["otlp", `${run}\n`, false],
    ["claude-code", `${span}\n`, false],
  ])("said to be %s is taken for it unless it says otherwise: %s", (wanted, content, ok) => {
    const found = detectFormat(head(content), wanted);
    expect(found.ok).toBe(ok);
    if (found.ok) expect(found.format.name).toBe(wanted);
  });
});
