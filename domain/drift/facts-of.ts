// A run boiled down to its facts: the one place where a whole trace becomes the small record that baselines, detection and
// attribution read. No text of the trace goes in beyond names and bounded categories.
import { category } from "../run/category.ts";
import { toolHash } from "../run/config-hash.ts";
import { observeAll, type CustomDimension } from "../run/custom-dimension.ts";
import { canonicalJson, fingerprint } from "../run/fingerprint.ts";
import type { Run } from "../run/run.ts";
import { toolName } from "../run/tool-observations.ts";
import type { Observation, RunFacts, Versions } from "./facts.ts";
import { classObservations } from "./signal-observations.ts";

/** Tools, models and artifacts of one run that are kept as possible causes. */
const mostParts = 64;
/** The largest weight a run may claim: below one in 10,000 a sample says too little to stand for so much. */
const largestWeight = 10_000;

/**
 * The facts of one revision of a run. @param version orders its revisions (a greater string is newer) @param custom the agent's own
 * dimensions @param classes keys of the classes of its findings
 */
export function factsOf(run: Run, version: string, custom: readonly CustomDimension[] = [], classes: readonly string[] = []): RunFacts {
  const unit = run.session_id ?? run.user_id;
  const observations = observeAll(run, custom);
  return {
    id: run.id,
    version,
    atMs: Date.parse(run.started_at),
    weight: run.sample_rate > 0 ? Math.min(largestWeight, Math.max(1, 1 / run.sample_rate)) : 1,
    status: run.status,
    session: unit === null ? null : fingerprint(unit),
    cohort: cohortIn(observations),
    versions: versionsOf(run),
    toolsUsed: [...new Set(run.steps.filter((step) => step.type === "tool").map(toolName))].sort().slice(0, mostParts),
    observations: classes.length === 0 ? observations : [...observations, ...classObservations(classes)],
  };
}

const cohortPrefix = "cohort.";

function cohortIn(observations: readonly Observation[]): Record<string, string> {
  const attributes = observations.flatMap(({ dimension, value }): [string, string][] =>
    dimension.startsWith(cohortPrefix) && typeof value === "string" ? [[dimension.slice(cohortPrefix.length), value]] : [],
  );
  return Object.fromEntries(attributes);
}

function versionsOf(run: Run): Versions {
  const { config, instrumentation } = run;
  const models = new Set<string>();
  if (config.model) models.add(category(config.model));
  for (const step of run.steps) if (step.type === "llm" && step.model) models.add(category(step.model));
  const tools = config.tools.slice(0, mostParts).map((tool): [string, string] => [category(tool.name), toolHash(tool)]);
  return {
    agentVersion: run.agent_version === null ? null : category(run.agent_version),
    models: [...models].sort().slice(0, mostParts),
    prompt: config.prompt?.hash ?? config.prompt?.version ?? null,
    promptName: config.prompt?.name ?? null,
    tools: Object.fromEntries(tools.sort(([a], [b]) => (a < b ? -1 : 1))),
    artifacts: config.artifacts
      .map((artifact) => category(`${artifact.name}@${artifact.version}`))
      .sort()
      .slice(0, mostParts),
    params: Object.keys(config.params).length === 0 ? null : fingerprint(canonicalJson(config.params)),
    instrumentation:
      instrumentation === null ? null : [instrumentation.name, instrumentation.version].filter((part) => part !== null).join("@") || null,
  };
}
