// What an evaluation judges of a candidate: the run that it made of a recorded one or of a written case, put together again from what its replay
// kept. Where there is no such run the reason is a result: errored where the candidate could not be run, which is no failure of it.
import type { Run } from "../run/run.ts";
import { candidateConfig, type Candidate } from "./candidate.ts";
import { errored, skipped, type CheckResult } from "./check-result.ts";
import { recordedCalls } from "./recorded-tools.ts";
import { candidateRun } from "./replay-judge.ts";
import type { KeptAnswer, ReplayItem } from "./replay.ts";

/** Bytes of JSON of an answer with its calls: a row of the index holds two million. */
export const mostKeptBytes = 1_000_000;

/**
 * @param item its replay; null where it was not replayed
 * @param ended why the replay ended before all of it was tried; null where it did not
 */
export function replayedRun(
  recorded: Run,
  candidate: Candidate,
  item: Pick<ReplayItem, "status" | "outcome"> | null,
  ended: string | null,
): Run | CheckResult {
  if (item === null) return skipped("it was not replayed: the run is not whole, or was stopped");
  const { status, outcome } = item;
  if (status === "pending" || outcome === null) return errored(`it was not replayed: ${ended ?? "the replay was ended"}`);
  if (outcome.kept === undefined) return errored(`it could not be replayed: ${outcome.reason ?? "no answer is kept"}`);
  if (outcome.kept === null) return errored(`the answer is longer than ${mostKeptBytes.toLocaleString("en-US")} bytes`);
  const { output, calls } = outcome.kept;
  const { usage, costUsd, tookMs } = outcome;
  const config = candidateConfig(candidate, recorded.config);
  return candidateRun(recorded, config, recordedCalls(recorded), { output, calls, usage, costUsd, tookMs });
}

/** An answer as it is kept; null where it is too large for that. */
export function keptAnswer(answer: KeptAnswer): KeptAnswer | null {
  return new TextEncoder().encode(JSON.stringify(answer)).length > mostKeptBytes ? null : answer;
}
