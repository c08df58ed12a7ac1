// An experiment: a comparison of a candidate with a baseline, by replay, shadow or canary. What may be asked for, how an experiment stands,
// and who may move it where. Each kind measures in its own way; all of them answer in the same words.
import * as z from "zod";
import { canaryPlan, type CanaryPlan } from "./canary-plan.ts";
import type { Guard } from "./canary-guard.ts";
import type { CanaryFlag, CanaryState } from "./canary-state.ts";
import { candidateAsked, type Candidate, type CandidateAsked } from "./candidate.ts";
import type { SampleRatio } from "./sample-ratio.ts";
import type { Action, Verdict } from "./comparison.ts";
import type { MetricRole } from "./metric.ts";
import { replayPlan, type ReplayPlan } from "./replay-plan.ts";
import type { SamplingPlan } from "./sampling.ts";
import { shadowPlan, type ShadowPlan } from "./shadow-plan.ts";
import type { ShadowState } from "./shadow-state.ts";

export const experimentKindNames = ["replay", "shadow", "canary"] as const;
export type ExperimentKindName = (typeof experimentKindNames)[number];

export const experimentStatuses = ["draft", "running", "done", "stopped", "aborted", "promoted", "failed"] as const;
export type ExperimentStatus = (typeof experimentStatuses)[number];

const agent = z.string().min(1).max(1_000);
const common = { agent, candidate: candidateAsked, baseline: candidateAsked.optional() };

export const experimentAsked = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("replay"), ...common, plan: replayPlan }),
  z.strictObject({ kind: z.literal("shadow"), ...common, plan: shadowPlan.prefault({}) }),
  z.strictObject({ kind: z.literal("canary"), ...common, plan: canaryPlan }),
]);
export type ExperimentAsked = z.output<typeof experimentAsked>;

/** What is compared and how, as it was settled when the experiment was made. */
export type ExperimentDesign = { candidate: Candidate; baseline: CandidateAsked["config"] | null } &
  /** With a suite, cases that a person wrote are replayed under their own ids. Answers are kept where an evaluation judges them. */
  (
    | { kind: "replay"; plan: ReplayPlan; sampling: SamplingPlan; estimatedUsd: number | null; suiteId?: string; keepsAnswers?: true }
    | { kind: "shadow"; plan: ShadowPlan }
    | { kind: "canary"; plan: CanaryPlan }
  );

export interface MetricReading {
  name: string;
  /** Verdicts follow from the primary metric alone. */
  role: MetricRole;
  baseline: number | null;
  candidate: number | null;
  /** candidate − baseline, with its 95 % interval. */
  difference: number | null;
  low: number | null;
  high: number | null;
  p_or_e: number | null;
  method: string;
  n: number;
  required_n: number | null;
  /** Of a canary: the bet on harm; null for a metric that is not guarded. */
  guard?: Guard | null;
}

export interface CaseCounts {
  fixed: number;
  broken: number;
  same_pass: number;
  same_fail: number;
  unstable: number;
  incomparable: number;
}

/** What an experiment says so far. */
export interface ExperimentReading {
  verdict: Verdict;
  decisive_sentence: string;
  metrics: MetricReading[];
  /** null where there are no cases. */
  cases: CaseCounts | null;
  /** null where nothing is assigned. */
  srm: SampleRatio | null;
  /** Share of what was planned that could be compared; null before anything was. */
  coverage: number | null;
  /** What to do, where the kind says so. */
  action?: Action;
  flags?: CanaryFlag[];
  canary?: CanaryState;
  shadow?: ShadowState;
}

export const nothingRead: ExperimentReading = {
  verdict: "insufficient_data",
  decisive_sentence: "Nothing has been measured yet.",
  metrics: [],
  cases: null,
  srm: null,
  coverage: null,
};

export interface Experiment {
  id: string;
  agent: string;
  status: ExperimentStatus;
  design: ExperimentDesign;
  /** Where this Bento is reached from outside, as whoever made it reached it. */
  origin: string;
  /** `whsec_` and base64: signs calls of the candidate's driver; null without one. */
  secret: string | null;
  /** As it was last written down; a kind may work it out anew whenever it is read. */
  reading: ExperimentReading;
  /** Of a canary: makes its assignment independent of every other one's. */
  salt: string;
  /** Cases to compare; 0 where there is no such number. */
  total: number;
  costUsd: number;
  /** Why it failed or ended early. */
  error: string | null;
  createdMs: number;
  startedMs: number | null;
  endedMs: number | null;
  updatedMs: number;
}

/** What is done to an experiment. `finish` and `fail` are the machine's alone; it may also abort, and never promotes. */
export const experimentActions = ["start", "stop", "abort", "promote", "finish", "fail"] as const;
export type ExperimentAction = (typeof experimentActions)[number];

export type ExperimentStep =
  | { kind: "to"; status: ExperimentStatus }
  /** It is so already. */
  | { kind: "same" }
  | { kind: "refused"; reason: string };

/** Where `action` leads from `status`. Doing again what is done already changes nothing; what cannot be is refused with the reason. */
export function experimentStep(kind: ExperimentKindName, status: ExperimentStatus, action: ExperimentAction): ExperimentStep {
  if (status === results[action]) return same;
  switch (action) {
    case "start":
      if (status === "draft") return to("running");
      // A start that is repeated after a quick end was heard the first time.
      return status === "done" ? same : refused(`it is ${status}, which is for good: make a new experiment`);
    case "stop":
    case "abort":
      return status === "draft" || status === "running"
        ? to(results[action])
        : refused(`it is ${status}: there is nothing left to ${action}`);
    case "promote":
      if (status === "draft") return refused("it has not begun, so there is nothing to judge by");
      // A canary is promoted out of its traffic; a replay that still runs has cases that nobody has seen.
      if (status === "running" && kind === "replay") return refused("it still runs: wait for its end, or stop it");
      return status === "aborted" || status === "failed" ? refused(`it is ${status}: make a new experiment`) : to("promoted");
    case "finish":
    case "fail":
      return status === "running" ? to(results[action]) : refused(`it is ${status}`);
  }
}

const results: Readonly<Record<ExperimentAction, ExperimentStatus>> = {
  start: "running",
  stop: "stopped",
  abort: "aborted",
  promote: "promoted",
  finish: "done",
  fail: "failed",
};

const same: ExperimentStep = { kind: "same" };
const to = (status: ExperimentStatus): ExperimentStep => ({ kind: "to", status });
const refused = (reason: string): ExperimentStep => ({ kind: "refused", reason });
