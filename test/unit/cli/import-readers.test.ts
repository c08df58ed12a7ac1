// What stands in files as items to send: each with its place, what is wrong told before anything is sent.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fileBytes } from "../../../cli/import/bytes.ts";
import type { Found, Item, Trouble } from "../../../cli/import/item.ts";
import { readOtlp } from "../../../cli/import/read-otlp.ts";
import { readRuns } from "../../../cli/import/read-runs.ts";
import { readTranscript } from "../../../cli/import/read-transcript.ts";
import { readNativeRuns } from "../../../domain/wire/native.ts";

const fixtures = join(import.meta.dirname, "../../fixtures");

async function* stream(content: string | Uint8Array): AsyncGenerator<Uint8Array> {
  yield typeof content === "string" ? new TextEncoder().encode(content) : content;
}

async function sorted(found: AsyncIterable<Found>): Promise<{ items: Item[]; troubles: Trouble[]; left: Record<string, number> }> {
  const all = await Array.fromAsync(found);
  return {
    items: all.flatMap((one) => (one.kind === "item" ? [one.item] : [])),
    troubles: all.flatMap((one) => (one.kind === "trouble" ? [one.trouble] : [])),
    left: Object.fromEntries(all.flatMap((one) => (one.kind === "left" ? [[one.what, one.count] as const] : []))),
  };
}

const runs = (content: string, agent: string | null = null, shape: "lines" | "list" | "values" = "lines") =>
  sorted(readRuns(stream(content), shape, { agent }));
const bodyOf = ({ body }: Item) => JSON.parse(String(body)) as Record<string, unknown>;

describe("native runs", () => {
  test("are sent as they are where they are sound, and their lines told where they are not", async () => {
    const { items, troubles } = await runs(
      [
        '{"id":"a","agent":"bot"}',
        "",
        "oh no",
        '{"id":"b"}',
        "[]",
        "7",
        '{"id":"c","agent":"bot","steps":[{"type":"spell"}]}',
        '{"id":"d","agent":"bot"}',
      ].join("\n"),
    );
    expect(items.map(({ body, line, id, agent, count }) => ({ body, line, id, agent, count }))).toEqual([
      { body: '{"id":"a","agent":"bot"}', line: 1, id: "a", agent: "bot", count: 1 },
      { body: '{"id":"d","agent":"bot"}', line: 8, id: "d", agent: "bot", count: 1 },
    ]);
    expect(troubles.map(({ line, reason }) => [line, reason.slice(0, 30)])).toEqual([
      [3, "it is not JSON: it ends too ea"],
      [4, "`agent` is required: the agent"],
      [6, "it must be a JSON object: one "],
      [7, '`steps[0].type` must be "llm",'],
    ]);
  });

  test("never show what stands in a line that is no JSON", async () => {
    const { troubles } = await runs('{"agent":"bot","input":"secret-token-1234" oops}\nsecret-token-1234\n{"a":secret-token-1234}');
    expect(troubles).toHaveLength(3);
    expect(JSON.stringify(troubles)).not.toContain("secret");
  });

  test("without an id get the same one each time, and equal ones different ones", async () => {
    const content = '{"agent":"bot","input":1}\n{"agent":"bot","input":2}\n{"agent":"bot","input":1}\n';
    const first = (await runs(content)).items.map(({ id }) => id);
    expect(new Set(first).size).toBe(3);
    expect((await runs(content)).items.map(({ id }) => id)).toEqual(first);
    expect((await runs(`{"agent":"bot","input":0}\n${content}`)).items.map(({ id }) => id).slice(1)).toEqual(first);
  });

  test("without an agent take the one that is given, others keep theirs", async () => {
    const { items } = await runs('{"id":"a"}\n{"id":"b","agent":null}\n{"id":"c","agent":"own"}', "given");
    expect(items.map(bodyOf)).toEqual([
      { id: "a", agent: "given" },
      { id: "b", agent: "given" },
      { id: "c", agent: "own" },
    ]);
  });

  test.each([
    ["lines", '{"runs":[{"id":"a","agent":"x"},{"id":"b","agent":"x"}]}\n[{"id":"c","agent":"x"}]'],
    ["list", '{\n"runs": [\n{"id":"a","agent":"x"},\n{"id":"b","agent":"x"},{"id":"c","agent":"x"}]\n}'],
    ["list", '[\n{"id":"a","agent":"x"},\n{"id":"b","agent":"x"},\n{"id":"c","agent":"x"}\n]'],
    ["values", '{\n"id":"a","agent":"x"}\n{"id":"b",\n"agent":"x"}{"id":"c","agent":"x"}'],
  ] as const)("are found in %s: %s", async (shape, content) => {
    expect((await runs(content, null, shape)).items.map(({ id }) => id)).toEqual(["a", "b", "c"]);
  });

  test("that are sent are what the door takes", async () => {
    const { items } = await runs('{"agent":"bot","tags":["x"]}\n{"run":"7","agent":"bot"}\n{"id":9,"agent":"bot"}');
    const body = new TextEncoder().encode(items.map(({ body }) => String(body)).join("\n"));
    const reading = readNativeRuns(body, "ndjson", { receipt: "r", receivedMs: 0 });
    expect(reading).toMatchObject({ ok: true, rejected: [], count: 3 });
  });
});

describe("OTLP", () => {
  const otlp = (content: string | Uint8Array, shape: "lines" | "list" | "protobuf" | "framed") => sorted(readOtlp(stream(content), shape));
  const span = (id: number, more = "") =>
    `{"traceId":"${"0".repeat(30)}0a","spanId":"000000000000000${id}","startTimeUnixNano":"1","name":"s"${more}}`;
  const resource = (...spans: string[]) => `{"resource":{},"scopeSpans":[{"spans":[${spans.join(",")}]}]}`;
  const request = (...resources: string[]) => `{"resourceSpans":[${resources.join(",")}]}`;

  test("in lines is an item a resource, in its exact text, with its line and its spans counted", async () => {
    const big = resource(span(1, ',"attributes":[{"key":"n","value":{"intValue":9007199254740993}}]'));
    const { items, troubles } = await otlp(`${request(big, resource(span(2), span(3)))}\n\n${request(resource(span(4)))}\n`, "lines");
    expect(troubles).toEqual([]);
    expect(items.map(({ line, count, door, id }) => ({ line, count, door, id }))).toEqual([
      { line: 1, count: 1, door: "traces", id: `${"0".repeat(30)}0a` },
      { line: 1, count: 2, door: "traces", id: `${"0".repeat(30)}0a` },
      { line: 3, count: 1, door: "traces", id: `${"0".repeat(30)}0a` },
    ]);
    expect(items[0]?.body).toBe(big);
  });

  test("tells lines that are none, and spans that are none, with their places", async () => {
    const bad = span(1).replace("0a", "zz");
    const { items, troubles, left } = await otlp(
      ["{", '{"foo":1}', request(resource(span(1), bad)), request(resource(bad)), '{"resourceSpans":[3]}', '{"resourceMetrics":[{"scopeMetrics":[{}]}]}', "{}"].join("\n"),
      "lines",
    ); // prettier-ignore
    expect(items.map(({ line, count }) => [line, count])).toEqual([[3, 1]]);
    expect(troubles.map(({ line, reason }) => [line, reason.slice(0, 24)])).toEqual([
      [1, "it is not JSON: unexpect"],
      [2, "it is no OTLP request: i"],
      [3, "span 2: traceId must be "],
      [4, "span 1: traceId must be "],
      [5, "resourceSpans must be a "],
      [7, "it is no OTLP request: i"],
    ]);
    expect(left).toEqual({ metrics: 1 });
  });

  test("in one document is read element by element", async () => {
    const { items } = await otlp(`{\n "resourceSpans": [\n${resource(span(1))},\n${resource(span(2))}\n]}`, "list");
    expect(items.map(({ line, count }) => [line, count])).toEqual([
      [3, 1],
      [4, 1],
    ]);
  });

  test.each(readdirSync(join(fixtures, "wire")).filter((name) => name.endsWith(".pb")))("in protobuf, %s, has its spans", async (name) => {
    const bytes = readFileSync(join(fixtures, "wire", name));
    const { items, troubles } = await otlp(bytes, "protobuf");
    expect(troubles).toEqual([]);
    expect(items.map(({ door, body }) => ({ door, isBytes: body instanceof Uint8Array }))).toEqual([{ door: "traces", isBytes: true }]);
    expect(items[0]?.count).toBeGreaterThan(0);
    const head = Buffer.alloc(4);
    head.writeUInt32BE(bytes.length);
    const twice = await otlp(Buffer.concat([head, bytes, head, bytes]), "framed");
    expect(twice.items.map(({ count }) => count)).toEqual([items[0]?.count, items[0]?.count]);
    expect(new Set(twice.items.map(({ digest }) => digest)).size).toBe(1);
  });
});

describe("a transcript's file", () => {
  const folder = join(fixtures, "claude-code/-srv-shop");
  const session = join(folder, "0b6f1c52-9a57-4c1e-8a53-3d0f6b1a7e11.jsonl");
  const read = (bytes: AsyncIterable<Uint8Array>, path: string | null = null) => sorted(readTranscript(bytes, { agent: "coder", path }));

  test("gives its runs with the lines of their prompts, and those of its sub-agents within them", async () => {
    const { items, troubles, left } = await read(fileBytes(session), session);
    expect(troubles).toEqual([]);
    expect(left).toEqual({ "prompts without an answer": 1 });
    expect(items.map(({ line, agent }) => [line, agent])).toEqual([
      [5, "coder"],
      [15, "coder"],
      [24, "coder"],
      [28, "coder"],
      [30, "coder"],
    ]);
    expect((bodyOf(items[1] ?? expect.fail())["steps"] as unknown[]).length).toBe(8);
    const alone = await read(fileBytes(session));
    expect((bodyOf(alone.items[1] ?? expect.fail())["steps"] as unknown[]).length).toBe(7);
  });

  test("of a sub-agent is no run of its own", async () => {
    const { items, left } = await read(fileBytes(join(folder, "agent-a1b2c3d4.jsonl")));
    expect(items).toEqual([]);
    expect(left).toEqual({ "sub-agents, which are read with their sessions": 1 });
  });

  test("tells lines that are damaged, and lets a last line be that is still being written", async () => {
    const [, , , , prompt = "", answer = ""] = readFileSync(session, "utf8").split("\n");
    const { items, troubles, left } = await read(stream([prompt, "{torn", answer, '{"type":"assis'].join("\n")));
    expect(items).toHaveLength(1);
    expect(troubles).toEqual([{ line: 2, reason: "it is not JSON: unexpected character at position 1", count: 1 }]);
    expect(left).toEqual({ "unfinished last lines": 1 });
  });

  test("with huge texts is cut until it can be sent, and says so", async () => {
    const line = (uuid: string, type: string, content: unknown) =>
      JSON.stringify({ type, uuid, sessionId: "s", timestamp: "2026-01-01T00:00:00Z", message: { id: uuid, content } });
    const results = Array.from({ length: 40 }, (_, n) =>
      line(`r${n}`, "user", [{ type: "tool_result", tool_use_id: `t${n}`, content: "x".repeat(400_000) }]),
    );
    const calls = results.map((_, n) => ({ type: "tool_use", id: `t${n}`, name: "Read", input: {} }));
    const { items, troubles } = await read(stream([line("p", "user", "go"), line("a", "assistant", calls), ...results].join("\n")));
    expect(troubles).toEqual([]);
    expect(items[0]?.bytes).toBeLessThan(4 * 1_024 * 1_024);
    expect(String(items[0]?.body)).toContain("[truncated");
  });

  test("whose sub-agent's name is a path reads no other file", async () => {
    const lines = readFileSync(session, "utf8").replaceAll("a1b2c3d4", "../-srv-shop/agent-a1b2c3d4");
    const { items } = await read(stream(lines), session);
    expect((bodyOf(items[1] ?? expect.fail())["steps"] as unknown[]).length).toBe(7);
  });
});
