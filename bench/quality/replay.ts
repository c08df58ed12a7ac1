// Does a replay say what the data say? A running Bento gets recorded runs of one strategy on public tasks and replays them with an agent behind a
// webhook that answers as another strategy did; its table of cases and its verdict must be those of the files. The agent checks every signature.
import { createServer } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import Table from "cli-table3";
import { Command } from "commander";
import { Webhook } from "standardwebhooks";
import { startBento } from "../../cli/engine.ts";
import { comparePairs } from "../../domain/experiment/compare-means.ts";
import { sampleHash } from "../../domain/backfill/sample.ts";
import type { Run } from "../../domain/run/run.ts";
import { report, type Row } from "../rows.ts";
import { trajectories, type TrajectorySource } from "../trajectory-run.ts";

interface Side {
  model: string;
  strategy: string;
}
interface PlannedPair {
  source: TrajectorySource;
  baseline: Side;
  candidate: Side;
  /** The arms are too alike for a verdict: a decisive one would be wrong. */
  isNull: boolean;
}

const sql = (model: string, strategy: string): Side => ({ model, strategy });
const pair = (baseline: Side, candidate: Side, isNull = false): PlannedPair => ({ source: "intercode_sql", baseline, candidate, isNull });

const planned: PlannedPair[] = [
  pair(sql("gpt-3.5", "try-again-10"), sql("gpt-3.5", "react")),
  pair(sql("gpt-3.5", "react"), sql("gpt-3.5", "plan-solve")),
  pair(sql("gpt-3.5", "try-again-10+schema-given"), sql("gpt-3.5", "single-turn+schema-given")),
  pair(sql("chat-bison-001", "try-again-10+schema-given"), sql("text-bison-001", "try-again-10+schema-given")),
  pair(sql("gpt-3.5", "try-again-10"), sql("gpt-3.5", "single-turn")),
  pair(sql("gpt-3.5", "try-again-10"), sql("gpt-3.5", "try-again-10"), true),
  {
    source: "intercode_python",
    baseline: { model: "gpt-3.5", strategy: "try-again-7" },
    candidate: { model: "gpt-4", strategy: "try-again-7" },
    isNull: true,
  },
];

interface Task {
  task: string;
  baseline: Run;
  candidate: Run;
}

const results = ["fixed", "broken", "same_pass", "same_fail"] as const;
type Result = (typeof results)[number];
const passed = (run: Run): boolean => run.scores.some(({ name, value }) => name === "success" && value === 1);
const resultOf = ({ baseline, candidate }: Task): Result =>
  passed(baseline) ? (passed(candidate) ? "same_pass" : "broken") : passed(candidate) ? "fixed" : "same_fail";

/** @param tasks of each pair at most */
export async function replayRows(data: string, tasks: number): Promise<Row[]> {
  const recorded = new Map([...new Set(planned.map(({ source }) => source))].map((source) => [source, runsOf(data, source)]));
  const pairs = planned
    .map((plan) => ({ plan, tasks: tasksOf(recorded.get(plan.source) ?? new Map(), plan, tasks) }))
    .filter((one) => one.tasks.length > 0);
  if (pairs.length === 0) return [];
  const folder = mkdtempSync(join(tmpdir(), "bento-replay-"));
  const adminKey = `bench-${crypto.randomUUID()}`;
  const bento = await startBento({ dataDir: folder, port: 0, host: "127.0.0.1", adminKey });
  const agent = await startAgent();
  try {
    const table = new Table({ head: ["replay", "runs", ...results, "verdict", "p"], style: { head: [], border: [] } });
    const rows: Row[] = [];
    for (const [i, { plan, tasks: some }] of pairs.entries()) {
      const found = await replayPair(bento.url, adminKey, agent, `agent-${i}`, some);
      rows.push(...rowsOf(plan, some, found, table));
    }
    console.log(table.toString());
    rows.push({
      name: "replay: calls to the agent whose signature did not hold",
      value: agent.refused(),
      unit: `of ${agent.asked()}`,
      target: "0",
      reference: null,
      pass: agent.refused() === 0,
    });
    return rows;
  } finally {
    agent.stop();
    await bento.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** By side, runs by task. */
type Recorded = ReadonlyMap<string, ReadonlyMap<string, Run>>;
const nameOf = ({ model, strategy }: Side): string => `${model} ${strategy}`;

function runsOf(data: string, source: TrajectorySource): Recorded {
  const wanted = new Set(planned.flatMap(({ baseline, candidate }) => [nameOf(baseline), nameOf(candidate)]));
  const found = new Map<string, Map<string, Run>>();
  for (const { header, run } of trajectories(data, source)) {
    const name = `${header.model} ${header.strategy}`;
    if (!wanted.has(name)) continue;
    const runs = found.get(name) ?? new Map<string, Run>();
    found.set(name, runs.set(header.task_id, run));
  }
  return found;
}

/** Tasks that both sides have, evenly by hash. */
function tasksOf(recorded: Recorded, { baseline, candidate }: PlannedPair, most: number): Task[] {
  const none: ReadonlyMap<string, Run> = new Map();
  const [was, is] = [recorded.get(nameOf(baseline)) ?? none, recorded.get(nameOf(candidate)) ?? none];
  const shared = [...was].flatMap(([task, run]): Task[] => {
    const other = is.get(task);
    return other === undefined ? [] : [{ task, baseline: run, candidate: other }];
  });
  return shared.toSorted((a, b) => sampleHash(a.task) - sampleHash(b.task)).slice(0, most);
}

interface Agent {
  url: string;
  secret: string;
  /** By run id, the run whose answer is given. */
  answers: Map<string, Run>;
  asked: () => number;
  refused: () => number;
  stop: () => void;
}

/** The user's own agent: it knows what the other strategy answered. */
async function startAgent(): Promise<Agent> {
  const secret = `whsec_${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64")}`;
  const answers = new Map<string, Run>();
  let [asked, refused] = [0, 0];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      asked += 1;
      const raw = Buffer.concat(parts).toString();
      try {
        new Webhook(secret).verify(raw, Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])));
      } catch {
        refused += 1;
        return void response.writeHead(401).end();
      }
      const run = answers.get(JSON.parse(raw).run_id);
      if (run === undefined) return void response.writeHead(404).end();
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ output: run.output, scores: { success: passed(run) ? 1 : 0 } }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, secret, answers, asked: () => asked, refused: () => refused, stop: () => server.close() };
}

interface Found {
  verdict: string;
  cases: Record<string, number>;
  p: number | null;
  byRun: Map<string, string>;
}

/** Through the public API alone. */
async function replayPair(url: string, key: string, agent: Agent, name: string, tasks: readonly Task[]): Promise<Found> {
  const api = async (method: string, path: string, body?: unknown): Promise<any> => {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  };
  for (let i = 0; i < tasks.length; i += 200)
    await api("POST", "/v1/runs", { runs: tasks.slice(i, i + 200).map(({ task, baseline }) => nativeOf(name, task, baseline)) });
  while ((await api("GET", "/v1/ingest/status")).pending > 0) await pause(200);
  for (const { task, candidate } of tasks) agent.answers.set(`run_${name}/${task}`, candidate);
  const candidate = { driver: { type: "webhook", url: agent.url, secret: agent.secret } };
  const { id } = await api("POST", "/v1/experiments", { kind: "replay", agent: name, candidate, plan: { sample: "all" } });
  await api("POST", `/v1/experiments/${id}/start`, {});
  let now: any;
  do {
    await pause(500);
    now = await api("GET", `/v1/experiments/${id}`);
  } while (now.status === "running");
  const byRun = new Map<string, string>();
  for (let cursor: string | null = ""; cursor !== null;) {
    const page: any = await api(
      "GET",
      `/v1/experiments/${id}/results?limit=200${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    for (const { run_id, result } of page.data) byRun.set(run_id, String(result));
    cursor = page.next_cursor;
  }
  return { verdict: now.verdict, cases: now.cases, p: now.metrics[0]?.p_or_e ?? null, byRun };
}

const nativeOf = (agent: string, task: string, run: Run): object => ({
  id: `${agent}/${task}`,
  agent,
  started_at: "2026-11-20T00:00:00.000Z",
  status: "ok",
  input: run.input,
  output: run.output,
  config: { model: run.config.model, prompt: { name: run.config.prompt?.name ?? "none" } },
  steps: run.steps.map(({ id, type, name, arguments: given, result, error }) => ({
    id,
    type,
    name,
    arguments: given,
    result,
    ...(error === null ? {} : { error }),
  })),
  scores: run.scores.map(({ name, value, source }) => ({ name, value, source })),
  metadata: { task_id: task },
});

function rowsOf({ source, baseline, candidate, isNull }: PlannedPair, tasks: readonly Task[], found: Found, table: Table.Table): Row[] {
  const counts = { fixed: 0, broken: 0, same_pass: 0, same_fail: 0 };
  for (const task of tasks) counts[resultOf(task)] += 1;
  const direct = comparePairs(
    tasks.map(({ baseline: was, candidate: is }): [number, number] => [passed(was) ? 1 : 0, passed(is) ? 1 : 0]),
    "increase",
  );
  const language = source === "intercode_sql" ? "SQL" : "Python";
  const name = `${language} ${baseline.model} ${baseline.strategy} → ${candidate.model === baseline.model ? "" : `${candidate.model} `}${candidate.strategy}`;
  const short = (p: number | null): string => (p === null ? "–" : p.toPrecision(3));
  table.push([`${name}: Bento`, found.byRun.size, ...results.map((one) => found.cases[one] ?? 0), found.verdict, short(found.p)]);
  table.push(["  from the files", tasks.length, ...results.map((one) => counts[one]), direct.verdict, short(direct.p_or_e)]);
  const equal = tasks.filter((task) =>
    [...found.byRun].some(([id, result]) => id.endsWith(`/${task.task}`) && result === resultOf(task)),
  ).length;
  const isSame =
    equal === tasks.length &&
    found.byRun.size === tasks.length &&
    found.verdict === direct.verdict &&
    short(found.p) === short(direct.p_or_e);
  const told = `${direct.verdict}, ${counts.fixed} fixed, ${counts.broken} broken, p ${short(direct.p_or_e)}`;
  const rows: Row[] = [
    {
      name: `replay ${name}: cases and verdict as in the files`,
      value: equal / tasks.length,
      unit: `of ${tasks.length} runs`,
      target: "all, same verdict and p",
      reference: told,
      pass: isSame,
    },
  ];
  if (!isNull) return rows;
  const isDecisive = found.verdict === "candidate_better" || found.verdict === "candidate_worse";
  rows.push({
    name: `replay ${name}: decisive, though nearly nothing differs`,
    value: isDecisive ? 1 : 0,
    unit: "",
    target: "0",
    reference: found.verdict,
    pass: !isDecisive,
  });
  return rows;
}

/** `node bench/quality/replay.ts`: these rows alone. */
if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { data, tasks, json } = new Command("replay")
    .option("--data <dir>", "trajectories", "../shared/data")
    .option("--tasks <n>", "of each pair at most", "300")
    .option("--json <file>", "write the rows to a file")
    .parse()
    .opts<{ data: string; tasks: string; json?: string }>();
  if (!report("Bento, replay", await replayRows(data, Number(tasks)), json)) process.exitCode = 1;
}
