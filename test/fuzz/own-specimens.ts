// Sound bodies for every door, written here: doors of which no capture is in this repository are spoilt all the same.
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { specimen, type Specimen } from "./specimen.ts";

const traceId = "0badc0de19cd43dd8448eb211c80319c";
const rootId = "0badc0de-2973-7000-8000-0341bee5cdba";
const startNs = "1795571613568000001";
const endNs = "1795571614568000002";
const startedAt = "2026-11-25T01:53:33.568Z";
const endedAt = "2026-11-25T01:53:34.568Z";

export function ownSpecimens(): Specimen[] {
  const json = (name: string, path: string, value: unknown, method: Specimen["method"] = "POST"): Specimen =>
    specimen(`own/${name}`, method, path, "application/json", bytes(JSON.stringify(value)));
  const lines = [nativeRun("a"), nativeRun("b"), nativeRun("c")].map((run) => JSON.stringify(run)).join("\n");
  return [
    json("native-run", "/v1/runs", nativeRun("a")),
    json("native-runs", "/v1/runs", { runs: [nativeRun("a"), nativeRun("b"), { agent: "bare-bot" }] }),
    specimen("own/native-ndjson", "POST", "/v1/runs", "application/x-ndjson", bytes(`${lines}\n`)),
    json("score", "/v1/scores", { run_id: `${traceId}-a`, name: "success", value: 1, source: "check", comment: "answered" }),
    json("traces", "/v1/traces", spans()),
    json("langfuse-traces", "/api/public/otel/v1/traces", spans()),
    json("logs", "/v1/logs", logs()),
    specimen("own/logs-protobuf", "POST", "/v1/logs", "application/x-protobuf", logsInProtobuf()),
    json("metrics", "/v1/metrics", { resourceMetrics: [] }),
    json("langfuse", "/api/public/ingestion", langfuse()),
    json("langsmith-batch", "/runs/batch", { post: [langSmithRun(null)], patch: [langSmithRun(rootId)] }),
    json("langsmith-run", "/runs", langSmithRun(null)),
    json("langsmith-patch", `/runs/${rootId}`, { ...langSmithRun(null), id: undefined }, "PATCH"),
    json("langsmith-feedback", "/feedback", { run_id: rootId, key: "user_score", score: 0, comment: "still no refund" }),
    specimen("own/langsmith-multipart", "POST", "/runs/multipart", formType, langSmithForm([...runParts(), feedbackPart])),
    specimen("own/langsmith-multipart-feedback", "POST", "/runs/multipart", formType, langSmithForm([feedbackPart])),
    json("openai-agents", "/v1/traces/ingest", openAiAgents()),
    json("braintrust", "/logs3", braintrust()),
    json("braintrust-project", "/api/project/register", { project_name: "support", org_id: rootId }),
  ];
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const nativeRun = (part: string) => ({
  id: `${traceId}-${part}`,
  agent: "native-bot",
  agent_version: "2026.11.3",
  session_id: "s1",
  user_id: "u1",
  cohort: { plan: "pro", locale: "de" },
  tags: ["web"],
  started_at: startedAt,
  ended_at: endedAt,
  status: "ok",
  input: { question: "Where is order 1001?" },
  output: "It is delayed.",
  config: {
    model: "acme-large-5",
    prompt: { name: "support", version: "v14", text: "You are helpful." },
    tools: [{ name: "lookup", description: "Finds an order", parameters: { type: "object", properties: { order: { type: "integer" } } } }],
    params: { temperature: 0.2 },
    artifacts: [{ name: "refund-skill", version: "3" }],
  },
  steps: [
    { id: "1", parent_id: null, type: "llm", name: "plan", started_at: startedAt, ms: 120, input: [{ role: "user", content: "Where?" }],
      output: { role: "assistant", content: "I look." }, usage: { input_tokens: 40, output_tokens: 7, cache_read_tokens: 10 }, cost_usd: 0.01 },
    { id: "2", parent_id: "1", type: "tool", name: "lookup", arguments: '{"order":1001}', result: { ok: false }, error: { type: "Timeout", message: "slow" } },
  ],
  scores: [{ name: "success", value: 1, source: "check" }],
  metadata: { tenant: "acme" },
  instrumentation: { name: "own", version: "1" },
  sample_rate: 0.5,
  experiment: { id: "exp_1", arm: "candidate", unit: "u1" },
}); // prettier-ignore

const attribute = (key: string, value: object) => ({ key, value });
const text = (key: string, stringValue: string) => attribute(key, { stringValue });

const spans = () => ({
  resourceSpans: [
    {
      resource: { attributes: [text("service.name", "support-service"), text("service.version", "2.4.1")] },
      scopeSpans: [
        {
          scope: { name: "own", version: "1" },
          spans: [
            { traceId, spanId: "00f067aa0ba902b7", name: "invoke_agent support-bot", kind: 1, startTimeUnixNano: startNs, endTimeUnixNano: endNs,
              attributes: [text("gen_ai.operation.name", "invoke_agent"), text("gen_ai.agent.name", "otel-bot"), text("user.id", "u1"),
                text("gen_ai.input.messages", '[{"role":"user","parts":[{"type":"text","content":"Where?"}]}]')], status: {} },
            { traceId, spanId: "00f067aa0ba902b8", parentSpanId: "00f067aa0ba902b7", name: "chat", kind: 3, startTimeUnixNano: startNs, endTimeUnixNano: endNs,
              attributes: [text("gen_ai.operation.name", "chat"), text("gen_ai.request.model", "acme-large-5"),
                attribute("gen_ai.usage.input_tokens", { intValue: "40" }), attribute("gen_ai.usage.output_tokens", { intValue: 7 }),
                attribute("gen_ai.response.finish_reasons", { arrayValue: { values: [{ stringValue: "stop" }] } })],
              events: [{ name: "gen_ai.evaluation.result", timeUnixNano: endNs,
                attributes: [text("gen_ai.evaluation.name", "relevance"), attribute("gen_ai.evaluation.score.value", { doubleValue: 0.5 })] }],
              links: [{ traceId, spanId: "00f067aa0ba902b7" }], status: { code: 2, message: "overloaded" } },
          ],
        },
      ],
    },
  ],
}); // prettier-ignore

const logs = () => ({
  resourceLogs: [
    {
      resource: { attributes: [text("service.name", "support-service")] },
      scopeLogs: [
        {
          scope: { name: "own" },
          logRecords: [
            { traceId, spanId: "00f067aa0ba902b7", timeUnixNano: startNs, eventName: "gen_ai.user.message", body: { kvlistValue: { values: [text("content", "Where?")] } } },
            { timeUnixNano: startNs, body: { stringValue: "without a trace" } },
          ],
        },
      ],
    },
  ],
}); // prettier-ignore

function logsInProtobuf(): Uint8Array {
  const bytesOf = (number: number, value: Uint8Array) => new BinaryWriter().tag(number, WireType.LengthDelimited).bytes(value).finish();
  const join = (...parts: Uint8Array[]) => Uint8Array.from(Buffer.concat(parts));
  const time = new BinaryWriter().tag(1, WireType.Bit64).fixed64(startNs).finish();
  const ids = [bytesOf(9, Buffer.from(traceId, "hex")), bytesOf(10, Buffer.from("00f067aa0ba902b7", "hex"))];
  const content = bytesOf(5, bytesOf(1, bytes("Where is order 1001?")));
  const pair = bytesOf(6, join(bytesOf(1, bytes("event.name")), bytesOf(2, bytesOf(1, bytes("user_prompt")))));
  return bytesOf(1, bytesOf(2, bytesOf(2, join(time, content, pair, ...ids))));
}

const langfuse = () => ({
  batch: [
    { id: "e1", type: "trace-create", timestamp: startedAt, body: { id: traceId, name: "langfuse-bot", userId: "u1", sessionId: "s1", tags: ["eu"], input: "Where?", metadata: { plan: "pro" } } },
    { id: "e2", type: "generation-create", timestamp: startedAt, body: { id: "g1", traceId, name: "answer", model: "acme-large-5", startTime: startedAt,
      input: [{ role: "user", content: "Where?" }], modelParameters: { temperature: 0.2 } } },
    { id: "e3", type: "generation-update", timestamp: endedAt, body: { id: "g1", traceId, endTime: endedAt, output: { role: "assistant", content: "Friday." },
      usageDetails: { input: 40, output: 7 }, costDetails: { total: 0.01 }, level: "ERROR", statusMessage: "slow" } },
    { id: "e4", type: "score-create", timestamp: endedAt, body: { id: "s1", traceId, name: "helpful", value: 0.5, dataType: "NUMERIC", comment: "meh" } },
  ],
  metadata: { sdk: "own" },
}); // prettier-ignore

const langSmithRun = (parent: string | null) => {
  const id = parent === null ? rootId : "01a21068-7e03-7000-8000-006e9d0eefab";
  const order = `20261125T015333568000Z${rootId}`;
  return {
    id,
    trace_id: rootId,
    parent_run_id: parent,
    dotted_order: parent === null ? order : `${order}.20261125T015333668000Z${id}`,
    name: parent === null ? "langsmith-bot" : "ChatModel",
    run_type: parent === null ? "chain" : "llm",
    start_time: "2026-11-25T01:53:33.568003Z",
    end_time: Date.parse(endedAt),
    inputs: { messages: [{ role: "user", content: "Where?" }] },
    outputs: {
      messages: [{ role: "assistant", content: "Friday." }],
      usage_metadata: { input_tokens: 40, output_tokens: 7, total_tokens: 47 },
    },
    error: "slow",
    tags: ["eu"],
    events: [{ name: "start", time: startedAt }],
    extra: {
      metadata: { ls_model_name: "acme-large-5", user_id: "u1", session_id: "s1" },
      runtime: { sdk: "langsmith-js", sdk_version: "0.12.0" },
    },
    session_name: "support",
  };
};

const boundary = "----OwnFormBoundary7MA4YWxkTrZu0gW";

const formType = `multipart/form-data; boundary=${boundary}`;
const feedbackId = "0194f000-0000-7000-8000-000000000000";
const feedbackPart: [string, unknown] = [
  `feedback.${feedbackId}`,
  { id: feedbackId, run_id: rootId, trace_id: rootId, key: "user_score", score: 1 },
];

function runParts(): [string, unknown][] {
  const { inputs, outputs, ...rest } = langSmithRun(null);
  return [
    [`post.${rootId}`, rest],
    [`post.${rootId}.inputs`, inputs],
    [`post.${rootId}.outputs`, outputs],
  ];
}

function langSmithForm(parts: readonly [name: string, value: unknown][]): Uint8Array {
  const written = parts.map(([name, value]) => {
    const content = JSON.stringify(value);
    const headers = `Content-Disposition: form-data; name="${name}"\r\nContent-Type: application/json; length=${content.length}`;
    return `--${boundary}\r\n${headers}\r\n\r\n${content}\r\n`;
  });
  return bytes(`${written.join("")}--${boundary}--\r\n`);
}

const openAiAgents = () => {
  const trace = `trace_${traceId}`;
  const span = (id: string, parent: string | null, data: object, error: object | null = null) => ({
    object: "trace.span", id: `span_${id}`, trace_id: trace, parent_id: parent, started_at: startedAt, ended_at: endedAt, span_data: data, error,
  }); // prettier-ignore
  return {
    data: [
      { object: "trace", id: trace, workflow_name: "agents-bot", group_id: "s1", metadata: { user_id: "u1" } },
      span("1", null, { type: "agent", name: "Support", tools: ["lookup"], handoffs: [], output_type: "str" }),
      span("2", "span_1", {
        type: "custom",
        name: "turn",
        data: { sdk_span_type: "turn", turn: 1, usage: { input_tokens: 40, output_tokens: 7 } },
      }),
      span("3", "span_2", { type: "response", response_id: "resp_1" }),
      span(
        "4",
        "span_2",
        { type: "function", name: "lookup", input: '{"order":1001}', output: "late" },
        { message: "slow", data: { error: "timeout" } },
      ),
    ],
  };
};

const braintrust = () => ({
  rows: [
    { id: `row-${traceId}`, span_id: traceId, root_span_id: traceId, project_id: "p", log_id: "g", created: startedAt,
      span_attributes: { name: "braintrust-bot", type: "task" }, input: "Where?", metrics: { start: 1795571613.568, end: 1795571614.568 }, metadata: { user_id: "u1" } },
    { id: "row-2", span_id: "0123456789abcdef", root_span_id: traceId, span_parents: [traceId], span_attributes: { name: "chat", type: "llm" },
      metrics: { start: 1795571613.6, prompt_tokens: 40, completion_tokens: 7 }, metadata: { model: "acme-large-5" } },
    { id: "row-2", root_span_id: traceId, _is_merge: true, output: [{ message: { role: "assistant", content: "Friday." } }], metrics: { end: 1795571614.1 } },
    { id: `row-${traceId}`, _is_merge: true, scores: { helpful: 0.5 } },
  ],
  api_version: 2,
}); // prettier-ignore
