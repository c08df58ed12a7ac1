// Bodies that the benches send: native runs as a support agent would make them, and OTLP traces of the same size.

/** One request of 20 runs of four steps each, about 20 KB. */
export function runsBody(n: number, runsPerRequest = 20): Buffer {
  const runs = Array.from({ length: runsPerRequest }, (_, i) => runOf(n * runsPerRequest + i));
  return Buffer.from(JSON.stringify({ runs }));
}

const startMs = Date.UTC(2026, 9, 1);

function runOf(n: number) {
  const at = (offsetMs: number) => new Date(startMs + n * 1_000 + offsetMs).toISOString();
  return {
    id: `bench-${n}`,
    agent: `bench-${n % 4}`,
    session_id: `s-${n % 500}`,
    user_id: `u-${n % 200}`,
    cohort: { plan: n % 3 === 0 ? "pro" : "free", locale: n % 2 === 0 ? "en" : "de" },
    started_at: at(0),
    ended_at: at(2_000),
    status: "ok",
    input: `Where is my order ${n}?`,
    output: `Order ${n} is on its way and arrives in two days.`,
    config: {
      model: "gpt-5-mini",
      prompt: { name: "system", version: "7", hash: "a1b2c3d4e5f6" },
      tools: [{ name: "lookup_order", description: "Finds an order" }],
    },
    steps: [
      { id: "s0", type: "llm", name: "chat", ms: 700 + (n % 100), usage: { input_tokens: 500 + (n % 50), output_tokens: 40 } },
      { id: "s1", type: "tool", name: "lookup_order", ms: 120, arguments: { order: n }, result: { state: "shipped", days: 2 } },
      { id: "s2", type: "llm", name: "chat", ms: 800, usage: { input_tokens: 620, output_tokens: 60 } },
    ],
    scores: { success: n % 10 === 0 ? 0 : 1 },
  };
}

const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, "0");
const ns = (ms: number): string => `${ms}000000`;

/** One export of `traces` whole traces of four spans, as an OTel exporter batches them. */
export function tracesBody(n: number, traces = 5): Buffer {
  const spans = Array.from({ length: traces }, (_, i) => spansOf(n * traces + i)).flat();
  const resource = { attributes: [text("service.name", "bench-otlp"), text("telemetry.sdk.name", "opentelemetry")] };
  return Buffer.from(
    JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "bench", version: "1.0.0" }, spans }] }] }),
  );
}

function spansOf(n: number) {
  const traceId = hex(n + 1, 32);
  const at = startMs + n * 1_000;
  const root = hex(1, 16);
  const span = (id: number, name: string, fromMs: number, toMs: number, attributes: unknown[]) => ({
    traceId,
    spanId: hex(id, 16),
    ...(id === 1 ? {} : { parentSpanId: root }),
    name,
    kind: 1,
    startTimeUnixNano: ns(at + fromMs),
    endTimeUnixNano: ns(at + toMs),
    attributes,
    status: {},
  });
  const chat = [
    text("gen_ai.operation.name", "chat"),
    text("gen_ai.request.model", "gpt-5-mini"),
    int("gen_ai.usage.input_tokens", 500),
    int("gen_ai.usage.output_tokens", 40),
  ];
  return [
    span(2, "chat gpt-5-mini", 0, 700, chat),
    span(3, "execute_tool lookup_order", 700, 820, [
      text("gen_ai.operation.name", "execute_tool"),
      text("gen_ai.tool.name", "lookup_order"),
    ]),
    span(4, "chat gpt-5-mini", 820, 1_600, chat),
    span(1, "invoke_agent bench-otlp", 0, 1_600, [text("gen_ai.operation.name", "invoke_agent"), text("gen_ai.agent.name", "bench-otlp")]),
  ];
}

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const int = (key: string, intValue: number) => ({ key, value: { intValue } });
