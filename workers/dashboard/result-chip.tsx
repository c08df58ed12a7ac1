// How something came out, as a chip: colour, a shape and always its word.
import type { Child } from "hono/jsx";
import { resultWords, type Tone } from "./experiment-words.ts";
import { spoken } from "./words.ts";
import type { ResultStatus } from "./read/evaluation.ts";
import type { Result } from "./read/experiment.ts";

export function ResultChip({ result }: { result: Result | null }): Child {
  if (result === null) return <span class="result res-pending">Pending</span>;
  return (
    <span class={`result res-${result}`} title={resultWords[result].means}>
      {resultWords[result].said}
    </span>
  );
}

const ofStatus: Record<ResultStatus, string> = {
  passed: "same_pass",
  failed: "broken",
  errored: "unstable",
  skipped: "incomparable",
  pending: "pending",
};

export function JudgedChip({ status }: { status: ResultStatus }): Child {
  return <span class={`result res-${ofStatus[status]}`}>{spoken(status)}</span>;
}

export function VerdictMark({ said, tone }: { said: string; tone: Tone }): Child {
  return (
    <span class={`verdict-mark tone-${tone}`}>
      <i aria-hidden="true" />
      {said}
    </span>
  );
}
