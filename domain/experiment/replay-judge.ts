// Whether a recorded run and what the candidate made of it passed. Evaluators say so where the plan names some, else the expected output, else
// the recorded score with what the user's agent says of itself. Where nothing says so, nobody knows: equal answers are equal, others not.
import { hasSucceeded } from "../run/dimensions.ts";
import { canonicalJson } from "../run/fingerprint.ts";
import type { Config, Run, Step, Usage } from "../run/run.ts";
import { check } from "./check.ts";
import type { CheckResult } from "./check-result.ts";
import { missText, servedText, type RecordedCall, type ServedCall } from "./recorded-tools.ts";

export interface Judged {
  baselinePassed: boolean | null;
  passed: boolean | null;
  reason: string | null;
}

/** What one evaluator says of one run. */
export type NamedResult = CheckResult & { name: string };

export interface Grounds {
  /** What the plan's evaluators say; null where it names none. */
  verdicts: { baseline: readonly NamedResult[]; candidate: readonly NamedResult[] } | null;
  /** The output that passes; undefined where the plan does not say. */
  expected: unknown;
  /** What the candidate says of itself; null where it says nothing. */
  success: boolean | null;
}

export function judgeReplay(recorded: Run, candidate: Run, { verdicts, expected, success }: Grounds): Judged {
  if (verdicts !== null) return both(allOf(verdicts.baseline), allOf(verdicts.candidate));
  if (expected !== undefined) {
    const worth = (run: Run): Worth =>
      worthOf(check({ type: "equals", ignore_case: false, trim: true }, { run, expected, baseline: null }));
    return both(worth(recorded), worth(candidate));
  }
  const baselinePassed = hasSucceeded(recorded);
  if (baselinePassed === null) return unknown(null, "the recorded run has no score `success`; name evaluators or what is expected");
  if (success !== null) return { baselinePassed, passed: success, reason: null };
  const isSame = candidate.output !== null && canonicalJson(candidate.output) === canonicalJson(recorded.output);
  if (isSame) return { baselinePassed, passed: baselinePassed, reason: null };
  return unknown(
    baselinePassed,
    "nothing says whether the candidate's answer is right; name evaluators or what is expected, or have your agent send scores",
  );
}

interface Made {
  output: unknown;
  usage: Usage | null;
  costUsd: number | null;
  calls: readonly ServedCall[];
  tookMs: number | null;
}

/** The candidate's run as evaluators see it: what it was asked, the calls it made with what they got, and its answer. */
export function candidateRun(recorded: Run, config: Config, records: readonly RecordedCall[], made: Made): Run {
  const steps = made.calls.map((call, i): Step => {
    const record = call.record === null ? undefined : records[call.record];
    const { text, isError } = record === undefined ? { text: missText(call), isError: true } : servedText(record);
    const error = isError ? { type: record === undefined ? "not_recorded" : (record.error?.type ?? null), message: text } : null;
    return {
      ...emptyStep,
      id: `s${i + 1}`,
      name: call.name,
      arguments: call.arguments,
      result: record === undefined ? null : record.result,
      error,
      status: error === null ? "ok" : "error",
    };
  });
  return {
    ...recorded,
    status: "ok",
    error: null,
    output: made.output,
    config,
    steps,
    scores: [],
    ...(made.usage === null ? {} : { usage: made.usage }),
    cost_usd: made.costUsd,
    duration_ms: made.tookMs,
    counts: {
      ...recorded.counts,
      steps: steps.length,
      tool_calls: steps.length,
      tool_errors: steps.filter(({ status }) => status === "error").length,
    },
  };
}

function both(was: Worth, is: Worth): Judged {
  const reason = is.passed === null || was.passed !== null ? is.reason : `of the recorded run: ${was.reason}`;
  return { baselinePassed: was.passed, passed: is.passed, reason };
}

interface Worth {
  passed: boolean | null;
  reason: string | null;
}

/** One that fails decides; one that says nothing leaves the run unjudged. */
function allOf(verdicts: readonly NamedResult[]): Worth {
  const worths = verdicts.map(({ name, ...result }) => {
    const worth = worthOf(result);
    return { ...worth, reason: worth.reason === null ? null : `${name}: ${worth.reason}` };
  });
  const failed = worths.find(({ passed }) => passed === false);
  return failed ?? worths.find(({ passed }) => passed === null) ?? { passed: true, reason: null };
}

function worthOf({ status, reason }: CheckResult): Worth {
  return { passed: status === "passed" ? true : status === "failed" ? false : null, reason };
}

const unknown = (baselinePassed: boolean | null, reason: string): Judged => ({ baselinePassed, passed: null, reason });

const emptyStep: Step = {
  id: "",
  parent_id: null,
  type: "tool",
  name: "",
  model: null,
  started_at: null,
  ended_at: null,
  duration_ms: null,
  status: "ok",
  error: null,
  soft_error: false,
  call_id: null,
  arguments: null,
  arguments_raw: null,
  result: null,
  input: null,
  output: null,
  usage: null,
  cost_usd: null,
  truncated: false,
  attributes: {},
};
