// What judges a run: a definition of one of eight types, checked at the door so that what is kept can be run as it stands. It says nothing
// of any run: that is check.ts and judge.ts.
import * as z from "zod";
import { canonicalJson } from "../run/fingerprint.ts";
import { longestExpression, readExpression } from "../run/expression.ts";
import { compileLinear } from "../run/linear-regex.ts";
import { schemaProblem } from "./check-schema-limits.ts";

export const evaluatorTypes = ["equals", "contains", "regex", "json_schema", "tool_calls", "expression", "judge", "webhook"] as const;
export type EvaluatorType = (typeof evaluatorTypes)[number];

const longestText = 10_000;
const mostTexts = 20;
const mostCalls = 50;
const longestRubric = 8_000;

const text = z.string().min(1).max(longestText);
const toolName = z.string().min(1).max(200);
/** Any JSON; bounded as a text when it is kept. */
const anyJson = z
  .unknown()
  .refine((value) => canonicalJson(value).length <= longestText, `must be at most ${longestText} characters of JSON`);
const schema = z
  .union([z.boolean(), z.record(z.string(), z.unknown())])
  .superRefine((value, ctx) => told(ctx, schemaProblem(value)))
  .meta({ type: "object", description: "JSON Schema (2020-12), without references to elsewhere and without `pattern`." });
const isNegated = z.boolean().default(false);

const byType = {
  equals: z.strictObject({
    type: z.literal("equals"),
    expected: anyJson.optional().meta({ description: "What the output must be; what the case expects when absent." }),
    ignore_case: z.boolean().default(false),
    trim: z.boolean().default(true).meta({ description: "Ignore white space around texts." }),
  }),
  contains: z.strictObject({
    type: z.literal("contains"),
    text: z
      .union([text, z.array(text).min(1).max(mostTexts)])
      .optional()
      .meta({ description: "What the case expects when absent." }),
    match: z.enum(["all", "any"]).default("all"),
    ignore_case: z.boolean().default(false),
    absent: isNegated.meta({ description: "Must not be contained." }),
  }),
  regex: z.strictObject({
    type: z.literal("regex"),
    pattern: z
      .string()
      .min(1)
      .superRefine((value, ctx) => told(ctx, regexProblem(value)))
      .meta({ description: "Matched anywhere in the answer, without look-around and back-references: its time is bounded by the text." }),
    absent: isNegated.meta({ description: "Must not match." }),
  }),
  json_schema: z.strictObject({ type: z.literal("json_schema"), schema }),
  tool_calls: z
    .strictObject({
      type: z.literal("tool_calls"),
      calls: z
        .array(z.strictObject({ name: toolName, arguments: schema.optional() }))
        .max(mostCalls)
        .default([]),
      order: z.enum(["exact", "in_order", "any"]).default("in_order").meta({
        description: "exact: these calls and no others, in this order; in_order: others may stand between; any: in whatever order.",
      }),
      forbidden: z.array(toolName).max(mostCalls).default([]),
    })
    .refine(({ calls, order, forbidden }) => calls.length + forbidden.length > 0 || order === "exact", {
      path: ["calls"],
      message: "name calls that are expected or forbidden; with `order: exact` an empty list means that no tool may be called",
    }),
  expression: z.strictObject({
    type: z.literal("expression"),
    expression: z
      .string()
      .trim()
      .min(1)
      .max(longestExpression)
      .superRefine((value, ctx) => told(ctx, expressionProblem(value)))
      .meta({ description: "CEL over `run` that is true of the runs that pass." }),
  }),
  judge: z
    .strictObject({
      type: z.literal("judge"),
      rubric: z.string().trim().min(1).max(longestRubric),
      scale: z.tuple([z.number(), z.number()]).default([0, 1]),
      threshold: z.number().optional().meta({ description: "The least score that passes; the middle of the scale when absent." }),
      against: z.enum(["rubric", "baseline"]).default("rubric").meta({
        description: "baseline: which of two answers is better, asked in both orders; 1 the run's, 0 the baseline's, 0.5 neither.",
      }),
      sees: z
        .enum(["answer", "run"])
        .default("run")
        .meta({ description: "Whether the judge is shown the steps too; without them it costs less." }),
    })
    .superRefine(({ scale: [low, high], threshold }, ctx) => {
      if (low >= high) ctx.addIssue({ code: "custom", path: ["scale"], message: "must be [low, high], low below high" });
      else if (threshold !== undefined && (threshold < low || threshold > high))
        ctx.addIssue({ code: "custom", path: ["threshold"], message: "must lie within the scale" });
    }),
  webhook: z.strictObject({
    type: z.literal("webhook"),
    url: z.string().min(1).max(2_000),
    threshold: z.number().default(0.5).meta({ description: "The least `score` that passes, where the answer has no `passed`." }),
  }),
} satisfies Record<EvaluatorType, z.ZodType>;

export const evaluatorDefinition = z.discriminatedUnion("type", [
  byType.equals,
  byType.contains,
  byType.regex,
  byType.json_schema,
  byType.tool_calls,
  byType.expression,
  byType.judge,
  byType.webhook,
]);

const common = { agent: z.string().min(1).max(1_000), name: z.string().trim().min(1).max(120) };

/** What may be asked for: a definition with whose it is and how it is called. */
export const evaluatorAsked = z.discriminatedUnion("type", [
  byType.equals.safeExtend(common),
  byType.contains.safeExtend(common),
  byType.regex.safeExtend(common),
  byType.json_schema.safeExtend(common),
  byType.tool_calls.safeExtend(common),
  byType.expression.safeExtend(common),
  byType.judge.safeExtend(common),
  byType.webhook.safeExtend(common),
]);

export type EvaluatorDefinition = z.output<typeof evaluatorDefinition>;
type Of<T extends EvaluatorType> = Extract<EvaluatorDefinition, { type: T }>;
export type EqualsCheck = Of<"equals">;
export type ContainsCheck = Of<"contains">;
export type RegexCheck = Of<"regex">;
export type SchemaCheck = Of<"json_schema">;
export type ToolCallsCheck = Of<"tool_calls">;
export type ExpressionCheck = Of<"expression">;
export type Judge = Of<"judge">;
export type WebhookCheck = Of<"webhook">;

/** One evaluator of an agent. The newest of a name is meant by the name; older ones keep their ids. */
export interface Evaluator {
  id: string;
  agent: string;
  name: string;
  epoch: string;
  definition: EvaluatorDefinition;
  /** Signs what a webhook evaluator is sent; null for all others. */
  secret: string | null;
  createdMs: number;
}

/** The least score that passes: the stated one, or the middle of the scale. */
export function thresholdOf({ scale: [low, high], threshold, against }: Judge): number {
  if (against === "baseline") return threshold ?? 0.5;
  return threshold ?? (low + high) / 2;
}

/** Whether asking it costs money or a call out. */
export const callsOut = ({ type }: EvaluatorDefinition): boolean => type === "judge" || type === "webhook";

function regexProblem(pattern: string): string | null {
  const compiled = compileLinear(pattern);
  return compiled.kind === "refused" ? compiled.message : null;
}

function expressionProblem(expression: string): string | null {
  const reading = readExpression(expression);
  return reading.ok ? null : reading.message;
}

function told(ctx: z.core.$RefinementCtx, message: string | null): void {
  if (message !== null) ctx.addIssue({ code: "custom", message });
}
