// Who and what a run was about: agent, version, user, session, cohort, tags, metadata. Any observation of the trace may say it;
// the outermost that does is believed. Customers name their own keys for user and cohort, which come first.
import { firstOf, labelOf } from "./json-value.ts";
import type { Observation } from "./observation.ts";
import type { JsonObject, JsonValue } from "./record.ts";

export interface KeyChoice {
  /** Names of attributes or metadata that hold the user, best first. */
  userKeys: readonly string[];
  /** Names of attributes or metadata that are cohort attributes, beside the usual ones. */
  cohortKeys: readonly string[];
}

const userLabels = ["userId", "user_id", "userid", "user"];
const sessionLabels = ["sessionId", "session_id", "thread_id", "threadId", "conversation_id", "conversationId", "chat_id"];
const cohortLabels = ["cohort", "plan", "tier", "segment", "locale", "language", "country", "region", "channel", "variant", "intent"];
/** Longer values are content and would make a cohort of one. */
const longestCohortValue = 200;

/** The first value that `read` finds, outermost observations first. */
function first<T>(observations: readonly Observation[], read: (observation: Observation) => T | null): T | null {
  for (const observation of observations) {
    const found = read(observation);
    if (found !== null) return found;
  }
  return null;
}

/** The explicit name, else the dialect's root name, else the service, else `unknown`. */
export function agentNameOf(outermostFirst: readonly Observation[]): string {
  const agents = outermostFirst.filter((observation) => observation.kind === "agent");
  return (
    first(agents, (agent) => agent.agentName) ??
    first(outermostFirst, (observation) => observation.agentName) ??
    first(outermostFirst, (observation) => observation.rootName) ??
    first(outermostFirst, (observation) => labelOf(observation.resource["service.name"])) ??
    "unknown"
  ).trim();
}

export const agentVersionOf = (outermostFirst: readonly Observation[]): string | null =>
  first(outermostFirst, (observation) => observation.agentVersion) ??
  first(outermostFirst, (observation) => labelOf(observation.resource["service.version"]));

export function userOf(outermostFirst: readonly Observation[], { userKeys }: KeyChoice): string | null {
  return (
    first(outermostFirst, (observation) => labelled(observation, userKeys)) ??
    first(outermostFirst, (observation) => observation.userId) ??
    first(outermostFirst, (observation) => inLabels(observation.labels, userLabels))
  );
}

export function sessionOf(outermostFirst: readonly Observation[]): string | null {
  return (
    first(outermostFirst, (observation) => observation.sessionId) ??
    first(outermostFirst, (observation) => inLabels(observation.labels, sessionLabels))
  );
}

/** The metadata of the outermost observation that has any. */
export const metadataOf = (outermostFirst: readonly Observation[]): JsonObject =>
  outermostFirst.find((observation) => Object.keys(observation.labels).length > 0)?.labels ?? {};

export const tagsOfRun = (outermostFirst: readonly Observation[]): string[] => [
  ...new Set(outermostFirst.flatMap((observation) => observation.tags)),
];

export function cohortOf(outermostFirst: readonly Observation[], { cohortKeys }: KeyChoice): Record<string, string> {
  const entries: [string, string][] = [];
  for (const name of new Set([...cohortKeys, ...cohortLabels])) {
    const value = first(outermostFirst, (observation) => labelled(observation, [name, `app.${name}`, `user.${name}`]));
    if (value !== null && value.length <= longestCohortValue) entries.push([name, value]);
  }
  const environment = first(outermostFirst, ({ attributes, resource }) =>
    firstOf(
      labelOf(attributes["langfuse.environment"]),
      labelOf(resource["deployment.environment.name"]),
      labelOf(resource["deployment.environment"]),
    ),
  );
  if (environment !== null && environment !== "default") entries.push(["environment", environment]);
  return Object.fromEntries(entries);
}

/** The value under the first of `names`, in the sender's metadata, attributes or resource. */
function labelled({ labels, attributes, resource }: Observation, names: readonly string[]): string | null {
  for (const name of names) {
    const value = firstOf(inLabels(labels, [name]), own(attributes, name), own(resource, name));
    if (value !== null) return value;
  }
  return null;
}

const inLabels = (labels: JsonObject, names: readonly string[]): string | null => firstOf(...names.map((name) => own(labels, name)));

const own = (object: JsonObject, name: string): string | null =>
  Object.hasOwn(object, name) ? labelOf(object[name] satisfies JsonValue | undefined) : null;
