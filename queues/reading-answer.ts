// Keeps what Claude said of a run: its findings in place of those of an earlier reading, before the reading is called done, so that a
// crash between the two only means asking again. What had to be left out is told beside the findings.
import { writeModelFindings } from "../d1/write-findings.ts";
import { verify, type Verified } from "../domain/finding/citation.ts";
import { keptFindings } from "../domain/finding/kept-finding.ts";
import type { Criterion } from "../domain/finding/rubric.ts";
import { readAnswer, type ModelReply } from "../domain/finding/rubric-answer.ts";
import type { Run } from "../domain/run/run.ts";

export type KeptAnswer = { status: "ok"; findings: number; error: string | null } | { status: "failed"; error: string };

export async function keepAnswer(
  { INDEX: db }: { INDEX: D1Database },
  projectId: string,
  run: Run,
  criteria: readonly Criterion[],
  epoch: string,
  reply: ModelReply,
  nowMs: number,
): Promise<KeptAnswer> {
  const answer = readAnswer(reply);
  if (answer.kind === "unusable") return { status: "failed", error: answer.reason };
  const verified = verify(run, answer, criteria, epoch);
  await writeModelFindings(db, projectId, run, keptFindings(run, verified.detected, "model"), nowMs);
  return { status: "ok", findings: verified.detected.length, error: leftOut(verified, answer.misfits, criteria.length) };
}

/** null when nothing was left out. */
function leftOut({ uncited, unanswered }: Verified, misfits: number, asked: number): string | null {
  const parts = [
    uncited === 0 ? null : `${counted(uncited, "finding")} left out: no passage of the run could be found for it`,
    misfits === 0 ? null : `${counted(misfits, "item")} left out: not in the form that was asked for`,
    unanswered === 0 ? null : `${unanswered} of ${asked} definitions without a usable answer`,
  ];
  const said = parts.filter((part) => part !== null).join("; ");
  return said === "" ? null : said;
}

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;
