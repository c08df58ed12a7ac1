// A canary as a team runs one: the sample agent asks for each customer's arm and runs as it is told. A harmful prompt is taken back by
// the machine alone; a good one ramps, and goes to everybody when a person says so.
import { afterAll, beforeAll, expect, test } from "vitest";
import { prompts, toolDefinitions, type PromptVersion } from "../../cli/sample/agent-version.ts";
import { drawRequest } from "../../cli/sample/request.ts";
import { simulate } from "../../cli/sample/simulate.ts";
import { all, call, settle, startProcess, temporaryFolder, type BentoProcess } from "./bento-process.ts";

const folder = temporaryFolder();
let bento: BentoProcess;
let person: string;
/** An hour ago and on: runs of a canary are live traffic. */
const beganMs = Date.now() - 3_600_000;
const agent = "support-bot";
const batch = 100;
const mostCustomers = 3_000;
/** The split is drawn anew each time: one fair one in a thousand looks unfair, and then nothing is decided. */
const patience = { timeout: 240_000, retry: 1 };

beforeAll(async () => {
  bento = await startProcess(folder.path);
  const made = await call(bento.url, "POST", "/v1/keys", { name: "mara", scopes: ["read", "write"], kind: "person", owner: "mara" });
  ({ key: person } = (await made.json()) as { key: string });
}, 120_000);
afterAll(async () => {
  await bento?.stop();
  folder.remove();
});

interface Read {
  status: string;
  verdict: string;
  action: string;
  decisive_sentence: string;
  canary: { share: number };
}

const good: PromptVersion = "v6";
const bad: PromptVersion = "v7";
const careful = `${prompts[good]} Use the complete order number. Always call verify_customer before a change.`;

/** Customers who want their money back, in the order in which they come. */
function* customers(name: string) {
  for (let i = 0, found = 0; found < mostCustomers; i++) {
    const request = drawRequest(`${name}/${i}`, "usual", null);
    if (request.intent === "refund") yield { request, n: found++ };
  }
}

async function read(id: string): Promise<Read> {
  return (await (await call(bento.url, "GET", `/v1/experiments/${id}`)).json()) as Read;
}

/** Lets the agent work until the canary is over, or until `isEnough`. How many customers it took. */
async function work(id: string, baseline: string, candidate: string, isEnough: (now: Read) => boolean): Promise<number> {
  let runs: object[] = [];
  for (const { request, n } of customers(id)) {
    const unit = `customer-${n}`;
    const { arm } = (await (await call(bento.url, "GET", `/v1/agents/${agent}/assignment?unit=${unit}`)).json()) as { arm: string };
    const text = arm === "candidate" ? candidate : baseline;
    const deployed = {
      name: agent,
      version: "2.4.0",
      model: "orion-2" as const,
      prompt: { version: "canary", text },
      tools: toolDefinitions(false),
    };
    const { run, success } = simulate(`${id}-${n}`, request, deployed, "lenient", `session-${id}-${n}`, beganMs + n * 1_000);
    runs.push({ ...run, scores: [{ name: "success", value: success ? 1 : 0, source: "check" }], experiment: { id, arm, unit } });
    if (runs.length < batch) continue;
    expect((await call(bento.url, "POST", "/v1/runs", { runs })).status).toBe(202);
    runs = [];
    await settle(bento.url);
    const now = await read(id);
    if (now.status !== "running" || isEnough(now)) return n + 1;
  }
  return mostCustomers;
}

async function start(candidate: string, plan: object): Promise<string> {
  const made = await call(bento.url, "POST", "/v1/experiments", {
    kind: "canary",
    agent,
    candidate: { config: { model: "orion-2", prompt: { name: "support", version: "next", text: candidate } } },
    plan: { unit: "user_id", metrics: [{ name: "outcome.success", goal: "increase", primary: true }], ...plan },
  });
  expect(made.status).toBe(201);
  const { id } = (await made.json()) as { id: string };
  expect((await call(bento.url, "POST", `/v1/experiments/${id}/start`, {})).status).toBe(200);
  return id;
}

async function audited(id: string): Promise<string[]> {
  for (const until = Date.now() + 30_000; ;) {
    const entries = await all<{ action: string; object: string; actor: { owner: string | null } }>(bento.url, `/v1/audit?object=${id}`);
    const said = entries.map(({ action, actor }) => `${action} by ${actor.owner ?? "the key"}`).reverse();
    if (said.some((line) => /abort|promot/.test(line)) || Date.now() > until) return said;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

test("a harmful candidate is aborted by Bento alone", patience, async () => {
  const id = await start(prompts[bad], { share: 0.5, max_n: 2_000 });
  const customersTaken = await work(id, prompts[good], prompts[bad], () => false);
  expect(customersTaken).toBeLessThan(mostCustomers);
  const over = await read(id);
  expect(over.decisive_sentence).toContain("does harm");
  expect(over).toMatchObject({ status: "aborted", verdict: "candidate_worse" });
  const after = await (await call(bento.url, "GET", `/v1/agents/${agent}/assignment?unit=customer-1`)).json();
  expect(after).toMatchObject({ arm: "baseline" });
  expect((await audited(id)).filter((line) => line.includes("aborted"))).toEqual(["experiment.aborted by bento"]);
});

test("a good candidate ramps, is read at its looks, and goes to everybody when a person says so", patience, async () => {
  const id = await start(careful, { share: 0.2, max_n: 400 });
  await work(id, prompts[bad], careful, () => true);
  const ramped = await call(bento.url, "POST", `/v1/experiments/${id}/ramp`, { share: 0.5 });
  expect(ramped.status).toBe(200);
  expect((await call(bento.url, "POST", `/v1/experiments/${id}/ramp`, { share: 0.3 })).status).toBe(409);
  await work(`${id}`, prompts[bad], careful, ({ action }) => action === "promote");
  const decided = await read(id);
  expect(decided).toMatchObject({ verdict: "candidate_better", action: "promote", canary: { share: 0.5 } });
  const machine = await call(bento.url, "POST", "/v1/keys", { name: "ci", scopes: ["read", "write"], kind: "machine", owner: "ci" });
  const { key } = (await machine.json()) as { key: string };
  expect((await call(bento.url, "POST", `/v1/experiments/${id}/promote`, { reason: "green" }, key)).status).toBe(403);
  expect((await call(bento.url, "POST", `/v1/experiments/${id}/promote`, { reason: "better for a week" }, person)).status).toBe(200);
  expect(await read(id)).toMatchObject({ status: "promoted" });
  const after = await (await call(bento.url, "GET", `/v1/agents/${agent}/assignment?unit=somebody-new`)).json();
  expect(after).toMatchObject({ experiment_id: null, config: { prompt: { text: careful } } });
  const said = await audited(id);
  expect(said.map((line) => line.split(" ")[0])).toEqual(
    expect.arrayContaining(["experiment.made", "experiment.started", "experiment.ramped", "experiment.promoted"]),
  );
  expect(said).toContain("experiment.promoted by mara");
  expect((await (await call(bento.url, "GET", "/v1/audit/verify")).json()) as object).toMatchObject({ ok: true });
});
