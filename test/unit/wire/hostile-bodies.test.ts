// Hostile bodies against the readers alone: none throws, and one by one what campaigns of `npm run fuzz` found.
import { beforeAll, describe, expect, test } from "vitest";
import { boundNames } from "../../../domain/wire/bound-names.ts";
import { readBraintrust } from "../../../domain/wire/braintrust.ts";
import { readLangSmithMultipart } from "../../../domain/wire/langsmith.ts";
import { messagesOf } from "../../../domain/wire/messages.ts";
import { readNativeRuns, writtenReading } from "../../../domain/wire/native.ts";
import { decodeSpans } from "../../../domain/wire/otlp.ts";
import { readScores } from "../../../domain/wire/score.ts";
import { readTrace } from "../../../domain/wire/trace.ts";
import { hostileRequests } from "../../fuzz/hostile-request.ts";
import { knownSpecimens, type KnownSpecimen } from "../../fuzz/known-specimens.ts";
import { meaningOf } from "../../fuzz/meaning.ts";
import { body } from "./spans.ts";

describe("spoilt bodies of real clients", () => {
  let specimens: KnownSpecimen[];
  beforeAll(async () => {
    specimens = await knownSpecimens();
  });

  test("make no reader throw, whatever is done to them, and leave no mark on the prototypes", async () => {
    const requestOf = hostileRequests(specimens, 7);
    const thrown: unknown[] = [];
    let kept = 0;
    for (let number = 0; number < 300; number += 1) {
      const request = requestOf(number);
      const meaning = await meaningOf(request);
      if ("thrown" in meaning) thrown.push({ number, story: request.story, ...meaning });
      else if (meaning.kind === "kept") kept += 1;
    }
    expect(thrown).toEqual([]);
    expect(kept).toBeGreaterThan(150);
    expect("polluted" in {}).toBe(false);
  });

  test("are the same for the same seed and number, and others for others", () => {
    const of = (seed: number, number: number) => hostileRequests(specimens, seed)(number);
    expect(of(7, 60)).toEqual(of(7, 60));
    expect(of(7, 60)).not.toEqual(of(8, 60));
    expect(of(7, 60)).not.toEqual(of(7, 61));
  });
});

describe("LangSmith's multipart", () => {
  const feedback = JSON.stringify({ run_id: "r1", key: "helpful", score: 1 });

  test.each([
    { what: "feedback alone", fields: [["feedback.f1", feedback]], scores: 1, rejected: 0, total: 1 },
    { what: "nothing but a part of an unknown name", fields: [["nonsense", "{}"]], scores: 0, rejected: 1, total: 1 },
    { what: "a run's part sent as a file", fields: [["post.r1", new Blob(["{}"])]], scores: 0, rejected: 1, total: 1 },
    { what: "an attachment alone", fields: [["attachment.r1.picture", new Blob(["x"])]], scores: 0, rejected: 0, total: 0 },
  ] as { what: string; fields: [string, unknown][]; scores: number; rejected: number; total: number }[])(
    "counts $what, so that it is kept and shown",
    ({ fields, scores, rejected, total }) => {
      const reading = readLangSmithMultipart(fields);
      if (!reading.ok) throw new Error(reading.message);
      expect([reading.scores.length, reading.rejected.length, reading.total]).toEqual([scores, rejected, total]);
    },
  );

  test("takes a field called __proto__ for a field and for nothing else", () => {
    const reading = readLangSmithMultipart([["post.r1.__proto__", JSON.stringify({ trace_id: "elsewhere" })]]);
    expect(reading).toMatchObject({ ok: true, records: [], rejected: [{ reason: expect.stringContaining("trace_id") }] });
  });
});

test.each([
  ["half a surrogate pair", "a\ud800", "a\ufffd"],
  ["a NUL", "a\u0000b", "a\ufffdb"],
])("%s in a score is stored as the sign for it, wherever it stands", (_, sent, kept) => {
  const reading = readScores(body({ run_id: sent, name: sent, value: sent, comment: sent }));
  expect(reading).toMatchObject({ ok: true, scores: [{ run_id: kept, name: kept, value: kept, comment: kept }] });
});

const endless = "[".repeat(60_000) + "]".repeat(60_000);

test.each([
  ["nested without end", endless, 0],
  ["an object", '{"a":1}', 0],
  ["a list of a number", "[3]", 0],
  ["a name", '"SPAN_KIND_CLIENT"', 3],
  ["a number", "3", 3],
])("a span is read when its kind is %s", (_, written, kind) => {
  const span = `{"traceId":"${"a".repeat(32)}","spanId":"${"b".repeat(16)}","startTimeUnixNano":"1","kind":${written}}`;
  const text = `{"resourceSpans":[{"scopeSpans":[{"spans":[${span}]}]}]}`;
  expect(decodeSpans(new TextEncoder().encode(text), "json")).toMatchObject({ ok: true, rejected: [], records: [{ kind }] });
});

test("a native run that nests without end is written as deep as anyone reads, and a shallow one as it is", () => {
  const text = `{"agent":"a","metadata":{"x":1},"more":${endless}}`;
  const context = { receipt: "01K00000000000000000000000", receivedMs: 0 };
  const read = (json: string) => {
    const reading = readNativeRuns(new TextEncoder().encode(json), "json", context);
    if (!reading.ok) throw new Error(reading.message);
    return reading;
  };
  expect(() => JSON.stringify(read(text))).toThrow(RangeError);
  expect(JSON.parse(writtenReading(read(text)))).toMatchObject({ runs: [{ raw: { agent: "a", metadata: { x: 1 } } }] });
  expect(writtenReading(read(text))).toContain("…[truncated below 256 levels]");
  const shallow = read('{"agent":"a","more":[[["x"]]]}');
  expect(writtenReading(shallow)).toBe(JSON.stringify(shallow));
});

test("a Braintrust row whose id is nested without end is refused alone", () => {
  const text = `{"rows":[{"id":${endless},"root_span_id":"t1"},{"id":"r1","root_span_id":"t1","span_id":"s1"}]}`;
  const reading = readBraintrust(new TextEncoder().encode(text));
  expect(reading).toMatchObject({ ok: true, total: 2, reply: { ids: ["r1"] }, rejected: [{ index: 0 }] });
});

test.each(["constructor", "toString", "__proto__", "valueOf", "hasOwnProperty"])("a message of the role %s has a role of text", (role) => {
  expect(messagesOf([{ role, content: "x" }])).toEqual([{ role: role.toLowerCase(), content: "x" }]);
});

describe("a trace that gives documents where names belong", () => {
  const long = "x".repeat(5_000);
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const span = (spanId: string, attributes: unknown[], more: object = {}) => ({
    traceId: "a".repeat(32),
    spanId,
    name: long,
    startTimeUnixNano: "1795571613568000001",
    endTimeUnixNano: "1795571614568000001",
    attributes,
    ...more,
  });
  const spans = [
    span("b".repeat(16), [
      text("gen_ai.operation.name", "invoke_agent"),
      text("gen_ai.agent.name", long),
      text("gen_ai.agent.version", long),
      text("session.id", long),
      text("user.id", long),
      text("gen_ai.evaluation.name", long),
      text("gen_ai.evaluation.score.label", long),
    ]),
    span(
      "c".repeat(16),
      [
        text("gen_ai.operation.name", "chat"),
        text("gen_ai.request.model", long),
        text("gen_ai.tool.definitions", JSON.stringify([{ name: long }])),
      ],
      { parentSpanId: "b".repeat(16) },
    ),
    span("d".repeat(16), [text("gen_ai.operation.name", "execute_tool"), text("gen_ai.tool.name", long)], {
      parentSpanId: "b".repeat(16),
    }),
  ];

  test("is a run whose names fit the keys that are made of them, with a mark and a flag", () => {
    const decoded = decodeSpans(body({ resourceSpans: [{ scopeSpans: [{ spans }] }] }), "json");
    if (!decoded.ok) throw new Error(decoded.message);
    const run = readTrace(decoded.records, { closed: true });
    if (run === null) throw new Error("no run");
    const names = [
      run.agent,
      run.agent_version,
      run.config.model,
      run.config.tools[0]?.name,
      ...run.scores.flatMap(({ name, value }) => [name, value]),
      ...run.steps.flatMap(({ name, model }) => [name, model]),
    ].filter((name) => typeof name === "string");
    expect(names.length).toBeGreaterThanOrEqual(9);
    for (const name of names) expect(name).toMatch(/^x+…\[truncated \d+ characters\]$/);
    expect(Math.max(...names.map((name) => name.length))).toBeLessThanOrEqual(200);
    expect(Math.max(run.session_id?.length ?? 0, run.user_id?.length ?? 0)).toBe(256);
    expect(run.flags).toContain("truncated");
    expect(boundNames(run)).toEqual(run);
  });
});
