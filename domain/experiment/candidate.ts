// What is compared with what runs now: a config, or parts of one that differ from what was recorded, artifacts, and who runs it. Only what
// is named differs; everything else stays as the recorded run had it.
import * as z from "zod";
import type { Config, PromptRef, ToolDefinition } from "../run/run.ts";
import { toolDefinitionOf } from "../wire/tool-definitions.ts";

const mostTools = 200;
const mostArtifacts = 100;
const longestPrompt = 200_000;

const modelName = z.string().trim().min(1).max(200);
const label = z.string().min(1).max(200);

const prompt = z
  .union([
    z.string().min(1).max(longestPrompt),
    z.strictObject({
      name: label.nullish(),
      version: label.nullish(),
      text: z.string().min(1).max(longestPrompt).nullish(),
      hash: label.nullish(),
    }),
  ])
  .transform((given): PromptRef => {
    if (typeof given === "string") return { name: null, version: null, text: given, hash: null };
    const { name = null, version = null, text = null, hash = null } = given;
    return { name, version, text, hash };
  })
  .meta({ description: "A text, or `{name, version, text}`." });

const tool = z
  .union([
    z.string().min(1).max(200),
    z.looseObject({ name: z.string().min(1).max(200), description: z.string().nullish(), parameters: z.unknown().optional() }),
  ])
  .transform((given, ctx): ToolDefinition => {
    const read = toolDefinitionOf(given);
    if (read === null) ctx.addIssue({ code: "custom", message: 'must be {"name", "description", "parameters"} or a tool\'s name' });
    return read ?? z.NEVER;
  });

const partialConfig = z.strictObject({
  model: modelName.optional(),
  prompt: prompt.optional(),
  tools: z.array(tool).max(mostTools).optional(),
  params: z.record(z.string(), z.unknown()).optional(),
});

const driver = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("claude") }),
  z.strictObject({
    type: z.literal("webhook"),
    url: z.string().min(1).max(2_000),
    secret: z
      .string()
      .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, "must be `whsec_` and the base64 of 24 to 64 bytes; leave it out to have one made")
      .optional()
      .meta({ description: "Signs every call (Standard Webhooks). Never shown again." }),
  }),
]);

/** `{model}` is short for `{config: {model}}`. */
export const candidateAsked = z
  .strictObject({
    model: modelName.optional(),
    config: partialConfig.optional(),
    artifacts: z
      .array(z.string().regex(/^[^@\s]+@[^@\s]+$/, "must be slug@version"))
      .max(mostArtifacts)
      .optional(),
    driver: driver.optional(),
  })
  .refine(({ model, config }) => model === undefined || config?.model === undefined || config.model === model, {
    message: "says two models: give `model` or `config.model`",
    path: ["model"],
  })
  .refine(({ model, config, artifacts, driver: by }) => [model, config, artifacts, by].some((one) => one !== undefined), {
    message: "says nothing that differs: give a model, a config, artifacts or a driver",
  })
  .transform(({ model, config, artifacts = [], driver: by }) => {
    const whole = { ...config, ...(model === undefined ? {} : { model }) };
    return { config: whole, artifacts, driver: by ?? { type: "claude" as const } };
  });

export type CandidateAsked = z.output<typeof candidateAsked>;

/** As it is kept and shown: a driver's secret stands apart. */
export interface Candidate {
  config: CandidateAsked["config"];
  artifacts: string[];
  driver: { type: "claude" } | { type: "webhook"; url: string };
}

/** The candidate without its secret, and the secret; null where none was given. */
export function withoutSecret({ config, artifacts, driver: by }: CandidateAsked): { candidate: Candidate; secret: string | null } {
  if (by.type === "claude") return { candidate: { config, artifacts, driver: by }, secret: null };
  const { url, secret = null } = by;
  return { candidate: { config, artifacts, driver: { type: "webhook", url } }, secret };
}

/** What the recorded agent would have been as the candidate. Parameters and the prompt are taken whole, not merged. */
export function candidateConfig({ config, artifacts }: Candidate, recorded: Config): Config {
  return {
    model: config.model ?? recorded.model,
    prompt: config.prompt ?? recorded.prompt,
    tools: config.tools ?? recorded.tools,
    params: config.params ?? recorded.params,
    artifacts: artifacts.length === 0 ? recorded.artifacts : artifacts.flatMap(readArtifact),
  };
}

function readArtifact(text: string): Config["artifacts"] {
  const [, name, version] = /^([^@]+)@([^@]+)$/.exec(text) ?? [];
  return name === undefined || version === undefined ? [] : [{ name, version }];
}
