// The observations of one trace, in any order, to one run. It knows no dialect. What it decides: which observations are steps,
// which of them lead, when the run began and ended, and what it was asked and answered.
import type { Config, RunDraft, Score } from "../run/run.ts";
import { agentNameOf, agentVersionOf, cohortOf, metadataOf, sessionOf, tagsOfRun, userOf, type KeyChoice } from "./about-run.ts";
import { boundNames } from "./bound-names.ts";
import { firstOf, labelOf, listOf, textOf } from "./json-value.ts";
import { lastText, lastUserText } from "./messages.ts";
import { compareNs, isoOf } from "./nanoseconds.ts";
import { mergeNestedCalls } from "./nested-calls.ts";
import type { Observation } from "./observation.ts";
import type { JsonObject, JsonValue } from "./record.ts";
import { outcomeOf } from "./run-status.ts";
import { stepOf } from "./step-of.ts";
import { mergeTools } from "./tool-definitions.ts";
import { withToolsFromMessages } from "./tools-from-messages.ts";
import { traceTree, type TraceTree } from "./trace-tree.ts";

export interface AssembleOptions extends KeyChoice {
  traceId: string;
  /** Nothing more is expected, whether or not a root came. */
  isClosed: boolean;
  /** A root has come and has ended. */
  hasEndedRoot: boolean;
}

/** The run; null when no observation has a time or none is a step. */
export function assembleRun(observations: readonly Observation[], options: AssembleOptions): RunDraft | null {
  const led = withLeads(mergeNestedCalls(observations));
  const tree = traceTree(withToolsFromMessages(led));
  const kept = tree.inOrder.filter((observation) => observation.kind !== "helper");
  const calls = kept.filter((observation) => observation.kind === "llm" || observation.kind === "tool" || observation.kind === "retrieval");
  const parents = stepParents(tree);
  const leads = leadsOf(tree);
  const [startNs, endNs] = spanOf(leads, tree.inOrder);
  if (startNs === null || kept.length === 0) return null;
  const isOver = options.isClosed || options.hasEndedRoot;
  const outcome = outcomeOf(leads, calls, isOver, options.hasEndedRoot);
  const models = calls.filter((observation) => observation.kind === "llm");
  const outermostFirst = tree.outermostFirst;
  return boundNames({
    source_id: options.traceId,
    agent: agentNameOf(outermostFirst) || "unknown",
    agent_version: agentVersionOf(outermostFirst),
    session_id: sessionOf(outermostFirst),
    user_id: userOf(outermostFirst, options),
    cohort: cohortOf(outermostFirst, options),
    tags: tagsOfRun(outermostFirst),
    started_at: isoOf(startNs),
    ended_at: endNs === null || !isOver ? null : isoOf(endNs),
    status: outcome.status,
    error: outcome.error,
    input: inputOf(leads, models),
    output: outputOf(leads, models),
    config: configOf(outermostFirst, models),
    flags: [
      ...(kept.some(
        (observation) =>
          observation.startNs !== null && observation.endNs !== null && compareNs(observation.endNs, observation.startNs) < 0,
      )
        ? (["clock_skew"] as const)
        : []),
      ...(observations.some((observation) => observation.truncated) ? (["truncated"] as const) : []),
    ],
    scores: distinctScores(tree.inOrder.flatMap((observation) => observation.scores)),
    steps: kept.map((observation) => stepOf(observation, parents.get(observation.id)?.id ?? null)),
    metadata: metadataOf(outermostFirst),
    instrumentation: instrumentationOf([...models, ...kept]),
    sample_rate: 1,
    experiment: experimentOf(outermostFirst),
    shadow_of: ownAttribute(outermostFirst, "bento.shadow_of"),
    declared_usage: leads.length === 1 ? (leads[0]?.runUsage ?? null) : null,
    declared_cost_usd: null,
  });
}

/** A chain or workflow under a true root, with no step around it, is the agent. */
function withLeads(observations: readonly Observation[]): Observation[] {
  const tree = traceTree(observations);
  const covered = tree.inherit(
    () => false,
    (parent, isCovered) => isCovered || parent.kind !== "helper" || parent.canLead,
  );
  return observations.map((observation) =>
    observation.canLead && tree.missingParents.get(observation.id) === null && covered.get(observation.id) === false
      ? { ...observation, kind: "agent" }
      : observation,
  );
}

/** The outermost agents by start; without any, the tops of the tree. */
function leadsOf(tree: TraceTree): Observation[] {
  const below = tree.inherit(
    () => false,
    (parent, isBelow) => isBelow || parent.kind === "agent",
  );
  const agents = tree.inOrder.filter((observation) => observation.kind === "agent" && below.get(observation.id) === false);
  return agents.length > 0 ? agents : tree.inOrder.filter((observation) => observation.parentId === null);
}

/** By id: the nearest ancestor that is a step; where the chain breaks off, the id that never came. */
function stepParents(tree: TraceTree): ReadonlyMap<string, { id: string | null }> {
  return tree.inherit<{ id: string | null }>(
    (observation) => ({ id: tree.missingParents.get(observation.id) ?? null }),
    (parent, inherited) => (parent.kind === "helper" ? inherited : { id: parent.id }),
  );
}

/** First start and last end of what leads, else of everything. */
function spanOf(leads: readonly Observation[], all: readonly Observation[]): [string | null, string | null] {
  const starts = (list: readonly Observation[]) => list.flatMap((observation) => observation.startNs ?? []).toSorted(compareNs);
  const ends = (list: readonly Observation[]) => list.flatMap((observation) => observation.endNs ?? []).toSorted(compareNs);
  const startNs = starts(leads)[0] ?? starts(all)[0] ?? ends(all)[0] ?? null;
  const endNs = ends(leads).at(-1) ?? ends(all).at(-1) ?? null;
  return startNs !== null && endNs !== null && compareNs(endNs, startNs) < 0 ? [startNs, ends(all).at(-1) ?? null] : [startNs, endNs];
}

/** What the user asked in this run: of the one that leads, else of the first model call. */
function inputOf(leads: readonly Observation[], models: readonly Observation[]): JsonValue {
  for (const lead of leads) {
    const asked = lastUserText(lead.inputMessages) ?? lead.input;
    if (asked !== null) return asked;
  }
  return firstOf<JsonValue>(...models.map((model) => lastUserText(model.inputMessages)), models[0]?.input);
}

/** What it answered: of the one that leads, else of the last model call if that is an answer. */
function outputOf(leads: readonly Observation[], models: readonly Observation[]): JsonValue {
  for (const lead of leads.toReversed()) {
    const answered = lastText(lead.outputMessages) ?? lead.output;
    if (answered !== null) return answered;
  }
  const last = models.at(-1);
  const asksMore = last?.outputMessages?.some((message) => (message.tool_calls?.length ?? 0) > 0) === true;
  return last === undefined || asksMore ? null : firstOf<JsonValue>(lastText(last.outputMessages), last.output);
}

function configOf(outermostFirst: readonly Observation[], models: readonly Observation[]): Config {
  const [lead] = models;
  const of = <T>(read: (observation: Observation) => T | null): T | null => firstOf(...models.map(read), ...outermostFirst.map(read));
  const prompt = {
    name: of(({ prompt: { name } }) => name),
    version: of(({ prompt: { version } }) => version),
    text: firstOf(
      of(({ prompt: { text } }) => text),
      of(({ systemText }) => systemText),
    ),
    hash: null,
  };
  return {
    model: firstOf(...models.map((model) => model.requestModel ?? model.responseModel)),
    prompt: prompt.name === null && prompt.version === null && prompt.text === null ? null : prompt,
    tools: mergeTools(outermostFirst.map((observation) => observation.tools)),
    params: lead?.params ?? {},
    artifacts: listOf(ownValue(outermostFirst, "bento.artifacts")).flatMap((item) => {
      const [, name, version] = /^(.+)@([^@]+)$/.exec(textOf(item) ?? "") ?? [];
      return name === undefined || version === undefined ? [] : [{ name, version }];
    }),
  };
}

/** What wrote the model calls says most about the client; a name with a version most about a change of it. */
function instrumentationOf(observations: readonly Observation[]): Observation["instrumentation"] {
  const named = observations.flatMap(({ instrumentation }) => instrumentation ?? []);
  return named.find(({ version }) => version !== null) ?? named[0] ?? null;
}

/** The arm that an agent was given by the assignment, told back on any of its spans. */
function experimentOf(outermostFirst: readonly Observation[]): RunDraft["experiment"] {
  const id = ownAttribute(outermostFirst, "bento.experiment.id");
  const arm = ownAttribute(outermostFirst, "bento.experiment.arm");
  return id === null || arm === null ? null : { id, arm, unit: ownAttribute(outermostFirst, "bento.experiment.unit") };
}

const ownAttribute = (observations: readonly Observation[], name: string): string | null => labelOf(ownValue(observations, name));

function ownValue(observations: readonly Observation[], name: string): JsonValue {
  const holds = (object: JsonObject): JsonValue => (Object.hasOwn(object, name) ? (object[name] ?? null) : null);
  return firstOf(...observations.map(({ attributes, labels, resource }) => firstOf(holds(attributes), holds(labels), holds(resource))));
}

function distinctScores(scores: readonly Score[]): Score[] {
  const byContent = new Map(scores.map((score) => [JSON.stringify([score.name, score.value, score.source, score.comment]), score]));
  return [...byContent.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, score]) => score);
}
