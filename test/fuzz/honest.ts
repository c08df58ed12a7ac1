// Honest requests amid hostile ones: known runs by several doors, in a project of their own, that must read back as they were sent.
import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import type { Sender } from "./send.ts";

const startedAt = "2026-11-25T01:53:33.568Z";
const endedAt = "2026-11-25T01:53:34.568Z";
const startNs = "1795571613568000001";
const endNs = "1795571614568000002";

interface Honest {
  path: string;
  body: unknown;
  /** The sender's id of the run. */
  id: string;
}

const readRun = z.object({
  source_id: z.string(),
  agent: z.string(),
  status: z.string(),
  input: z.unknown(),
  output: z.unknown(),
  usage: z.object({ input_tokens: z.number().nullable(), output_tokens: z.number().nullable() }),
  counts: z.object({ llm_calls: z.number() }),
});
const readStatus = z.object({ pending: z.number() });

export const runsInHonestRound = 5;

/** Sends one run by each of five doors and reads them back; gives what is wrong, in sentences. */
export async function honestRound(sender: Sender, key: string, round: number): Promise<string[]> {
  const sent = [native(round), otlp(round), langfuse(round), langSmith(round), agents(round)];
  const faults: string[] = [];
  for (const { path, body } of sent) {
    const request = {
      method: "POST",
      path,
      headers: { "content-type": "application/json" },
      body: new TextEncoder().encode(JSON.stringify(body)),
    };
    const outcome = await sender.send(request, key);
    if ("failure" in outcome) faults.push(`an honest request to ${path} broke: ${outcome.failure}`);
    else if (outcome.status >= 300) faults.push(`an honest request to ${path} was answered ${outcome.status}`);
  }
  if (faults.length > 0) return faults;
  if (!(await settled(sender, key))) return ["honest requests were still pending after two minutes"];
  for (const { path, id } of sent) {
    const run = readRun.safeParse(await readJson(sender, key, `/v1/runs/${id}`));
    const told = run.success ? JSON.stringify(run.data) : "nothing";
    const wanted = JSON.stringify(wantedRun(id, round));
    if (told !== wanted) faults.push(`an honest run of ${path} reads back as ${told.slice(0, 300)}`);
  }
  return faults;
}

const question = (round: number): string => `Where is order ${round}?`;
const answer = (round: number): string => `Order ${round} is delayed.`;

const wantedRun = (id: string, round: number): z.output<typeof readRun> => ({
  source_id: id,
  agent: "honest-bot",
  status: "ok",
  input: question(round),
  output: answer(round),
  usage: { input_tokens: 40, output_tokens: 7 },
  counts: { llm_calls: 1 },
});

/** Busy doors come first on one machine, so settling takes its time. */
const mostLooks = 240;
const lookMs = 500;

async function settled(sender: Sender, key: string): Promise<boolean> {
  for (let look = 0; look < mostLooks; look += 1) {
    const status = readStatus.safeParse(await readJson(sender, key, "/v1/ingest/status"));
    if (status.success && status.data.pending === 0) return true;
    await pause(lookMs);
  }
  return false;
}

export async function readJson(sender: Sender, key: string, path: string): Promise<unknown> {
  const outcome = await sender.send({ method: "GET", path, headers: {}, body: new Uint8Array() }, key);
  if ("failure" in outcome || outcome.status !== 200) return undefined;
  return JSON.parse(new TextDecoder().decode(outcome.body));
}

const hex = (round: number, length: number): string => (0xb0000 + round).toString(16).padStart(length, "e");
const uuid = (round: number): string => `0194f000-2973-7000-8000-${hex(round, 12)}`;

const native = (round: number): Honest => ({
  path: "/v1/runs",
  id: `honest-${round}`,
  body: {
    id: `honest-${round}`,
    agent: "honest-bot",
    started_at: startedAt,
    ended_at: endedAt,
    input: question(round),
    output: answer(round),
    steps: [{ type: "llm", model: "acme-large-5", started_at: startedAt, ms: 100, usage: { input_tokens: 40, output_tokens: 7 } }],
  },
});

function otlp(round: number): Honest {
  const traceId = hex(round, 32);
  const times = { startTimeUnixNano: startNs, endTimeUnixNano: endNs };
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const count = (key: string, intValue: string) => ({ key, value: { intValue } });
  const root = {
    ...times,
    traceId,
    spanId: hex(round, 16),
    name: "invoke_agent honest-bot",
    attributes: [
      text("gen_ai.operation.name", "invoke_agent"),
      text("gen_ai.agent.name", "honest-bot"),
      text("gen_ai.input.messages", JSON.stringify([{ role: "user", parts: [{ type: "text", content: question(round) }] }])),
      text("gen_ai.output.messages", JSON.stringify([{ role: "assistant", parts: [{ type: "text", content: answer(round) }] }])),
    ],
  };
  const chat = {
    ...times,
    traceId,
    spanId: hex(round, 16).replace("e", "d"),
    parentSpanId: root.spanId,
    name: "chat",
    attributes: [
      text("gen_ai.operation.name", "chat"),
      text("gen_ai.request.model", "acme-large-5"),
      count("gen_ai.usage.input_tokens", "40"),
      count("gen_ai.usage.output_tokens", "7"),
    ],
  };
  return { path: "/v1/traces", id: traceId, body: { resourceSpans: [{ scopeSpans: [{ spans: [root, chat] }] }] } };
}

function langfuse(round: number): Honest {
  const id = `honest-langfuse-${round}`;
  const event = (name: string, type: string, body: object) => ({ id: `${id}-${name}`, type, timestamp: startedAt, body });
  const trace = { id, name: "honest-bot", timestamp: startedAt, input: question(round), output: answer(round) };
  const generation = { id: "g1", traceId: id, name: "answer", model: "acme-large-5", startTime: startedAt, endTime: endedAt };
  const batch = [
    event("t", "trace-create", trace),
    event("g", "generation-create", { ...generation, usageDetails: { input: 40, output: 7 } }),
  ];
  return { path: "/api/public/ingestion", id, body: { batch } };
}

function langSmith(round: number): Honest {
  const [root, child] = [uuid(round), uuid(round + 0x10_0000)];
  const order = `20261125T015333568000Z${root}`;
  const shared = { trace_id: root, start_time: startedAt, end_time: endedAt };
  const usage = { input_tokens: 40, output_tokens: 7, total_tokens: 47 };
  const post = [
    { ...shared, id: root, dotted_order: order, name: "honest-bot", run_type: "chain", inputs: { question: question(round) }, outputs: { answer: answer(round) } },
    { ...shared, id: child, parent_run_id: root, dotted_order: `${order}.20261125T015333569000Z${child}`, name: "model", run_type: "llm", inputs: {}, outputs: { usage_metadata: usage } },
  ]; // prettier-ignore
  return { path: "/runs/batch", id: root, body: { post } };
}

function agents(round: number): Honest {
  const id = `trace_${hex(round, 32)}`;
  const span = (name: string, parent: string | null, data: object) => ({
    object: "trace.span", id: `span_${name}`, trace_id: id, parent_id: parent, started_at: startedAt, ended_at: endedAt, span_data: data, error: null,
  }); // prettier-ignore
  const generation = {
    type: "generation",
    model: "acme-large-5",
    input: [{ role: "user", content: question(round) }],
    output: [{ role: "assistant", content: answer(round) }],
    usage: { input_tokens: 40, output_tokens: 7 },
  };
  const data = [
    { object: "trace", id, workflow_name: "honest", group_id: null, metadata: {} },
    span("1", null, { type: "agent", name: "honest-bot", tools: [], handoffs: [] }),
    span("2", "span_1", generation),
  ];
  return { path: "/v1/traces/ingest", id, body: { data } };
}
