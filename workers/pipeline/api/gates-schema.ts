// Gates as they are asked for and read, in OpenAPI's terms. The records are domain/experiment.
import * as z from "zod";
import { candidateAsked } from "../../../domain/experiment/candidate.ts";
import { ageHours, isOpen, type Gate, type GateCase } from "../../../domain/experiment/gate.ts";
import { gatePolicy } from "../../../domain/experiment/gate-policy.ts";
import { gateVerdicts, type Bound } from "../../../domain/experiment/gate-verdict.ts";
import { incomparableReasons } from "../../../domain/experiment/regression.ts";
import { replayResults } from "../../../domain/experiment/replay.ts";
import { pathText } from "./endpoint.ts";

export const gateVerdict = z.enum(gateVerdicts);
const mostEvaluators = 20;
const mostRepeats = 10;

export const gateAsked = z
  .strictObject({
    candidate: candidateAsked,
    suite_id: pathText,
    agent: pathText.optional().meta({ description: "The suite's; another one is refused." }),
    policy: gatePolicy.prefault({}),
    evaluation_id: pathText.optional().meta({ description: "An evaluation of this candidate over this suite." }),
    experiment_id: pathText
      .optional()
      .meta({ description: "A replay of this candidate. Without either, one is started over the suite's cases." }),
    evaluators: z.array(pathText).min(1).max(mostEvaluators).optional().meta({
      description:
        "What says whether a case passed, where a replay is started: names or ids of checks that are code. Those of the suite's newest evaluation when absent; without any, what cases expect.",
    }),
    repeats: z.int().min(1).max(mostRepeats).default(1).meta({ description: "Each case so often, where a replay is started." }),
    max_cost_usd: z
      .number()
      .nonnegative()
      .optional()
      .meta({ description: "Where a replay is started: it stops before it would pass this." }),
  })
  .refine(({ evaluation_id, experiment_id }) => evaluation_id === undefined || experiment_id === undefined, {
    path: ["experiment_id"],
    message: "name an evaluation or an experiment, not both",
  });
export type GateAsked = z.output<typeof gateAsked>;

export const waiverAsked = z.strictObject({ reason: z.string().trim().min(1).max(2_000) });

const came = z.enum(["pass", "fail", "mixed"]).nullable();
const caseView = z.object({
  case_id: z.string(),
  baseline: came.meta({
    description: "What the candidate is held against: `pass` for a case that ever passed, else its record; null for neither.",
  }),
  candidate: came.meta({ description: "mixed: some tries passed and some did not; null: no try could be judged." }),
  result: z.enum(replayResults),
  reason: z.enum(incomparableReasons).nullable().meta({ description: "Why it is incomparable." }),
  must_pass: z.boolean(),
  ever_passed: z.boolean().meta({ description: "By the same evaluators, before this gate." }),
  tries: z.number(),
  passes: z.number(),
});

const bound = {
  pairs: z.number(),
  worse: z.number(),
  better: z.number(),
  difference: z.number().nullable().meta({ description: "(better − worse) / pairs" }),
  low: z
    .number()
    .nullable()
    .meta({ description: "One-sided 95 % lower bound (Tango). Above −margin, a loss as large as the margin is ruled out." }),
  high: z.number().nullable().meta({ description: "One-sided 95 % upper bound." }),
  margin: z.number().nullable(),
};

const head = {
  id: z.string(),
  agent: z.string(),
  suite_id: z.string(),
  suite_version: z.number(),
  status: z.enum(["running", "done"]).meta({ description: "running: the evidence is being made, and the verdict is not said yet." }),
  verdict: gateVerdict,
  reasons: z.array(z.string()),
  open: z.boolean().meta({ description: "Decided, not expired, and passed or waived." }),
  candidate: z.record(z.string(), z.unknown()),
  evidence: z.object({
    evaluation_id: z.string().nullable(),
    experiment_id: z.string().nullable(),
    evaluators: z.array(z.string()).meta({ description: "Ids; empty: what cases expect, else scores." }),
    at: z.string().nullable().meta({ description: "When it was complete; null while it is not." }),
    age_h: z.number().nullable(),
  }),
  policy: gatePolicy,
  difference: z.object(bound).nullable().meta({ description: "null while it is not decided." }),
  cohorts: z.array(z.object({ attribute: z.string(), value: z.string(), ...bound })),
  pass_rate: z.number().nullable(),
  counts: z.record(z.enum(replayResults), z.number()).nullable(),
  waiver: z.object({ by: z.string().nullable(), key_id: z.string(), reason: z.string(), at: z.string() }).nullable(),
  created_at: z.string(),
  decided_at: z.string().nullable(),
  expires_at: z.string(),
};
export const listedGate = z.object(head).meta({ id: "ListedGate", description: "A gate, without its cases." });
export const gateSchema = z
  .object({ ...head, cases: z.array(caseView) })
  .meta({ id: "Gate", description: "A stored, expiring decision on a candidate." });
export const madeGate = gateSchema.extend({
  driver_secret: z
    .string()
    .nullable()
    .meta({ description: "Signs the calls to the candidate's webhook where a replay was started. Shown once." }),
});

export function gateHead(gate: Gate, nowMs: number): z.input<typeof listedGate> {
  const { judgement, evidence } = gate;
  return {
    id: gate.id,
    agent: gate.agent,
    suite_id: gate.suiteId,
    suite_version: gate.suiteVersion,
    status: gate.status,
    verdict: gate.verdict,
    reasons: gate.reasons,
    open: isOpen(gate, nowMs),
    candidate: { ...gate.candidate },
    evidence: {
      evaluation_id: evidence.evaluationId,
      experiment_id: evidence.experimentId,
      evaluators: evidence.evaluatorIds,
      at: timeOf(evidence.atMs),
      age_h: ageHours(evidence.atMs, nowMs),
    },
    policy: gate.policy,
    difference: judgement === null ? null : boundView(judgement.overall),
    cohorts: (judgement?.cohorts ?? []).map((one) => ({ attribute: one.attribute, value: one.value, ...boundView(one) })),
    pass_rate: judgement?.passRate ?? null,
    counts: gate.counts,
    waiver: gate.waiver === null ? null : { by: gate.waiver.by, key_id: gate.waiver.keyId, reason: gate.waiver.reason, at: gate.waiver.at },
    created_at: new Date(gate.createdMs).toISOString(),
    decided_at: timeOf(gate.decidedMs),
    expires_at: new Date(gate.expiresMs).toISOString(),
  };
}

export const gateView = (gate: Gate, nowMs: number): z.input<typeof gateSchema> => ({
  ...gateHead(gate, nowMs),
  cases: gate.cases.map(viewOfCase),
});

const viewOfCase = (one: GateCase): z.input<typeof caseView> => ({
  case_id: one.caseId,
  baseline: one.baseline,
  candidate: one.candidate,
  result: one.result,
  reason: one.reason,
  must_pass: one.mustPass,
  ever_passed: one.hasEverPassed,
  tries: one.tries?.tries ?? 0,
  passes: one.tries?.successes ?? 0,
});

const boundView = ({ pairs, worse, better, difference, low, high, margin }: Bound) => ({
  pairs,
  worse,
  better,
  difference,
  low,
  high,
  margin,
});
const timeOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
