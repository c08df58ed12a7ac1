// Artifacts: making one, adding versions, reading them and what differs between two. Moving them is artifacts-steps.ts.
import { ulid } from "ulidx";
import * as z from "zod";
import { findArtifact, findBySlug, listArtifacts, moveArtifact, putArtifact, versionsOf } from "../../../d1/artifacts.ts";
import { promotedOf } from "../../../d1/artifact-bundle.ts";
import { findDrafting } from "../../../d1/drafting.ts";
import { refOf, slugOfName, type Artifact, type ArtifactVersion } from "../../../domain/artifact/artifact.ts";
import { conflictsOf } from "../../../domain/artifact/bundle.ts";
import { latestVersion, newLifecycle, stepLifecycle } from "../../../domain/artifact/lifecycle.ts";
import { versionDiff } from "../../../domain/artifact/version-diff.ts";
import { recordHash } from "../../../domain/audit/chain.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { actorOf } from "./actor.ts";
import {
  artifactAsked,
  artifactHead,
  artifactKind,
  artifactSchema,
  artifactState,
  historyView,
  listedArtifact,
  modelDraftView,
  versionAsked,
  versionView,
} from "./artifacts-schema.ts";
import { makeVersion } from "./artifacts-make.ts";
import { audited } from "./audited.ts";
import { bare, endpoint, pathText, type Api } from "./endpoint.ts";
import { exactly, listAnswer, listQuery, openList, timePosition } from "./list.ts";

export const artifactTag = "Artifacts";
export const artifactParams = z.strictObject({ id: pathText });
/** A step that others made at the same moment is made again. */
export const mostTries = 5;

export function addArtifacts(api: Api): void {
  addMaking(api);
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/artifacts",
      audience: "read",
      tag: artifactTag,
      summary: "List artifacts, newest first",
      query: listQuery({
        agent: exactly,
        kind: artifactKind.optional(),
        state: artifactState.optional(),
        signal_id: exactly,
        incident_id: exactly,
      }),
      status: 200,
      answer: listAnswer(listedArtifact, "Artifacts, without their versions."),
    },
    async ({ env, projectId, query }) => {
      const list = openList<[number, string]>("/v1/artifacts", query, timePosition);
      const { agent, kind, state, signal_id: signalId, incident_id: incidentId } = query;
      const page = await listArtifacts(env.INDEX, projectId, { agent, kind, state, signalId, incidentId }, list.request);
      return list.answer({ ...page, items: page.items.map(artifactHead) });
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/artifacts/{id}",
      audience: "read",
      tag: artifactTag,
      summary: "One artifact: its versions, and what became of it",
      params: artifactParams,
      status: 200,
      answer: artifactSchema,
    },
    async ({ env, projectId, params: { id } }) => artifactView(env, projectId, await requireArtifact(env, projectId, id)),
  );
  addDiff(api);
}

function addMaking(api: Api): void {
  const refusals = { 404: "The agent has no such signal or incident.", 422: "The content is none of its kind; details say why." };
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/artifacts",
      audience: "write",
      tag: artifactTag,
      summary: "Make an artifact, as a candidate",
      body: artifactAsked,
      status: 201,
      answer: artifactSchema,
      refusals: { ...refusals, 409: "The agent has an artifact of that name." },
    },
    async ({ env, projectId, principal, body, nowMs }) => {
      const { agent, kind, name } = body;
      const slug = slugOfName(name);
      if (slug === "") throw new Refusal(422, "The name has no letter or digit.", [{ path: "name", message: "say it in letters a to z" }]);
      const made = await makeVersion(env, projectId, { agent, kind, name }, body);
      const id = `art_${ulid(nowMs)}`;
      const by = actorOf(principal);
      const artifact: Artifact = { id, agent, slug, kind, name, lifecycle: newLifecycle(by, nowMs), createdMs: nowMs, updatedMs: nowMs };
      const version: ArtifactVersion = { artifactId: id, version: 1, parentVersion: null, ...made, createdMs: nowMs, by };
      const after = { agent: recordHash(agent), kind, version: 1, content: made.hash };
      if (
        !(await putArtifact(
          env.INDEX,
          projectId,
          artifact,
          version,
          audited(principal, nowMs, { action: "artifact.made", object: id, after }),
        ))
      )
        throw await taken(env, projectId, agent, slug);
      return artifactView(env, projectId, artifact);
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/artifacts/{id}/versions",
      audience: "write",
      tag: artifactTag,
      summary: "Add a version, as a candidate",
      description: "The content of the newest version again adds nothing.",
      params: artifactParams,
      body: versionAsked,
      status: 201,
      answer: artifactSchema,
      refusals,
    },
    async ({ env, projectId, principal, params: { id }, body, nowMs }) => {
      const by = actorOf(principal);
      for (let i = 0; i < mostTries; i++) {
        const artifact = await requireArtifact(env, projectId, id);
        const made = await makeVersion(env, projectId, { ...artifact, name: namedIn(artifact) }, body);
        const newest = (await versionsOf(env.INDEX, projectId, id)).at(-1);
        if (newest?.hash === made.hash && recordHash(newest.applicability) === recordHash(made.applicability))
          return artifactView(env, projectId, artifact);
        const stepped = stepLifecycle(artifact.lifecycle, artifact, {
          type: "add_version",
          atMs: nowMs,
          actor: { name: by, kind: principal.kind },
          reason: null,
        });
        if (stepped.kind !== "moved") throw new Refusal(409, "The version cannot be added.");
        const version = latestVersion(stepped.lifecycle);
        const added: ArtifactVersion = { artifactId: id, version, parentVersion: version - 1, ...made, createdMs: nowMs, by };
        const draft = audited(principal, nowMs, { action: "artifact.version_added", object: id, after: { version, content: made.hash } });
        if (await moveArtifact(env.INDEX, projectId, artifact, stepped.lifecycle, draft, { added }))
          return artifactView(env, projectId, await requireArtifact(env, projectId, id));
      }
      throw new Refusal(409, "The artifact is being changed by others; try again.");
    },
  );
}

/** What its content must call it. */
const namedIn = ({ kind, slug, name }: Artifact): string => (kind === "skill" || kind === "sub_agent" ? slug : name);

async function taken(env: Env, projectId: string, agent: string, slug: string): Promise<Refusal> {
  const known = await findBySlug(env.INDEX, projectId, agent, slug);
  const id = known === null ? "" : `, ${known.id}: add a version with POST /v1/artifacts/${known.id}/versions`;
  return new Refusal(409, `The agent has an artifact ${slug}${id}.`);
}

const diffLine = z.object({ kind: z.enum(["same", "removed", "added"]), text: z.string() });
const diffAnswer = z
  .object({
    from: z.string(),
    to: z.string(),
    files: z.array(
      z.object({
        path: z.string(),
        change: z.enum(["added", "removed", "changed", "same"]),
        added: z.number(),
        removed: z.number(),
        lines: z.array(diffLine).meta({ description: "Empty for a file that is the same." }),
      }),
    ),
  })
  .meta({ id: "ArtifactDiff", description: "What differs between two versions, as an agent loads them." });

function addDiff(api: Api): void {
  const version = z.coerce.number().int().min(1).max(100_000).optional();
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/artifacts/{id}/diff",
      audience: "read",
      tag: artifactTag,
      summary: "What differs between two versions",
      params: artifactParams,
      query: z.strictObject({
        from: version.meta({ description: "The version before `to` when absent." }),
        to: version.meta({ description: "The newest when absent." }),
      }),
      status: 200,
      answer: diffAnswer,
    },
    async ({ env, projectId, params: { id }, query }) => {
      const artifact = await requireArtifact(env, projectId, id);
      const to = query.to ?? latestVersion(artifact.lifecycle);
      const from = query.from ?? Math.max(1, to - 1);
      const versions = await versionsOf(env.INDEX, projectId, id);
      const [before, after] = [from, to].map((wanted) => versions.find((one) => one.version === wanted));
      if (before === undefined || after === undefined) throw new Refusal(404, `It has no such version; the newest is ${versions.length}.`);
      return { from: refOf(artifact.slug, from), to: refOf(artifact.slug, to), files: versionDiff(artifact.slug, before, after) };
    },
  );
}

/** Throws Refusal 404. */
export async function requireArtifact(env: Env, projectId: string, id: string): Promise<Artifact> {
  const artifact = await findArtifact(env.INDEX, projectId, id);
  if (artifact === null) throw new Refusal(404, "There is no such artifact in this key's project.");
  return artifact;
}

export async function artifactView(env: Env, projectId: string, artifact: Artifact): Promise<z.input<typeof artifactSchema>> {
  const [versions, promoted, drafting] = await Promise.all([
    versionsOf(env.INDEX, projectId, artifact.id),
    promotedOf(env.INDEX, projectId, artifact.agent),
    findDrafting(env.INDEX, projectId, artifact.id),
  ]);
  // As it would be with its newest version in use: who looks at a candidate is to know what it would meet.
  const shown = promoted.find(({ slug }) => slug === artifact.slug) ?? versions.at(-1);
  const own = shown === undefined ? [] : [{ slug: artifact.slug, version: shown.version, content: shown.content }];
  const others = promoted.filter(({ slug }) => slug !== artifact.slug);
  return {
    ...artifactHead(artifact),
    versions: versions.map((one) => versionView(artifact, one)),
    history: artifact.lifecycle.history.map(historyView),
    model_draft: drafting === null ? null : modelDraftView(drafting),
    conflicts: conflictsOf([...others, ...own]).filter(({ artifacts }) => artifacts.some((ref) => ref.startsWith(`${artifact.slug}@`))),
  };
}
