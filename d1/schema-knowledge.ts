// The index of what was learned: artifacts with their versions, optimisations that were shipped, policies that people signed, and entries of
// the Book. Every table carries project_id first in its key.
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** A thing that changes an agent: a skill, a sub-agent, a tool wrapper or a prompt fragment. Its versions stand apart and never change. */
export const artifact = sqliteTable(
  "artifact",
  {
    projectId: text("project_id").notNull(),
    id: text("id").notNull(),
    agent: text("agent").notNull(),
    /** Names it among the agent's artifacts, and in what runs say of themselves: `slug@version`. */
    slug: text("slug").notNull(),
    kind: text("kind").notNull(),
    name: text("name").notNull(),
    /** candidate, validated, promoted or deprecated */
    state: text("state").notNull(),
    /** null while none is. */
    promotedVersion: integer("promoted_version"),
    /** JSON of domain/artifact/lifecycle.ts Lifecycle: written only over the one that it was made from. */
    record: text("record").notNull(),
    /** JSON of domain/artifact/draft.ts ModelDraft: how far Claude's draft is; null where none was asked for. */
    drafting: text("drafting"),
    /** When the model's draft is due to be looked at again; null when it is not. */
    draftDueMs: integer("draft_due_ms"),
    createdMs: integer("created_ms").notNull(),
    updatedMs: integer("updated_ms").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.projectId, t.id] }),
    uniqueIndex("artifact_of_agent").on(t.projectId, t.agent, t.slug),
    index("artifact_draft_due").on(t.draftDueMs),
  ],
);

export const artifactVersion = sqliteTable(
  "artifact_version",
  {
    projectId: text("project_id").notNull(),
    artifactId: text("artifact_id").notNull(),
    /** From 1, without gaps. */
    version: integer("version").notNull(),
    /** JSON of domain/artifact/content.ts ArtifactContent */
    content: text("content").notNull(),
    /** SHA-256 hex of what it is: kind and content, as canonical JSON. */
    hash: text("hash").notNull(),
    parentVersion: integer("parent_version"),
    /** JSON of domain/artifact/artifact.ts Provenance */
    provenance: text("provenance").notNull(),
    /** JSON of domain/artifact/artifact.ts Hypothesis; null where nothing is promised. */
    hypothesis: text("hypothesis"),
    /** JSON of domain/artifact/artifact.ts Applicability */
    applicability: text("applicability").notNull(),
    /** The gate that it was last let through by, and the experiment or evaluation behind that. */
    gateId: text("gate_id"),
    experimentId: text("experiment_id"),
    createdMs: integer("created_ms").notNull(),
    by: text("by").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.artifactId, t.version] })],
);

/** A version that was shipped: what it promised, and what came of it. */
export const optimisation = sqliteTable(
  "optimisation",
  {
    projectId: text("project_id").notNull(),
    id: text("id").notNull(),
    agent: text("agent").notNull(),
    artifactId: text("artifact_id").notNull(),
    version: integer("version").notNull(),
    /** JSON of domain/artifact/artifact.ts ExpectedEffect; null where nothing was promised. */
    expected: text("expected"),
    /** JSON of domain/artifact/effect.ts MeasuredEffect; null before the first look. */
    measured: text("measured"),
    /** waiting, kept, not_kept or unclear */
    state: text("state").notNull(),
    shippedMs: integer("shipped_ms").notNull(),
    /** When it was taken out or replaced; null while it is in use. */
    endedMs: integer("ended_ms"),
    /** When it is to be measured again; null when no more. */
    dueMs: integer("due_ms"),
    /** JSON of what else is known: slug, kind, target signal, the incident that it opened. */
    record: text("record").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.projectId, t.id] }),
    index("optimisation_newest").on(t.projectId, t.agent, t.shippedMs, t.id),
    index("optimisation_due").on(t.dueMs),
  ],
);

/** What a person allows machines to do with an agent. */
export const policy = sqliteTable(
  "policy",
  {
    projectId: text("project_id").notNull(),
    id: text("id").notNull(),
    agent: text("agent").notNull(),
    /** JSON of domain/artifact/policy.ts PolicyRecord */
    record: text("record").notNull(),
    signedBy: text("signed_by").notNull(),
    signedMs: integer("signed_ms").notNull(),
    revokedMs: integer("revoked_ms"),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.id] }), index("policy_of_agent").on(t.projectId, t.agent, t.signedMs)],
);

/** One validated learning. Entries are never changed: a later one replaces an earlier one. */
export const bookEntry = sqliteTable(
  "book_entry",
  {
    projectId: text("project_id").notNull(),
    id: text("id").notNull(),
    agent: text("agent").notNull(),
    atMs: integer("at_ms").notNull(),
    kind: text("kind").notNull(),
    slug: text("slug").notNull(),
    /** Id of the entry that replaced it; null while it holds. */
    supersededBy: text("superseded_by"),
    record: text("record").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.id] }), index("book_entry_newest").on(t.projectId, t.agent, t.atMs, t.id)],
);
