// Projects and what they have set. Every request and every message needs its project's settings, so they are remembered for
// a few seconds; whoever changes them calls `forgetProject`, other isolates follow when the memory ends.
import { asc, eq, gt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { defaultProjectId } from "../domain/project/principal.ts";
import { settingsSchema, type ProjectSettings } from "../domain/project/settings.ts";
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

const recordOf = (row: typeof project.$inferSelect): ProjectRecord => ({
  ...row,
  settings: settingsSchema.parse(JSON.parse(row.settings)),
});

/** null for a project that does not exist (any more). */
export async function readProject(db: D1Database, id: string): Promise<ProjectRecord | null> {
  const known = remembered.get(id);
  if (known !== undefined && known.untilMs > Date.now()) return known.record;
  remembered.delete(id);
  const row = await drizzle(db).select().from(project).where(eq(project.id, id)).get();
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

/** Not yet run, so that it can share a batch with the project's first key. */
export function insertProject(db: D1Database, record: ProjectRecord) {
  return drizzle(db)
    .insert(project)
    .values({ ...record, settings: JSON.stringify(record.settings) });
}

export async function updateProject(db: D1Database, id: string, timezone: string, settings: ProjectSettings): Promise<void> {
  await drizzle(db)
    .update(project)
    .set({ timezone, settings: JSON.stringify(settings) })
    .where(eq(project.id, id));
  forgetProject(id);
}

export type ListedProject = Omit<ProjectRecord, "settings">;

/** All of the instance, by id. For the instance's admin only: it is the one list that crosses projects. */
export async function listProjects(db: D1Database, afterId: string | null, limit: number): Promise<ListedProject[]> {
  return drizzle(db)
    .select({ id: project.id, name: project.name, timezone: project.timezone, createdMs: project.createdMs })
    .from(project)
    .where(afterId === null ? undefined : gt(project.id, afterId))
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
  const record = { id: defaultProjectId, name: "default", timezone: "UTC", settings: settingsSchema.parse({}), createdMs: Date.now() };
  await insertProject(db, record).onConflictDoNothing();
}

/** Where the instance's admin looks first: the default project, unless only others have traffic. */
export async function projectToOpen(db: D1Database): Promise<string> {
  const row = await db
    .prepare("SELECT project_id AS id FROM agent ORDER BY project_id = ? DESC, project_id LIMIT 1")
    .bind(defaultProjectId)
    .first<{ id: string }>();
  return row?.id ?? defaultProjectId;
}
