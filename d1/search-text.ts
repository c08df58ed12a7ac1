// The text by which `q` finds a run: its ids, input, output, error and step texts, the first 4 KB of each. Lower case is made
// here and in the query alike, because SQLite folds ASCII only.
import type { Run, Step } from "../domain/run/run.ts";

const mostPieceLength = 4_096;
/** Of one run: a thousand long steps must not fill the index. */
const mostTextLength = 400_000;

export function searchText(run: Run): string {
  const pieces = [
    run.id,
    run.source_id,
    run.agent,
    run.session_id,
    run.user_id,
    run.input,
    run.output,
    failureText(run.error),
    ...run.steps.flatMap(stepPieces),
  ];
  let text = "";
  for (const piece of pieces) {
    if (piece === null || piece === undefined || piece === "") continue;
    text += `${(typeof piece === "string" ? piece : JSON.stringify(piece)).slice(0, mostPieceLength)}\n`;
    if (text.length >= mostTextLength) break;
  }
  // SQLite ends a text at NUL for its functions.
  return foldCase(text.slice(0, mostTextLength).toWellFormed().replaceAll("\0", " "));
}

export function foldCase(text: string): string {
  return text.toLowerCase();
}

const stepPieces = (step: Step): unknown[] => [step.name, step.arguments, step.result, step.output, failureText(step.error)];

const failureText = (error: Run["error"]): string | null =>
  error === null ? null : [error.type, error.message].filter(Boolean).join(": ");
