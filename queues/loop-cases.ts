// Cases for a candidate of the loop: runs that show its signal and like runs that went well, none of which its maker looked at, come into the policy's
// suite before the candidate is tried. Calling it again adds nothing that is there already.
import { ulid } from "ulidx";
import { draftRuns } from "../d1/draft-runs.ts";
import { casesOf, changeSuite } from "../d1/suites.ts";
import { bento } from "../domain/audit/entry.ts";
import {
  duplicateOf,
  inputFingerprint,
  isHeldOut,
  longestInput,
  mostCases,
  type Suite,
  type SuiteCase,
} from "../domain/experiment/suite.ts";
import { canonicalJson } from "../domain/run/fingerprint.ts";
import type { Run } from "../domain/run/run.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import type { SegmentLine } from "../r2/segments.ts";
import { readStoredLines } from "./stored-line.ts";

/** Runs that are looked through for each case that is wanted: makers see the newest ones, and likes of a case are none. */
const lookedAtPerCase = 4;

export interface CasesWanted {
  signalId: string;
  /** Runs that the version's maker looked at. */
  seen: ReadonlySet<string>;
  /** Of each side. */
  most: number;
  policyId: string;
}

/** The suite has at least what could be found afterwards. false when somebody changed it meanwhile; then nothing was written. */
export async function addLoopCases(
  env: Pick<Bindings, "INDEX" | "ARCHIVE">,
  projectId: string,
  suite: Suite,
  { signalId, seen, most, policyId }: CasesWanted,
  nowMs: number,
): Promise<boolean> {
  const known = await casesOf(env.INDEX, projectId, suite.id, suite.version);
  const { failing, good } = await draftRuns(env.INDEX, projectId, suite.agent, signalId, null, (most + seen.size) * lookedAtPerCase);
  const added: SuiteCase[] = [];
  for (const [runs, of] of [
    [failing, signalId],
    [good, null],
  ] as const) {
    const there = known.filter((one) => one.signalId === of && one.runId !== null && !seen.has(one.runId)).length;
    const lines = readStoredLines(
      env,
      projectId,
      runs.filter(({ id }) => !seen.has(id)),
    );
    added.push(...(await freshCases(lines, [...known, ...added], suite, of, most - there, nowMs)));
  }
  if (added.length === 0) return true;
  return grow(env, projectId, suite, added, { signalId, policyId }, nowMs);
}

async function grow(
  env: Pick<Bindings, "INDEX">,
  projectId: string,
  suite: Suite,
  added: readonly SuiteCase[],
  { signalId, policyId }: Pick<CasesWanted, "signalId" | "policyId">,
  nowMs: number,
): Promise<boolean> {
  const sealed = added.filter(({ isSealed }) => isSealed).length;
  const [at, version] = [new Date(nowMs).toISOString(), suite.version + 1];
  const growth = [{ at, version, signal_id: signalId, added: added.length, sealed, duplicates: 0 }];
  return changeSuite(
    env.INDEX,
    projectId,
    suite,
    { added, removed: [], growth },
    {
      id: `aud_${ulid(nowMs)}`,
      at,
      actor: bento,
      action: "suite.grown",
      object: suite.id,
      before: { version: suite.version },
      after: { version, added: added.length, policy: policyId },
      reason: null,
    },
  );
}

async function freshCases(
  lines: AsyncGenerator<SegmentLine | null>,
  known: readonly SuiteCase[],
  suite: Suite,
  signalId: string | null,
  most: number,
  nowMs: number,
): Promise<SuiteCase[]> {
  const fresh: SuiteCase[] = [];
  for await (const line of lines) {
    if (fresh.length >= most || known.length + fresh.length >= mostCases) break;
    const one = line === null ? null : freshCase(line.run, [...known, ...fresh], suite, signalId, nowMs);
    if (one !== null) fresh.push(one);
  }
  return fresh;
}

/** null for an input that is in already, or is none. */
function freshCase(run: Run, known: readonly SuiteCase[], suite: Suite, signalId: string | null, nowMs: number): SuiteCase | null {
  const { input, id: runId } = run;
  if (input === null || input === undefined || canonicalJson(input).length > longestInput) return null;
  const print = inputFingerprint(input);
  if (duplicateOf({ input, expected: null, fingerprint: print }, known) !== null) return null;
  return {
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
  };
}
