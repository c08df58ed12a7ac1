// Versions of artifacts as bundles take them: those in use, those that a candidate names, and those that were in use before.
import type { ArtifactKind } from "../domain/artifact/artifact.ts";
import type { Bundleable } from "../domain/artifact/bundle.ts";

interface BundleRow {
  version: number;
  content: string;
  hash: string;
  applicability: string;
  slug: string;
  kind: ArtifactKind;
  name: string;
}

const bundleColumns = "a.slug, a.kind, a.name, v.version, v.content, v.hash, v.applicability";
const bundleableOf = ({ content, applicability, ...row }: BundleRow): Bundleable => ({
  ...row,
  content: JSON.parse(content),
  applicability: JSON.parse(applicability),
});

/** Versions in use of an agent. */
export async function promotedOf(db: D1Database, projectId: string, agent: string): Promise<Bundleable[]> {
  const { results } = await db
    .prepare(
      `SELECT ${bundleColumns} FROM artifact a JOIN artifact_version v ON v.project_id = a.project_id AND v.artifact_id = a.id
         AND v.version = a.promoted_version WHERE a.project_id = ?1 AND a.agent = ?2 ORDER BY a.slug`,
    )
    .bind(projectId, agent)
    .all<BundleRow>();
  return results.map(bundleableOf);
}

/** Of these versions (`slug@version`) those that the agent has, in whatever state. */
export async function versionsNamed(db: D1Database, projectId: string, agent: string, refs: readonly string[]): Promise<Bundleable[]> {
  if (refs.length === 0) return [];
  const { results } = await db
    .prepare(
      `SELECT ${bundleColumns} FROM artifact a JOIN artifact_version v ON v.project_id = a.project_id AND v.artifact_id = a.id
       WHERE a.project_id = ?1 AND a.agent = ?2 AND a.slug || '@' || v.version IN (SELECT value FROM json_each(?3)) ORDER BY a.slug`,
    )
    .bind(projectId, agent, JSON.stringify(refs))
    .all<BundleRow>();
  return results.map(bundleableOf);
}

/** Of these artifacts, by slug, the versions that were in use before the ones that are. */
export async function previousOf(db: D1Database, projectId: string, agent: string, slugs: readonly string[]): Promise<Bundleable[]> {
  if (slugs.length === 0) return [];
  const { results } = await db
    .prepare(
      `SELECT ${bundleColumns} FROM artifact a JOIN artifact_version v ON v.project_id = a.project_id AND v.artifact_id = a.id
         AND v.version = a.record->>'$.shipped[#-2]'
       WHERE a.project_id = ?1 AND a.agent = ?2 AND a.slug IN (SELECT value FROM json_each(?3)) ORDER BY a.slug`,
    )
    .bind(projectId, agent, JSON.stringify(slugs))
    .all<BundleRow>();
  return results.map(bundleableOf);
}
