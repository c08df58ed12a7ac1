// Suites that grow by themselves: when a class of failures becomes known, the inputs of its example runs become cases, near-duplicates left
// out and a fifth of them sealed. Each signal is asked once, and the suite's growth log says what came of it.
import { ulid } from "ulidx";
import { standingRuns } from "../d1/read-for-store.ts";
import { signalsOfAgent, type SignalRow } from "../d1/signal-rows.ts";
import { casesOf, changeSuite, grownSignals, growingSuites } from "../d1/suites.ts";
import { bento } from "../domain/audit/entry.ts";
import {
  duplicateOf,
  inputFingerprint,
  isHeldOut,
  longestInput,
  mostCases,
  type GrowthEntry,
  type Suite,
  type SuiteCase,
} from "../domain/experiment/suite.ts";
import { canonicalJson } from "../domain/run/fingerprint.ts";
import type { Run } from "../domain/run/run.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { readStoredLines } from "./stored-line.ts";

type Stores = Pick<Bindings, "ARCHIVE" | "INDEX">;

/** Cases that one signal gives: enough to tell whether it is mended, few enough to run them all. */
const casesOfSignal = 5;
/** Signals that one call takes up; the next call takes up the others. */
const signalsAtOnce = 10;

/** Call it after an agent's signals were refreshed; calling it again changes nothing. */
export async function growSuites(env: Stores, projectId: string, agent: string, nowMs: number): Promise<void> {
  const suites = await growingSuites(env.INDEX, projectId, agent);
  if (suites.length === 0) return;
  const signals = (await signalsOfAgent(env.INDEX, projectId, agent)).filter(isFailureClass);
  for (const suite of suites) await growSuite(env, projectId, suite, signals, nowMs);
}

/** Leaves only: the signal of a family is its leaves over again. */
const isFailureClass = ({ family, record }: SignalRow): boolean =>
  family === null &&
  record.polarity === "failure" &&
  record.state !== "archived" &&
  record.state !== "resolved" &&
  record.examples.length > 0;

async function growSuite(env: Stores, projectId: string, suite: Suite, signals: readonly SignalRow[], nowMs: number): Promise<void> {
  const known = await grownSignals(env.INDEX, projectId, suite.id);
  for (const { signal_id } of suite.settings.growth) known.add(signal_id);
  const unseen = signals.filter(({ id }) => !known.has(id)).slice(0, signalsAtOnce);
  if (unseen.length === 0) return;
  const cases = await casesOf(env.INDEX, projectId, suite.id, suite.version);
  const added: SuiteCase[] = [];
  const growth: GrowthEntry[] = [];
  for (const signal of unseen) {
    if (cases.length + added.length >= mostCases) break;
    const { fresh, duplicates } = freshCases(await runsOf(env, projectId, signal), [...cases, ...added], suite, signal.id, nowMs);
    added.push(...fresh);
    const sealed = fresh.filter(({ isSealed }) => isSealed).length;
    growth.push({
      at: new Date(nowMs).toISOString(),
      version: suite.version + 1,
      signal_id: signal.id,
      added: fresh.length,
      sealed,
      duplicates,
    });
  }
  const draft = {
    id: `aud_${ulid(nowMs)}`,
    at: new Date(nowMs).toISOString(),
    actor: bento,
    action: "suite.grown",
    object: suite.id,
    before: { version: suite.version },
    after: { version: suite.version + (added.length > 0 ? 1 : 0), added: added.length, signals: growth.length },
    reason: null,
  } as const;
  // Where a person changed the suite meanwhile, the next call decides anew.
  await changeSuite(env.INDEX, projectId, suite, { added, removed: [], growth }, draft);
}

/** Its example runs that are there, in their order: typical ones come first. */
async function runsOf(env: Stores, projectId: string, { record }: SignalRow): Promise<Run[]> {
  const standing = new Map((await standingRuns(env.INDEX, projectId, record.examples)).map((run) => [run.id, run]));
  const places = record.examples.flatMap((id) => standing.get(id) ?? []);
  const runs: Run[] = [];
  for await (const line of readStoredLines(env, projectId, places)) if (line !== null) runs.push(line.run);
  return runs;
}

function freshCases(runs: readonly Run[], known: readonly SuiteCase[], suite: Suite, signalId: string, nowMs: number) {
  const fresh: SuiteCase[] = [];
  let duplicates = 0;
  for (const { id: runId, input } of runs) {
    if (fresh.length >= casesOfSignal || known.length + fresh.length >= mostCases) break;
    if (input === null || input === undefined || canonicalJson(input).length > longestInput) continue;
    const print = inputFingerprint(input);
    if (duplicateOf({ input, expected: null, fingerprint: print }, [...known, ...fresh]) !== null) {
      duplicates += 1;
      continue;
    }
    fresh.push({
      id: `cas_${ulid(nowMs)}`,
      runId,
      input,
      expected: null,
      origin: "signal",
      signalId,
      isSealed: suite.settings.holdout && isHeldOut(print),
      fingerprint: print,
      sinceVersion: suite.version + 1,
      untilVersion: null,
      createdMs: nowMs,
    });
  }
  return { fresh, duplicates };
}
