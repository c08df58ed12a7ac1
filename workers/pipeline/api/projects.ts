// Projects of the instance: made with a key of their own, listed, deleted with everything in them.
import * as z from "zod";
import { ulid } from "ulidx";
import { markProjectDeleted } from "../../../d1/delete-project.ts";
import { insertKey, type KeyRecord } from "../../../d1/keys.ts";
import { pageOf } from "../../../d1/page.ts";
import { forgetProject, insertProject, listProjects, readProject, type ListedProject, type ProjectRecord } from "../../../d1/project.ts";
import { recordHash } from "../../../domain/audit/chain.ts";
import { defaultProjectId, scopes, type Principal } from "../../../domain/project/principal.ts";
import { settingsSchema } from "../../../domain/project/settings.ts";
import { auditLogOf } from "../../../durable-objects/names.ts";
import { chainAudit } from "../../../queues/chain-audit.ts";
import { purgeProject } from "../../../queues/purge-project.ts";
import { overAfter } from "../../../queues/upkeep-consumer.ts";
import { forgetKeys, hashKey } from "../authenticate.ts";
import { Refusal } from "../refusal.ts";
import { audited } from "./audited.ts";
import { bare, endpoint, noAnswer, pathText, type Api } from "./endpoint.ts";
import { listAnswer, listQuery, namePosition, openList } from "./list.ts";
import { keyState } from "./keys.ts";
import { newKey } from "./new-secret.ts";
import { timeZone } from "./time-zone.ts";

const tag = "Projects";
/** Long enough for a sample project, short enough for any client. */
const requestMs = 15_000;
const fields = { id: z.string(), name: z.string(), timezone: z.string(), created_at: z.string() };
const listed = z.object(fields).meta({ id: "Project" });
const made = z
  .object({ ...fields, key: z.string().meta({ description: "A key with every scope on this project. Shown once." }) })
  .meta({ description: "The new project." });

const viewOf = ({ id, name, timezone, createdMs }: ListedProject) => ({
  id,
  name,
  timezone,
  created_at: new Date(createdMs).toISOString(),
});

export function addProjects(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/projects",
      audience: "instance",
      tag,
      summary: "Make a project",
      body: z.strictObject({ name: z.string().trim().min(1).max(200), timezone: timeZone.default("UTC") }),
      status: 201,
      answer: made,
    },
    async ({ env, principal, body, nowMs }) => {
      const project: ProjectRecord = { id: `prj_${ulid()}`, ...body, settings: settingsSchema.parse({}), createdMs: nowMs };
      const key = newKey();
      const record: KeyRecord = {
        id: `key_${ulid()}`,
        name: "first key",
        scopes: [...scopes],
        kind: "person",
        owner: principal.owner,
        createdMs: nowMs,
      };
      const after = { record: recordHash({ name: project.name, timezone: project.timezone, settings: project.settings }) };
      await env.INDEX.batch([
        ...insertProject(env.INDEX, project, audited(principal, nowMs, { action: "project.made", object: project.id, after })),
        ...insertKey(
          env.INDEX,
          project.id,
          record,
          await hashKey(key),
          audited(principal, nowMs, { action: "key.made", object: record.id, after: keyState(record) }),
        ),
      ]);
      return { ...viewOf(project), key };
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/projects",
      audience: "instance",
      tag,
      summary: "List projects, oldest first",
      query: listQuery({}),
      status: 200,
      answer: listAnswer(listed, "Projects of the instance."),
    },
    async ({ env, query }) => {
      const list = openList("/v1/projects", query, namePosition);
      const { after, limit } = list.request;
      const rows = await listProjects(env.INDEX, after?.[0] ?? null, limit + 1);
      return list.answer(pageOf(rows.map(viewOf), limit, (project): [string] => [project.id], null));
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "delete",
      path: "/v1/projects/{id}",
      audience: "admin",
      tag,
      summary: "Delete a project with everything in it",
      description:
        "With a key of the project itself, or the instance's admin key. The default project stays. It is gone at once for everybody; where there is too much for one request (202) the rest is emptied in the minutes after. The instance's audit log keeps the deletion and the head of the project's own log.",
      params: z.strictObject({ id: pathText }),
      status: 204,
      answer: noAnswer,
      refusals: { 409: "It is the default project." },
    },
    async ({ env, principal, params: { id }, nowMs }) => {
      const project = mayDelete(principal, id) ? await readProject(env.INDEX, id) : null;
      if (project === null) throw new Refusal(404, "There is no such project for this key.");
      if (id === defaultProjectId) throw new Refusal(409, "The default project belongs to the instance's admin key and cannot be deleted.");
      await chainAudit(env, id);
      const { entries, hash } = await auditLogOf(env, id).head();
      const before = { record: recordHash(project), audit_entries: entries, audit_head: hash };
      await markProjectDeleted(env.INDEX, id, audited(principal, nowMs, { action: "project.deleted", object: id, before }), nowMs);
      forgetKeys((believed) => believed.projectId === id);
      forgetProject(id);
      // Upkeep does it once more in a minute, for what is in flight now, and then drops the project's own row.
      const isEmpty = await purgeProject(env, id, overAfter(requestMs));
      return isEmpty ? undefined : Response.json({ id, status: "deleting" }, { status: 202 });
    },
  );
}

const mayDelete = (principal: Principal, id: string): boolean => principal.isInstanceAdmin || principal.projectId === id;
