// Runs as nobody would send them: any JSON in every place, repeated ids, parents in circles, names of every kind.
import fc from "fast-check";
import type { Failure, Run, RunDraft, Step } from "../../../domain/run/run.ts";
import { aStep } from "../run/a-run.ts";
import { runOf } from "./runs.ts";

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(
    "Error: no such tool",
    "timed out",
    "context_length_exceeded",
    "cancelled",
    "length",
    "I'm sorry, I can't help",
    "has been cancelled",
    "\ud83d\ude00".repeat(200),
    "\ud83d",
    '{"ok": false, "error": "x"}',
    '{"a',
    "assume 12,345",
  ),
);
/** Nested as deep as a stored run can be (domain/run/truncate.ts), or deeper than recursion can follow. */
export const nested = (levels: number): unknown => JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`);
const anything = fc.oneof(
  { weight: 6, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
  { weight: 2, arbitrary: text },
  {
    weight: 2,
    arbitrary: fc.constantFrom(null, { ok: false, error: { message: "no", code: 7 } }, { finish_reason: "length", content: "" }, {}, []),
  },
  { weight: 1, arbitrary: fc.constant(nested(64)) },
);
const failure: fc.Arbitrary<Failure | null> = fc.option(fc.record({ type: fc.option(text), message: fc.option(text) }));
const name = fc.constantFrom("lookup_order", "cancel_order", "bash", "answer", "", "mcp__x__y", "__proto__", "constructor");
const id = fc.constantFrom("a", "b", "c", "d", "e", "f", "__proto__");

export const step: fc.Arbitrary<Step> = fc
  .record({
    id,
    parent_id: fc.option(id),
    type: fc.constantFrom("llm", "tool", "retrieval", "agent", "guardrail", "other"),
    name,
    status: fc.constantFrom("ok", "error"),
    error: failure,
    soft_error: fc.boolean(),
    arguments: anything,
    arguments_raw: fc.option(text),
    result: anything,
    input: anything,
    output: anything,
    attributes: fc.oneof(fc.constant({}), fc.record({ finish_reason: anything, triggered: fc.boolean() })),
  })
  .map(({ id: stepId, type, ...more }) => aStep(stepId, type, more));

const schema = fc.oneof(
  fc.constant({
    type: "object",
    properties: { order: { type: "string" }, list: { type: "array", items: { enum: [1] } } },
    required: ["order"],
  }),
  anything,
);
const draft: fc.Arbitrary<Partial<RunDraft>> = fc.record({
  status: fc.constantFrom("ok", "error", "cancelled", "incomplete"),
  error: failure,
  input: anything,
  output: anything,
  scores: fc.array(
    fc.record({
      name: fc.constantFrom("success", "other"),
      value: fc.oneof(fc.double(), fc.boolean(), text),
      source: fc.constant(null),
      comment: fc.constant(null),
    }),
    { maxLength: 2 },
  ),
  config: fc.record({
    model: fc.option(text),
    prompt: fc.option(fc.record({ name: fc.option(text), version: fc.option(text), text: fc.option(text), hash: fc.option(text) })),
    tools: fc.array(fc.record({ name, description: fc.constant(null), parameters: schema }), { maxLength: 3 }),
    params: fc.oneof(fc.constant({}), fc.record({ response_format: anything }), fc.constant({ response_format: { type: "json_object" } })),
    artifacts: fc.constant([]),
  }),
});

export const run: fc.Arbitrary<Run> = fc.tuple(fc.array(step, { maxLength: 12 }), draft).map(([steps, more]) => runOf(steps, more));
