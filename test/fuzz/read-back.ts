// Reads a project back as a client of the API does: its counts, all its runs and scores, every run by itself and as it was sent, every
// agent. Before that every agent is judged, with all its runs closed. Hostile values must hurt none of it.
import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import type { ReadBack } from "./ledger.ts";
import { readJson } from "./honest.ts";
import type { Sender } from "./send.ts";

const statusAnswer = z.object({
  received: z.number(),
  processed: z.number(),
  rejected: z.number(),
  stored: z.number(),
  dead_letters: z.number(),
  pending: z.number(),
});
const page = z.object({ data: z.array(z.unknown()), next_cursor: z.string().nullable() });
const listedRun = z.object({ id: z.string(), source_id: z.string().nullable() });
const listedScore = z.object({ run_id: z.string(), name: z.string() });
const listedAgent = z.object({ name: z.string() });

/** Ends without success when nothing was settled for so long. */
const longestStandstillMs = 180_000;

export async function untilSettled(sender: Sender, key: string, onPending: (pending: number) => void): Promise<boolean> {
  let least = Number.POSITIVE_INFINITY;
  let sinceMs = Date.now();
  for (;;) {
    const status = statusAnswer.safeParse(await readJson(sender, key, "/v1/ingest/status"));
    const pending = status.success ? status.data.pending : Number.POSITIVE_INFINITY;
    if (pending === 0) return true;
    onPending(pending);
    if (pending < least) [least, sinceMs] = [pending, Date.now()];
    if (Date.now() - sinceMs > longestStandstillMs) return false;
    await pause(500);
  }
}

/** Runs that are read by themselves, spread over all: the list shows each, and after some thousand another one tells little. */
const mostWhole = 6_000;
/** Of those, one in so many is also read as it was sent. */
const rawEvery = 4;

interface Reading {
  key: string;
  concurrency: number;
  find: (fault: string) => void;
  onProgress: (stage: string, done: number, total: number) => void;
}

/** Throws when the project's status cannot be read. */
export async function readBack(sender: Sender, reading: Reading): Promise<ReadBack> {
  const { key, find } = reading;
  const agents = await all(sender, reading, "/v1/agents", listedAgent);
  await eachOf("judging agents", agents, reading, async ({ name }) => {
    const flush = { method: "POST", path: `/v1/agents/${encodeURIComponent(name)}/flush`, headers: {}, body: new Uint8Array() };
    const outcome = await sender.send(flush, key);
    if ("failure" in outcome || outcome.status !== 200) find(`the agent ${shown(name)} cannot be judged`);
  });
  await eachOf("reading agents", agents, reading, ({ name }) => readAgent(sender, reading, name));
  const runs = await all(sender, reading, "/v1/runs", listedRun);
  const runIds = new Set(runs.map(({ id }) => id));
  if (runIds.size !== runs.length) find(`the list of runs shows ${runs.length - runIds.size} twice`);
  const whole = everySome([...runIds], mostWhole);
  let runNumber = 0;
  await eachOf("reading runs", whole, reading, (id) => readRun(sender, reading, id, runNumber++ % rawEvery === 0));
  const scores = await all(sender, reading, "/v1/scores", listedScore);
  const status = statusAnswer.parse(await readJson(sender, key, "/v1/ingest/status"));
  return { runIds, scores, status };
}

function everySome<T>(items: readonly T[], most: number): T[] {
  const step = Math.ceil(items.length / most);
  return items.filter((_, index) => index % step === 0);
}

async function readRun(sender: Sender, { key, find }: Reading, id: string, isAlsoRaw: boolean): Promise<void> {
  const run = listedRun.safeParse(await readJson(sender, key, `/v1/runs/${encodeURIComponent(id)}`));
  if (!run.success || run.data.id !== id) find(`the run ${shown(id)} is listed and cannot be read`);
  const raw = isAlsoRaw ? await readJson(sender, key, `/v1/runs/${encodeURIComponent(id)}/raw`) : {};
  if (raw === undefined || raw === null) find(`the run ${shown(id)} cannot be read as it was sent`);
}

async function readAgent(sender: Sender, { key, find }: Reading, name: string): Promise<void> {
  const path = `/v1/agents/${encodeURIComponent(name)}`;
  const agent = listedAgent.safeParse(await readJson(sender, key, path));
  if (!agent.success || agent.data.name !== name) find(`the agent ${shown(name)} is listed and cannot be read`);
  const dimensions = page.partial().safeParse(await readJson(sender, key, `${path}/dimensions`));
  if (!dimensions.success || dimensions.data.data === undefined) find(`the dimensions of the agent ${shown(name)} cannot be read`);
}

const shown = (text: string): string => JSON.stringify(text.slice(0, 80));

async function all<T>(sender: Sender, { key, find }: Reading, path: string, item: z.ZodType<T>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const more: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const answer = page.safeParse(await readJson(sender, key, `${path}?limit=200${more}`));
    if (!answer.success) {
      find(`the list ${path} cannot be read after ${items.length} items`);
      return items;
    }
    items.push(...answer.data.data.map((one) => item.parse(one)));
    cursor = answer.data.next_cursor;
  } while (cursor !== null);
  return items;
}

async function eachOf<T>(
  stage: string,
  items: readonly T[],
  { concurrency, onProgress }: Reading,
  act: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  let done = 0;
  const work = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) {
      await act(item);
      onProgress(stage, ++done, items.length);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
}
