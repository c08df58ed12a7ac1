// Reads everything back and names every difference between what Bento has and what the ledger leaves possible: lost, doubled,
// half stored, miscounted. "Counted" is the sum of each agent's series, which is what baselines are made of.
import { all, call } from "../../test/system/bento-process.ts";
import { partsOfATrace, traceTotals } from "./writes.ts";
import type { Ledger } from "./ledger.ts";

export interface Compared {
  acknowledgedRuns: number;
  /** Stored whole though their request was cut off before its answer and never sent again. */
  unansweredRuns: number;
  storedRuns: number;
  countedRuns: number;
  scores: number;
  differences: string[];
}

interface ListedRun {
  id: string;
  source_id: string;
  agent: string;
  output: unknown;
  status: string;
  usage: { input_tokens: number | null; output_tokens: number | null };
  counts: { llm_calls: number; tool_calls: number };
  scores: { name: string; value: unknown }[];
}

/** Everything must be settled; each agent is flushed first, so that nothing waits for time to pass. */
export async function compare(url: string, key: string, ledger: Ledger): Promise<Compared> {
  const differences: string[] = [];
  const agents = (await all<{ name: string }>(url, "/v1/agents", key)).map(({ name }) => name);
  for (const agent of agents) {
    const flushed = await call(url, "POST", `/v1/agents/${agent}/flush`, {}, key);
    if (!flushed.ok) differences.push(`flush of ${agent} answered ${flushed.status}`);
    await flushed.arrayBuffer();
  }
  const runs = await all<ListedRun>(url, "/v1/runs", key);
  const byId = new Map(runs.map((run) => [run.source_id, run]));
  if (byId.size !== runs.length) differences.push(`${runs.length - byId.size} runs are listed twice`);
  differences.push(...nativeDifferences(ledger, byId), ...traceDifferences(ledger, byId), ...abandonedDifferences(ledger, byId));
  const scores = await all<{ run_id: string; name: string; value: number }>(url, "/v1/scores", key);
  differences.push(...scoreDifferences(ledger, scores, byId));
  differences.push(...(await statusDifferences(url, key, ledger, runs.length)));
  let countedRuns = 0;
  for (const agent of agents) {
    const stored = runs.filter((run) => run.agent === agent);
    const counted = await sumOf(url, key, agent, "volume.runs", ({ value }) => value ?? 0);
    if (counted !== stored.length) differences.push(`${agent}: ${stored.length} runs are stored and ${counted} counted`);
    const labelled = stored.filter((run) => run.scores.some(({ name }) => name === "success")).length;
    const labels = await sumOf(url, key, agent, "outcome.success", ({ n }) => n);
    if (labels !== labelled) differences.push(`${agent}: ${labelled} runs have a score and ${labels} are counted with one`);
    countedRuns += counted;
  }
  const acknowledgedRuns = ledger.standingRuns((id) => byId.has(id));
  const unansweredRuns = [...ledger.outputs].filter(([id, register]) => register.acknowledged === undefined && byId.has(id)).length;
  if (acknowledgedRuns + unansweredRuns !== runs.length)
    differences.push(`${acknowledgedRuns} + ${unansweredRuns} runs should stand, ${runs.length} do`);
  return { acknowledgedRuns, unansweredRuns, storedRuns: runs.length, countedRuns, scores: scores.length, differences };
}

function nativeDifferences(ledger: Ledger, byId: ReadonlyMap<string, ListedRun>): string[] {
  const out: string[] = [];
  for (const [id, register] of ledger.outputs) {
    const run = byId.get(id);
    const output = run === undefined ? undefined : String(run.output);
    if (!register.allows(output))
      out.push(
        `${id}: want ${[register.acknowledged, ...register.maybe].map((one) => one ?? "nothing").join(" or ")}, got ${output ?? "nothing"}`,
      );
  }
  for (const id of byId.keys()) if (!ledger.outputs.has(id) && !ledger.traces.has(id)) out.push(`${id}: nobody sent it`);
  return out;
}

function traceDifferences(ledger: Ledger, byId: ReadonlyMap<string, ListedRun>): string[] {
  const out: string[] = [];
  for (const [id, { agent, acknowledgedParts }] of ledger.traces) {
    const run = byId.get(id);
    if (run === undefined) {
      out.push(`trace ${id}: ${acknowledgedParts.size} parts were acknowledged and there is no run`);
      continue;
    }
    if (acknowledgedParts.size < partsOfATrace) continue;
    const got = {
      llm_calls: run.counts.llm_calls,
      tool_calls: run.counts.tool_calls,
      input_tokens: run.usage.input_tokens,
      output_tokens: run.usage.output_tokens,
    };
    if (JSON.stringify(got) !== JSON.stringify(traceTotals)) out.push(`trace ${id}: totals ${JSON.stringify(got)}`);
    if (run.agent !== agent || run.status !== "ok") out.push(`trace ${id}: ${run.agent} ${run.status}`);
  }
  return out;
}

/** A request that was cut off and given up stands whole or not at all. */
function abandonedDifferences(ledger: Ledger, byId: ReadonlyMap<string, ListedRun>): string[] {
  return ledger.abandoned.flatMap(({ effects }) => {
    const fresh = effects.flatMap((effect) =>
      effect.kind === "run" && ledger.outputs.get(effect.id)?.acknowledged === undefined ? [effect.id] : [],
    );
    const there = fresh.filter((id) => byId.has(id));
    return there.length === 0 || there.length === fresh.length
      ? []
      : [`half stored: ${there.length} of ${fresh.length} runs of ${fresh[0]}…`];
  });
}

function scoreDifferences(
  ledger: Ledger,
  scores: readonly { run_id: string; name: string; value: number }[],
  byId: ReadonlyMap<string, ListedRun>,
): string[] {
  const out: string[] = [];
  const got = new Map<string, number>();
  for (const { run_id, value } of scores) {
    const id = run_id.replace(/^run_/, "");
    if (got.has(id)) out.push(`score of ${id}: there are two`);
    got.set(id, value);
  }
  for (const [id, register] of ledger.scores) {
    const value = got.get(id);
    if (!register.allows(value)) out.push(`score of ${id}: want ${register.acknowledged}, got ${value}`);
    const run = byId.get(id);
    const onRun = run?.scores.find(({ name }) => name === "success")?.value;
    if (run !== undefined && onRun !== value) out.push(`score of ${id}: the run shows ${String(onRun)}, the list ${value}`);
  }
  return out;
}

async function statusDifferences(url: string, key: string, ledger: Ledger, stored: number): Promise<string[]> {
  const status = (await (await call(url, "GET", "/v1/ingest/status", undefined, key)).json()) as Record<
    "received" | "stored" | "processed" | "rejected" | "dead_letters" | "pending",
    number
  >;
  const out: string[] = [];
  if (status.pending !== 0 || status.dead_letters !== 0 || status.rejected !== 0) out.push(`status ${JSON.stringify(status)}`);
  if (status.received !== status.processed + status.dead_letters) out.push(`received ${status.received}, processed ${status.processed}`);
  if (status.stored !== stored) out.push(`status says ${status.stored} runs are stored, the list has ${stored}`);
  const most = ledger.acknowledgedRequests + ledger.cutOffRequests;
  if (status.processed < ledger.acknowledgedRequests || status.processed > most) {
    out.push(`${ledger.acknowledgedRequests} to ${most} requests were sent and ${status.processed} processed`);
  }
  return out;
}

interface Bucket {
  value: number | null;
  n: number;
}

async function sumOf(url: string, key: string, agent: string, dimension: string, of: (bucket: Bucket) => number): Promise<number> {
  const response = await call(
    url,
    "GET",
    `/v1/agents/${agent}/dimensions/${dimension}/series?bucket=day&from=2026-10-31T00:00:00Z&to=2026-11-15T00:00:00Z`,
    undefined,
    key,
  );
  const { data } = (await response.json()) as { data?: Bucket[] };
  return (data ?? []).reduce((sum, bucket) => sum + of(bucket), 0);
}
