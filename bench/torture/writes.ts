// Endless streams of writes, one a client: native runs with revisions, traces cut into parts that come in any order, scores
// before and after their runs. Every client writes only its own things, so the order of its own writes is the order that counts.
import type { Random } from "../../cli/sample/random.ts";
import type { Effect, Write } from "./ledger.ts";

/** What one whole trace adds up to, however its parts came. */
export const traceTotals = { llm_calls: 2, tool_calls: 1, input_tokens: 1_000, output_tokens: 80 } as const;
export const partsOfATrace = 3;

/** Above some thousand runs an agent is judged, and counted, by a sample; so every client goes on to another agent in time. */
const runsOfAnAgent = 2_000;
const agentOf = (client: string, n: number): string => `torture-${client}-${Math.floor(n / runsOfAnAgent)}`;

const firstStartMs = Date.UTC(2026, 10, 1);
const hourMs = 3_600_000;
/** Runs lie within so many hours: one analysis window. */
const spreadHours = 240;

const startOf = (n: number): number => firstStartMs + (n % spreadHours) * hourMs + (n % 3_600) * 1_000;

/** @param client names the client: its ids begin so */
export function* nativeWrites(client: string, random: Random): Generator<Write> {
  const own: { id: string; n: number; agent: string }[] = [];
  for (let n = 0; ;) {
    const fresh = Array.from({ length: random.whole(1, 20) }, () => ({
      id: `${client}-${n}`,
      agent: agentOf(client, n),
      n: n++,
    }));
    const revised = own.length > 0 && random.chance(0.3) ? [own[random.whole(0, own.length - 1)]].flatMap((one) => one ?? []) : [];
    own.push(...fresh);
    const write = runsWrite([...fresh, ...revised], `${n}`);
    yield write;
    // An exporter that lost the answer sends the same bytes again.
    if (random.chance(0.1)) yield write;
  }
}

/** Runs that are sent, revised, deleted and sent again, each by itself. @param client names the client: its ids begin so */
export function* deletingWrites(client: string, random: Random): Generator<Write> {
  for (let n = 0, revision = 0; ; revision++) {
    const isFresh = n === 0 || random.chance(0.4);
    const which = isFresh ? n++ : random.whole(Math.max(0, n - 40), n - 1);
    const id = `${client}-${which}`;
    if (!isFresh && random.chance(0.5)) yield { method: "DELETE", path: `/v1/runs/${id}`, body: "", effects: [{ kind: "deletion", id }] };
    else yield runsWrite([{ id, n: which, agent: agentOf(client, which) }], `${revision}`);
  }
}

function runsWrite(runs: readonly { id: string; n: number; agent: string }[], revision: string): Write {
  const body = {
    runs: runs.map(({ id, n, agent }) => ({
      id,
      agent,
      started_at: new Date(startOf(n)).toISOString(),
      ended_at: new Date(startOf(n) + 2_000).toISOString(),
      status: n % 20 === 0 ? "error" : "ok",
      input: `question ${n}`,
      output: `answer ${revision}`,
      config: { model: "gpt-5-mini" },
      steps: [{ type: "tool", name: "lookup", arguments: { n }, result: { found: true }, ms: 20 + (n % 7) }],
    })),
  };
  const effects = runs.map(({ id, agent }): Effect => ({ kind: "run", id, agent, output: `answer ${revision}` }));
  return { method: "POST", path: "/v1/runs", body: JSON.stringify(body), effects };
}

/** @param client a hexadecimal digit: the trace ids of this client begin so */
export function* traceWrites(client: string, random: Random): Generator<Write> {
  for (let n = 0; ;) {
    const group = Array.from({ length: random.whole(1, 4) }, () => ({
      traceId: client + n.toString(16).padStart(31, "0"),
      agent: agentOf(client, n),
      n: n++,
    }));
    const order = random.chance(0.5) ? [0, 1, 2] : shuffled([0, 1, 2], random);
    for (const part of order) {
      const write = partWrite(group, part);
      yield write;
      if (random.chance(0.15)) yield write;
    }
  }
}

function partWrite(group: readonly { traceId: string; agent: string; n: number }[], part: number): Write {
  const spans = group.flatMap(({ traceId, agent, n }) => spansOf(traceId, agent, n)[part] ?? []);
  const resource = { attributes: [text("service.name", "torture")] };
  const effects = group.map(({ traceId, agent }): Effect => ({ kind: "part", traceId, agent, part }));
  return {
    method: "POST",
    path: "/v1/traces",
    body: JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "torture" }, spans }] }] }),
    effects,
  };
}

/** Four spans in three parts: children, a late child, the root. */
function spansOf(traceId: string, agentName: string, n: number) {
  const span = (id: number, name: string, fromMs: number, toMs: number, attributes: unknown[]) => ({
    traceId,
    spanId: id.toString(16).padStart(16, "0"),
    ...(id === 1 ? {} : { parentSpanId: "0000000000000001" }),
    name,
    kind: 1,
    startTimeUnixNano: `${startOf(n) + fromMs}000000`,
    endTimeUnixNano: `${startOf(n) + toMs}000000`,
    attributes,
    status: {},
  });
  const chat = [
    text("gen_ai.operation.name", "chat"),
    text("gen_ai.request.model", "gpt-5-mini"),
    int("gen_ai.usage.input_tokens", 500),
    int("gen_ai.usage.output_tokens", 40),
  ];
  const tool = [text("gen_ai.operation.name", "execute_tool"), text("gen_ai.tool.name", "lookup")];
  const agent = [text("gen_ai.operation.name", "invoke_agent"), text("gen_ai.agent.name", agentName)];
  return [
    [span(2, "chat", 0, 700, chat), span(3, "execute_tool lookup", 700, 820, tool)],
    [span(4, "chat", 820, 1_600, chat)],
    [span(1, `invoke_agent ${agentName}`, 0, 1_600, agent)],
  ];
}

/** Scores of runs of `nativeWrites(client)`, of which many have not been sent yet. */
export function* scoreWrites(client: string, random: Random): Generator<Write> {
  for (let n = 0; ; n++) {
    const runId = `${client}-${random.chance(0.2) ? random.whole(0, n) : n}`;
    const value = random.whole(0, 1);
    const body = JSON.stringify({ run_id: runId, name: "success", value, source: "check" });
    yield { method: "POST", path: "/v1/scores", body, effects: [{ kind: "score", runId, value }] };
  }
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
  return list
    .map((item) => ({ item, at: random.next() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const int = (key: string, intValue: number) => ({ key, value: { intValue } });
