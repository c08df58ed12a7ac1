// The terms on which the loop works for an agent, as a person signed them: where candidates are tried, on which cases, by which gate, and how much of
// it a day. A term that is not said is small rather than generous; the loop never goes beyond one, and nothing but a new policy changes it.
import * as z from "zod";
import { canaryPlan } from "../experiment/canary-plan.ts";
import { gatePolicy } from "../experiment/gate-policy.ts";
import { artifactKinds, type ArtifactKind } from "./artifact.ts";

const mostADay = 100;
/** Runs of each side that come into the suite for one candidate: a gate's margin wants about this many that its maker did not see. */
const usualCases = 20;
/** Runs that show a signal before it is drafted for: fewer do not tell a habit from chance. */
const usualRuns = 20;
/** Rate of a signal below which nothing is drafted. */
const usualRate = 0.02;

export const loopAsked = z.strictObject({
  suite_id: z.string().min(1).max(1_000).meta({ description: "The agent's suite that candidates must pass; the loop adds cases to it." }),
  driver: z
    .strictObject({
      type: z.literal("webhook"),
      url: z.string().min(1).max(2_000),
      secret: z
        .string()
        .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, "must be `whsec_` and the base64 of 24 to 64 bytes; leave it out to have one made")
        .optional()
        .meta({ description: "Signs every call (Standard Webhooks). Never shown again." }),
    })
    .meta({ description: "The agent as it is asked to try a candidate." }),
  gate: gatePolicy.prefault({}),
  cases_per_gate: z.int().min(1).max(200).default(usualCases).meta({
    description: "Runs that show the signal, and as many that went well, that are added to the suite before a candidate is tried.",
  }),
  canary: z
    .strictObject({
      kinds: z
        .array(z.enum(artifactKinds))
        .min(1)
        .max(artifactKinds.length)
        .nullable()
        .default(null)
        .meta({ description: "null: every kind." }),
      plan: canaryPlan.refine(({ max_n: maxN }) => maxN !== undefined, { path: ["max_n"], message: "is needed: the loop's canaries end" }),
    })
    .nullable()
    .default(null)
    .meta({
      description:
        "Versions of these kinds are promoted only after a canary that shows them better and harmless; null: by their gate alone.",
    }),
  drafts_per_day: z.int().min(0).max(mostADay).default(5),
  gates_per_day: z.int().min(0).max(mostADay).default(10),
  max_cost_usd_per_gate: z.number().nonnegative().max(10_000).default(5),
  least_runs: z.int().min(1).max(100_000).default(usualRuns).meta({ description: "Runs that show a signal before it is drafted for." }),
  least_rate: z.number().min(0).max(1).default(usualRate).meta({ description: "Rate of a signal before it is drafted for." }),
});

export type LoopAsked = z.output<typeof loopAsked>;

/** As they are kept. */
export type LoopTerms = Omit<LoopAsked, "driver"> & {
  driver: { type: "webhook"; url: string };
  /** Signs calls; never shown. */
  secret: string;
  /** Under which the agent reaches Bento's recorded tools: where the policy was signed. */
  origin: string;
};

/** Whether a version of that kind needs a canary before it is promoted. */
export const needsCanary = ({ canary }: Pick<LoopTerms, "canary">, kind: ArtifactKind): boolean =>
  canary !== null && (canary.kinds === null || canary.kinds.includes(kind));
