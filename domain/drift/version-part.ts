// A run's configuration taken apart into named parts, each a possible cause: one model, one prompt, one tool's definition, one
// artifact, the agent's version, its parameters, its instrumentation. A part has a slot (what it is) and a value (which one).
import type { ChangeKind } from "./drift.ts";
import type { RunFacts } from "./facts.ts";

export interface VersionPart {
  kind: ChangeKind;
  /** What is versioned: the prompt's name, the tool, the artifact's slug; the same for every value of it. */
  slot: string;
  value: string;
}

/** The name of a run's call parameters among environment changes. */
export const paramsSlot = "params";
/** The slot of the agent's own version: a label that every release moves, whatever else it changes. */
export const agentVersionSlot = "agent_version";

/** All parts that a run shows. */
export function versionParts({ versions }: RunFacts): VersionPart[] {
  const parts: VersionPart[] = versions.models.map((model) => ({ kind: "model", slot: "model", value: model }));
  if (versions.prompt !== null) parts.push({ kind: "prompt", slot: versions.promptName ?? "prompt", value: versions.prompt });
  for (const [tool, hash] of Object.entries(versions.tools)) parts.push({ kind: "tool", slot: tool, value: hash });
  for (const artifact of versions.artifacts) parts.push({ kind: "artifact", slot: slugOf(artifact), value: artifact });
  if (versions.agentVersion !== null) parts.push({ kind: "environment", slot: agentVersionSlot, value: versions.agentVersion });
  if (versions.params !== null) parts.push({ kind: "environment", slot: paramsSlot, value: versions.params });
  if (versions.instrumentation !== null) parts.push({ kind: "instrumentation", slot: "instrumentation", value: versions.instrumentation });
  return parts;
}

/** `slug` of `slug@version`. */
export function slugOf(artifact: string): string {
  const at = artifact.lastIndexOf("@");
  return at <= 0 ? artifact : artifact.slice(0, at);
}

/** How people name the change to this part: the tool's name, `params`, else the value itself. */
export function refOf(part: VersionPart): string {
  return part.kind === "tool" ? part.slot : part.slot === paramsSlot ? paramsSlot : part.value;
}
