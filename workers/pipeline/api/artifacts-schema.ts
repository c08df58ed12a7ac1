// Artifacts as they are asked for and read, in OpenAPI's terms. The records are domain/artifact.
import * as z from "zod";
import type { KeptVersion } from "../../../d1/artifacts.ts";
import { artifactKinds, longestSlug, refOf, type Artifact } from "../../../domain/artifact/artifact.ts";
import type { ModelDraft } from "../../../domain/artifact/draft-ask.ts";
import {
  artifactStates,
  latestVersion,
  promotedVersion,
  stateOf,
  versionState,
  type LifecycleEntry,
} from "../../../domain/artifact/lifecycle.ts";
import { pathText } from "./endpoint.ts";

export const artifactKind = z.enum(artifactKinds);
export const artifactState = z.enum(artifactStates);
const mostVersionsNamed = 50;

export const applicability = z.strictObject({
  agent_versions: z.array(z.string().min(1).max(200)).max(mostVersionsNamed).default([]).meta({
    description: "Versions of the agent that it is meant for, exact or ending in `*`; empty: all.",
  }),
  when: z.string().trim().min(1).max(2_000).nullable().default(null).meta({ description: "In words: when it helps." }),
});

const expected = z.object({
  signal: z.string().meta({ description: "Slug: `signal.<slug>` is the rate that is to fall." }),
  from: z.number(),
  to: z.number(),
  to_low: z.number(),
  to_high: z.number(),
  basis: z.string(),
});
const hypothesis = z.object({ statement: z.string(), target_signal_id: z.string().nullable(), expected: expected.nullable() });

/** What a person may promise of a version that they write. */
const promised = z.strictObject({
  statement: z.string().trim().min(1).max(2_000),
  target_signal_id: pathText.nullable().default(null),
  expected_rate: z.number().min(0).max(1).nullable().default(null).meta({ description: "To which the target signal's rate is to fall." }),
});

const from = z
  .strictObject({ signal_id: pathText.optional(), incident_id: pathText.optional() })
  .meta({ description: "What it was made from." });

const version = {
  content: z.union([z.string(), z.record(z.string(), z.unknown())]).meta({
    description:
      "By kind. skill: a SKILL.md, or `{files: {path: text}}`, or `{description, instructions, files}`. sub_agent: Markdown with front matter, or `{description, prompt, tools, model}`. tool_wrapper: `{tool, schema_patch, guidance}`, the patch being a JSON Merge Patch on the parameters' JSON Schema. prompt_fragment: a text, or `{slot, order, text}`.",
  }),
  from: from.optional(),
  hypothesis: promised.optional(),
  applies_to: applicability.prefault({}),
};

export const artifactAsked = z.strictObject({
  agent: z.string().min(1).max(200),
  kind: artifactKind,
  name: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .meta({
      description: `A skill's and a sub-agent's is its own name: at most ${longestSlug} lower-case letters, digits and hyphens.`,
    }),
  ...version,
});
export const versionAsked = z.strictObject(version);
export type VersionAsked = z.output<typeof versionAsked>;

const reason = z.string().trim().min(1).max(2_000);
const named = z.int().min(1).max(100_000);
export const validateAsked = z.strictObject({
  version: named.optional().meta({ description: "The newest when absent." }),
  gate_id: pathText.optional().meta({ description: "A gate that it passed, on cases it was not made from." }),
  sign_off: z.boolean().default(false).meta({ description: "A person signs for it in place of a gate, and says why." }),
  reason: reason.nullable().default(null),
});
export const promoteAsked = z.strictObject({
  version: named.optional().meta({ description: "The newest validated one when absent." }),
  gate_id: pathText.optional().meta({ description: "The gate that validated it when absent." }),
  reason: reason.nullable().default(null),
});
export const deprecateAsked = z.strictObject({ gate_id: pathText.optional(), reason: reason.nullable().default(null) });
export const revertAsked = z.strictObject({
  version: named.optional().meta({ description: "What is to be taken out; a repeated request then changes nothing." }),
  gate_id: pathText.optional(),
  reason: reason.meta({ description: "Why; kept in its history and in the audit log." }),
});

const content = z.record(z.string(), z.unknown());
const provenance = z.object({
  signal_id: z.string().nullable(),
  incident_id: z.string().nullable(),
  finding_ids: z.array(z.string()),
  run_ids: z.array(z.string()),
  made_by: z.enum(["person", "rule", "model"]),
  model: z.string().nullable(),
});
export const versionSchema = z
  .object({
    version: z.number(),
    ref: z.string().meta({ description: "`slug@version`: as runs and candidates name it." }),
    state: artifactState,
    content,
    hash: z.string(),
    parent_version: z.number().nullable(),
    provenance,
    hypothesis: hypothesis.nullable(),
    applies_to: z.object({ agent_versions: z.array(z.string()), when: z.string().nullable() }),
    gate_id: z.string().nullable().meta({ description: "The gate that it was last let through by." }),
    experiment_id: z.string().nullable().meta({ description: "The experiment or evaluation behind that gate." }),
    created_at: z.string(),
    by: z.string(),
  })
  .meta({ id: "ArtifactVersion", description: "One version; it never changes." });

const head = {
  id: z.string(),
  agent: z.string(),
  slug: z.string(),
  kind: artifactKind,
  name: z.string(),
  state: artifactState,
  promoted_version: z.number().nullable(),
  latest_version: z.number(),
  created_at: z.string(),
  updated_at: z.string(),
};
export const listedArtifact = z.object(head).meta({ id: "ListedArtifact", description: "An artifact, without its versions." });
const historyEntry = z.object({
  at: z.string(),
  by: z.string(),
  action: z.enum(["made", "version_added", "validated", "promoted", "deprecated", "reverted"]),
  version: z.number(),
  promoted_version: z.number().nullable(),
  gate_id: z.string().nullable(),
  policy_id: z.string().nullable(),
  reason: z.string().nullable(),
});
export const modelDraft = z
  .object({
    status: z.enum(["pending", "ok", "failed", "off"]),
    error: z.string().nullable(),
    of_version: z.number().meta({ description: "The version that it is to better." }),
    version: z.number().nullable().meta({ description: "That it became; null where it is not done, or had nothing better to say." }),
    cost_usd: z.number(),
  })
  .meta({ id: "ModelDraft", description: "How far Claude's draft is." });
export const conflict = z.object({ about: z.string(), artifacts: z.array(z.string()), message: z.string() });
export const artifactSchema = z
  .object({
    ...head,
    versions: z.array(versionSchema).meta({ description: "Oldest first." }),
    history: z.array(historyEntry).meta({ description: "Oldest first." }),
    model_draft: modelDraft.nullable().meta({ description: "null where none was asked for." }),
    conflicts: z.array(conflict).meta({ description: "Where it contradicts others that are in use, or may." }),
  })
  .meta({ id: "Artifact", description: "One thing that changes an agent, in versions." });

const timeOf = (ms: number): string => new Date(ms).toISOString();

export function artifactHead({ id, agent, slug, kind, name, lifecycle, createdMs, updatedMs }: Artifact): z.input<typeof listedArtifact> {
  return {
    id,
    agent,
    slug,
    kind,
    name,
    state: stateOf(lifecycle),
    promoted_version: promotedVersion(lifecycle),
    latest_version: latestVersion(lifecycle),
    created_at: timeOf(createdMs),
    updated_at: timeOf(updatedMs),
  };
}

export function versionView({ slug, lifecycle }: Artifact, one: KeptVersion): z.input<typeof versionSchema> {
  return {
    version: one.version,
    ref: refOf(slug, one.version),
    state: versionState(lifecycle, one.version),
    content: { ...one.content },
    hash: one.hash,
    parent_version: one.parentVersion,
    provenance: one.provenance,
    hypothesis: one.hypothesis,
    applies_to: one.applicability,
    gate_id: one.gateId,
    experiment_id: one.experimentId,
    created_at: timeOf(one.createdMs),
    by: one.by,
  };
}

export const historyView = (entry: LifecycleEntry): z.input<typeof historyEntry> => ({ ...entry });

export const modelDraftView = ({ status, error, of_version, version: became, cost_usd }: ModelDraft): z.input<typeof modelDraft> => ({
  status,
  error,
  of_version,
  version: became,
  cost_usd,
});
