// What the archive and the index hold of a project, and how its status counts it.
import { env } from "cloudflare:test";
import { segmentPrefix } from "../../r2/keys.ts";
import type { Client } from "./api-client.ts";

export const status = async (project: Client) => (await project.get("/v1/ingest/status")).json;

export const keysUnder = async (prefix: string): Promise<string[]> => (await env.ARCHIVE.list({ prefix })).objects.map(({ key }) => key);

export const countIn = (table: string, projectId: string) =>
  env.INDEX.prepare(`SELECT count(*) AS n FROM ${table} WHERE project_id = ?`).bind(projectId).first("n");

/** Every readable byte that the archive and the index hold of a project. */
export async function everythingOf(projectId: string): Promise<string> {
  const texts: string[] = [];
  for (const key of await keysUnder(segmentPrefix(projectId))) texts.push((await (await env.ARCHIVE.get(key))?.text()) ?? "");
  for (const table of ["run", "run_text", "score", "stale_line", "run_alias", "erasure", "audit", "audit_pending"]) {
    texts.push(JSON.stringify((await env.INDEX.prepare(`SELECT * FROM ${table} WHERE project_id = ?`).bind(projectId).all()).results));
  }
  return texts.join("\n");
}
