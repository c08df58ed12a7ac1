// Artifacts and their versions. A version is written once and never changed; how the artifact stands is written only over the state that the
// step was made from, in one transaction with what the audit log hears of it, so that of two steps at once one is made again.
import type { Artifact, ArtifactKind, ArtifactVersion } from "../domain/artifact/artifact.ts";
import { latestVersion, promotedVersion, stateOf, type ArtifactState, type Lifecycle } from "../domain/artifact/lifecycle.ts";
import type { AuditDraft } from "../domain/audit/entry.ts";
import { noteAudit } from "./audit-pending.ts";
import { pageOf, type Page, type PageRequest, type TimePosition } from "./page.ts";

interface Row {
  id: string;
  agent: string;
  slug: string;
  kind: ArtifactKind;
  name: string;
  record: string;
  created_ms: number;
  updated_ms: number;
}

const columns = "id, agent, slug, kind, name, record, created_ms, updated_ms";

const artifactOf = ({ record, created_ms, updated_ms, ...row }: Row): Artifact => {
  const lifecycle: Lifecycle = JSON.parse(record);
  return { ...row, lifecycle, createdMs: created_ms, updatedMs: updated_ms };
};

interface VersionRow {
  artifact_id: string;
  version: number;
  content: string;
  hash: string;
  parent_version: number | null;
  provenance: string;
  hypothesis: string | null;
  applicability: string;
  gate_id: string | null;
  experiment_id: string | null;
  created_ms: number;
  by: string;
}

const versionColumns =
  "artifact_id, version, content, hash, parent_version, provenance, hypothesis, applicability, gate_id, experiment_id, created_ms, by";

/** With the gate that it was last let through by, and the experiment or evaluation behind that gate. */
export interface KeptVersion extends ArtifactVersion {
  gateId: string | null;
  experimentId: string | null;
}

const versionOf = (row: VersionRow): KeptVersion => ({
  artifactId: row.artifact_id,
  version: row.version,
  content: JSON.parse(row.content),
  hash: row.hash,
  parentVersion: row.parent_version,
  provenance: JSON.parse(row.provenance),
  hypothesis: JSON.parse(row.hypothesis ?? "null"),
  applicability: JSON.parse(row.applicability),
  gateId: row.gate_id,
  experimentId: row.experiment_id,
  createdMs: row.created_ms,
  by: row.by,
});

/** false when the agent has an artifact of that slug already; then nothing is written or noted. */
export async function putArtifact(
  db: D1Database,
  projectId: string,
  artifact: Artifact,
  version: ArtifactVersion,
  draft: AuditDraft,
): Promise<boolean> {
  const { id, agent, slug, kind, name, lifecycle, createdMs } = artifact;
  const isFree = {
    sql: "NOT EXISTS (SELECT 1 FROM artifact WHERE artifact.project_id = ?1 AND artifact.agent = ?3 AND artifact.slug = ?4)",
    values: [agent, slug],
  };
  const [, made] = await db.batch([
    noteAudit(db, projectId, [draft], isFree),
    db
      .prepare(
        `INSERT INTO artifact (project_id, id, agent, slug, kind, name, state, promoted_version, record, drafting, draft_due_ms, created_ms, updated_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, NULL, NULL, ?10, ?10) ON CONFLICT DO NOTHING`,
      )
      .bind(projectId, id, agent, slug, kind, name, stateOf(lifecycle), promotedVersion(lifecycle), JSON.stringify(lifecycle), createdMs),
    versionStatement(db, projectId, version, lifecycle),
  ]);
  return (made?.meta.changes ?? 0) > 0;
}

/** null when the project has no such artifact. */
export async function findArtifact(db: D1Database, projectId: string, id: string): Promise<Artifact | null> {
  const row = await db.prepare(`SELECT ${columns} FROM artifact WHERE project_id = ? AND id = ?`).bind(projectId, id).first<Row>();
  return row === null ? null : artifactOf(row);
}

/** null when the agent has none of that slug. */
export async function findBySlug(db: D1Database, projectId: string, agent: string, slug: string): Promise<Artifact | null> {
  const row = await db
    .prepare(`SELECT ${columns} FROM artifact WHERE project_id = ? AND agent = ? AND slug = ?`)
    .bind(projectId, agent, slug)
    .first<Row>();
  return row === null ? null : artifactOf(row);
}

export interface ArtifactFilter {
  agent?: string | undefined;
  kind?: ArtifactKind | undefined;
  state?: ArtifactState | undefined;
  /** That a version was made from. */
  signalId?: string | undefined;
  incidentId?: string | undefined;
}

/** Newest first. */
export async function listArtifacts(
  db: D1Database,
  projectId: string,
  { agent, kind, state, signalId, incidentId }: ArtifactFilter,
  { after, limit }: PageRequest<TimePosition>,
): Promise<Page<Artifact, TimePosition>> {
  const from = (place: string, nth: number) =>
    `(?${nth} IS NULL OR EXISTS (SELECT 1 FROM artifact_version v WHERE v.project_id = ?1 AND v.artifact_id = artifact.id
       AND v.provenance->>'$.${place}' = ?${nth}))`;
  const matching = `project_id = ?1 AND (?2 IS NULL OR agent = ?2) AND (?3 IS NULL OR kind = ?3) AND (?4 IS NULL OR state = ?4)
    AND ${from("signal_id", 5)} AND ${from("incident_id", 6)}`;
  const bound = [projectId, agent ?? null, kind ?? null, state ?? null, signalId ?? null, incidentId ?? null];
  const behind = after === null ? "" : "AND (created_ms, id) < (?8, ?9)";
  const [found, counted] = await Promise.all([
    db
      .prepare(`SELECT ${columns} FROM artifact WHERE ${matching} ${behind} ORDER BY created_ms DESC, id DESC LIMIT ?7`)
      .bind(...bound, limit + 1, ...(after ?? []))
      .all<Row>(),
    db
      .prepare(`SELECT count(*) AS n FROM artifact WHERE ${matching}`)
      .bind(...bound)
      .first<number>("n"),
  ]);
  const page = pageOf(found.results, limit, ({ created_ms, id }): TimePosition => [created_ms, id], counted);
  return { ...page, items: page.items.map(artifactOf) };
}

/** Oldest first. */
export async function versionsOf(db: D1Database, projectId: string, artifactId: string): Promise<KeptVersion[]> {
  const { results } = await db
    .prepare(`SELECT ${versionColumns} FROM artifact_version WHERE project_id = ? AND artifact_id = ? ORDER BY version`)
    .bind(projectId, artifactId)
    .all<VersionRow>();
  return results.map(versionOf);
}

export async function findVersion(db: D1Database, projectId: string, artifactId: string, version: number): Promise<KeptVersion | null> {
  const row = await db
    .prepare(`SELECT ${versionColumns} FROM artifact_version WHERE project_id = ? AND artifact_id = ? AND version = ?`)
    .bind(projectId, artifactId, version)
    .first<VersionRow>();
  return row === null ? null : versionOf(row);
}

/** What stands behind a step: the gate, and the evidence that the gate names. */
export interface Proof {
  version: number;
  gateId: string;
  experimentId: string | null;
}

export interface StepParts {
  /** The version that the step adds. */
  added?: ArtifactVersion | null;
  proof?: Proof | null;
  /** What belongs to the step: written only where `inState` of the new lifecycle holds. */
  more?: readonly D1PreparedStatement[];
}

/** Writes a step down. false when the artifact was moved meanwhile; then nothing is written or noted. */
export async function moveArtifact(
  db: D1Database,
  projectId: string,
  before: Artifact,
  lifecycle: Lifecycle,
  draft: AuditDraft,
  { added = null, proof = null, more = [] }: StepParts = {},
): Promise<boolean> {
  const known = JSON.stringify(before.lifecycle);
  const stands = {
    sql: "EXISTS (SELECT 1 FROM artifact WHERE artifact.project_id = ?1 AND artifact.id = ?3 AND artifact.record = ?4)",
    values: [before.id, known],
  };
  const prior = [
    noteAudit(db, projectId, [draft], stands),
    ...(proof === null ? [] : [proofStatement(db, projectId, before.id, known, proof)]),
  ];
  const results = await db.batch([
    ...prior,
    db
      .prepare(
        `UPDATE artifact SET record = ?4, state = ?5, promoted_version = ?6, updated_ms = ?7 WHERE project_id = ?1 AND id = ?2 AND record = ?3`,
      )
      .bind(projectId, before.id, known, JSON.stringify(lifecycle), stateOf(lifecycle), promotedVersion(lifecycle), Date.parse(draft.at)),
    ...(added === null ? [] : [versionStatement(db, projectId, added, lifecycle)]),
    ...more,
  ]);
  return (results[prior.length]?.meta.changes ?? 0) > 0;
}

/** Only beside the very lifecycle that has it: a version of a refused step must not take the number of another one. */
function versionStatement(db: D1Database, projectId: string, given: ArtifactVersion, lifecycle: Lifecycle): D1PreparedStatement {
  if (latestVersion(lifecycle) !== given.version) throw new Error("a version that its artifact does not have");
  const { artifactId, version, content, hash, parentVersion, provenance, hypothesis, applicability, createdMs, by } = given;
  return db
    .prepare(
      `INSERT INTO artifact_version (project_id, ${versionColumns})
       SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, NULL, NULL, ?10, ?11
       WHERE ${inState("?12")} ON CONFLICT DO NOTHING`,
    )
    .bind(
      projectId,
      artifactId,
      version,
      JSON.stringify(content),
      hash,
      parentVersion,
      JSON.stringify(provenance),
      hypothesis === null ? null : JSON.stringify(hypothesis),
      JSON.stringify(applicability),
      createdMs,
      by,
      JSON.stringify(lifecycle),
    );
}

/** SQL: the artifact ?2 of the project ?1 stands as that JSON says. */
export const inState = (record: string): string =>
  `EXISTS (SELECT 1 FROM artifact WHERE artifact.project_id = ?1 AND artifact.id = ?2 AND artifact.record = ${record})`;

function proofStatement(
  db: D1Database,
  projectId: string,
  id: string,
  known: string,
  { version, gateId, experimentId }: Proof,
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE artifact_version SET gate_id = ?4, experiment_id = ?5 WHERE project_id = ?1 AND artifact_id = ?2 AND version = ?3
       AND ${inState("?6")}`,
    )
    .bind(projectId, id, version, gateId, experimentId, known);
}

export interface Moved {
  projectId: string;
  artifact: Artifact;
  /** Of the version that its last step was about. */
  about: { incidentId: string | null; signalId: string | null };
}

/** Of all projects that are there, those moved between the two times. */
export async function recentlyMoved(db: D1Database, fromMs: number, toMs: number, limit: number): Promise<Moved[]> {
  const { results } = await db
    .prepare(
      `SELECT a.project_id, ${columns
        .split(", ")
        .map((name) => `a.${name}`)
        .join(", ")}, v.provenance->>'$.incident_id' AS incident_id,
         coalesce(v.hypothesis->>'$.target_signal_id', v.provenance->>'$.signal_id') AS signal_id
       FROM artifact a LEFT JOIN artifact_version v ON v.project_id = a.project_id AND v.artifact_id = a.id
         AND v.version = a.record->>'$.history[#-1].version'
       WHERE a.updated_ms >= ?1 AND a.updated_ms < ?2
       AND EXISTS (SELECT 1 FROM project WHERE project.id = a.project_id AND deleted_ms IS NULL) ORDER BY a.updated_ms DESC LIMIT ?3`,
    )
    .bind(fromMs, toMs, limit)
    .all<Row & { project_id: string; incident_id: string | null; signal_id: string | null }>();
  return results.map(({ project_id: projectId, incident_id: incidentId, signal_id: signalId, ...row }) => ({
    projectId,
    artifact: artifactOf(row),
    about: { incidentId, signalId },
  }));
}
