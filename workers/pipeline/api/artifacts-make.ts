// How a version comes to be: its content checked, what it was made from looked up, what it promises settled. Whatever is not of the project or
// of the agent is refused, so that provenance never points anywhere else.
import { findIncident } from "../../../d1/incidents.ts";
import { findSignal } from "../../../d1/signal-rows.ts";
import {
  contentHash,
  noProvenance,
  type ArtifactKind,
  type ArtifactVersion,
  type Hypothesis,
  type Provenance,
} from "../../../domain/artifact/artifact.ts";
import { readContent } from "../../../domain/artifact/content.ts";
import type { Signal } from "../../../domain/signal/signal.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import type { VersionAsked } from "./artifacts-schema.ts";

interface Of {
  agent: string;
  kind: ArtifactKind;
  /** As its content must name it. */
  name: string;
}

export type MadeVersion = Pick<ArtifactVersion, "content" | "hash" | "provenance" | "hypothesis" | "applicability">;

/** Throws Refusal 404 and 422. */
export async function makeVersion(env: Env, projectId: string, { agent, kind, name }: Of, asked: VersionAsked): Promise<MadeVersion> {
  const reading = readContent(kind, name, asked.content);
  if (!reading.ok)
    throw new Refusal(422, `The content is no ${kind.replace("_", " ")} that an agent could load; details say why.`, reading.problems);
  const provenance = await provenanceOf(env, projectId, agent, asked);
  const hypothesis = await hypothesisOf(env, projectId, agent, asked, provenance);
  return {
    content: reading.content,
    hash: contentHash(kind, reading.content),
    provenance,
    hypothesis,
    applicability: asked.applies_to,
  };
}

async function provenanceOf(env: Env, projectId: string, agent: string, { from = {} }: VersionAsked): Promise<Provenance> {
  const { signal_id: signalId, incident_id: incidentId } = from;
  const signal = signalId === undefined ? null : await signalOf(env, projectId, agent, signalId, "from.signal_id");
  const incident = incidentId === undefined ? null : await findIncident(env.INDEX, projectId, incidentId);
  if (incidentId !== undefined && incident?.agent !== agent)
    throw new Refusal(404, "The agent has no such incident.", [{ path: "from.incident_id", message: "no such incident of the agent" }]);
  const runs = [...(signal?.examples ?? []), ...(incident?.lineage.runs ?? [])];
  return { ...noProvenance, signal_id: signal?.id ?? null, incident_id: incident?.id ?? null, run_ids: [...new Set(runs)] };
}

async function hypothesisOf(
  env: Env,
  projectId: string,
  agent: string,
  { hypothesis }: VersionAsked,
  { signal_id: fromSignal }: Provenance,
): Promise<Hypothesis | null> {
  if (hypothesis === undefined) return null;
  const { statement, target_signal_id: named, expected_rate: to } = hypothesis;
  const target = named ?? fromSignal;
  const signal = target === null ? null : await signalOf(env, projectId, agent, target, "hypothesis.target_signal_id");
  if (to !== null && (signal === null || signal.rate === null))
    throw new Refusal(422, "An expected rate needs a target signal that has a rate.", [
      { path: "hypothesis.expected_rate", message: "name the signal whose rate it is: target_signal_id" },
    ]);
  const expected =
    to === null || signal === null || signal.rate === null
      ? null
      : { signal: signal.slug, from: signal.rate, to, to_low: to, to_high: to, basis: "As its author expects." };
  return { statement, target_signal_id: signal?.id ?? null, expected };
}

async function signalOf(env: Env, projectId: string, agent: string, id: string, path: string): Promise<Signal> {
  const row = await findSignal(env.INDEX, projectId, id);
  if (row === null || row.record.agent !== agent)
    throw new Refusal(404, "The agent has no such signal.", [{ path, message: "no such signal of the agent" }]);
  return row.record;
}
