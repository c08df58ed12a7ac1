// Projects and what they have set. Every request and every message needs its project's settings, so they are remembered for
// a few seconds; whoever changes them calls `forgetProject`, other isolates follow when the memory ends.
import { and, asc, eq, gt, isNull } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { bento, type AuditDraft } from "../domain/audit/entry.ts";
import { defaultProjectId } from "../domain/project/principal.ts";
import { settingsSchema, type ProjectSettings } from "../domain/project/settings.ts";
import { noteAudit } from "./audit-pending.ts";
import { prepared } from "./prepared.ts";
import { project } from "./schema.ts";

export interface ProjectRecord {
  id: string;
  name: string;
  /** IANA name. */
  timezone: string;
  settings: ProjectSettings;
  createdMs: number;
}

/** How long a change of settings may take to reach an isolate that did not make it. */
const rememberedMs = 5_000;
const mostRemembered = 1_000;
const remembered = new Map<string, { record: ProjectRecord; untilMs: number }>();

const recordOf = ({ id, name, timezone, settings, createdMs }: typeof project.$inferSelect): ProjectRecord => ({
  id,
  name,
  timezone,
  settings: settingsSchema.parse(JSON.parse(settings)),
  createdMs,
});

/** null for a project that does not exist (any more), or is being deleted. */
export async function readProject(db: D1Database, id: string): Promise<ProjectRecord | null> {
  const known = remembered.get(id);
  if (known !== undefined && known.untilMs > Date.now()) return known.record;
  remembered.delete(id);
  const row = await drizzle(db)
    .select()
    .from(project)
    .where(and(eq(project.id, id), isNull(project.deletedMs)))
    .get();
  if (row === undefined) return null;
  const record = recordOf(row);
  const [oldest] = remembered.keys();
  if (remembered.size >= mostRemembered && oldest !== undefined) remembered.delete(oldest);
  remembered.set(id, { record, untilMs: Date.now() + rememberedMs });
  return record;
}

export function forgetProject(id: string): void {
  remembered.delete(id);
}

/** Statements, so that they can share a batch with the project's first key. It is told in its own log and in the instance's. */
export function insertProject(db: D1Database, record: ProjectRecord, draft: AuditDraft): D1PreparedStatement[] {
  const logs = [...new Set([record.id, defaultProjectId])];
  const isNew = { sql: "NOT EXISTS (SELECT 1 FROM project WHERE project.id = ?3)", values: [record.id] };
  const insert = drizzle(db)
    .insert(project)
    .values({ ...record, settings: JSON.stringify(record.settings) })
    .onConflictDoNothing();
  return [...logs.map((log) => noteAudit(db, log, [draft], isNew)), prepared(db, insert)];
}

export async function updateProject(
  db: D1Database,
  id: string,
  timezone: string,
  settings: ProjectSettings,
  draft: AuditDraft,
): Promise<void> {
  const update = drizzle(db)
    .update(project)
    .set({ timezone, settings: JSON.stringify(settings) })
    .where(eq(project.id, id));
  await db.batch([noteAudit(db, id, [draft]), prepared(db, update)]);
  forgetProject(id);
}

export type ListedProject = Omit<ProjectRecord, "settings">;

/** All of the instance, by id. For the instance's admin only: it is the one list that crosses projects. */
export async function listProjects(db: D1Database, afterId: string | null, limit: number): Promise<ListedProject[]> {
  return drizzle(db)
    .select({ id: project.id, name: project.name, timezone: project.timezone, createdMs: project.createdMs })
    .from(project)
    .where(and(isNull(project.deletedMs), afterId === null ? undefined : gt(project.id, afterId)))
    .orderBy(asc(project.id))
    .limit(limit);
}

const ensured = new WeakMap<D1Database, Promise<void>>();

/** The project of the instance's admin key exists afterwards. Asked at every door; asks the index once an isolate. */
export function ensureDefaultProject({ INDEX: db }: { INDEX: D1Database }): Promise<void> {
  let done = ensured.get(db);
  if (done === undefined) {
    done = insertDefaultProject(db).catch((failure: unknown) => {
      ensured.delete(db);
      throw failure;
    });
    ensured.set(db, done);
  }
  return done;
}

async function insertDefaultProject(db: D1Database): Promise<void> {
  const nowMs = Date.now();
  const record = { id: defaultProjectId, name: "default", timezone: "UTC", settings: settingsSchema.parse({}), createdMs: nowMs };
  const at = new Date(nowMs).toISOString();
  await db.batch(
    insertProject(db, record, {
      id: "aud_first",
      at,
      actor: bento,
      action: "project.made",
      object: record.id,
      before: null,
      after: null,
      reason: null,
    }),
  );
}

/** Where the instance's admin looks first: the default project, unless only others have traffic. */
export async function projectToOpen(db: D1Database): Promise<string> {
  const row = await db
    .prepare("SELECT project_id AS id FROM agent ORDER BY project_id = ? DESC, project_id LIMIT 1")
    .bind(defaultProjectId)
    .first<{ id: string }>();
  return row?.id ?? defaultProjectId;
}
