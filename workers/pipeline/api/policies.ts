// Policies: what machines may do with an agent because a person signed for it. Only a person signs and revokes; the audit log names them.
import { ulid } from "ulidx";
import * as z from "zod";
import { findPolicy, listPolicies, putPolicy, revokePolicy } from "../../../d1/policies.ts";
import { findSuite } from "../../../d1/suites.ts";
import { artifactKinds } from "../../../domain/artifact/artifact.ts";
import { isInForce, policyGrants, type Policy } from "../../../domain/artifact/policy.ts";
import { loopAsked, type LoopAsked, type LoopTerms } from "../../../domain/artifact/loop-terms.ts";
import { recordHash } from "../../../domain/audit/chain.ts";
import { msOfAnHour } from "../../../domain/experiment/gate.ts";
import type { Principal } from "../../../domain/project/principal.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { actorOf } from "./actor.ts";
import { audited } from "./audited.ts";
import { bare, endpoint, pathText, type Api } from "./endpoint.ts";
import { exactly, listAnswer, listQuery, openList, timePosition } from "./list.ts";
import { newWebhookSecret } from "./new-secret.ts";
import { webhookUrlProblem } from "./webhook-url.ts";

const tag = "Policies";
const hoursOfAYear = 8_760;
const grant = z.enum(policyGrants);
const kind = z.enum(artifactKinds);
const reason = z.string().trim().min(1).max(2_000);

const asked = z.strictObject({
  agent: z.string().min(1).max(200),
  grants: z.array(grant).min(1).max(policyGrants.length).meta({
    description:
      "`artifact.promote`: a validated version through a gate that it passed. `canary.promote`: a candidate that is better and harmless.",
  }),
  kinds: z.array(kind).min(1).max(artifactKinds.length).nullable().default(null).meta({ description: "Of artifacts; null: every kind." }),
  reason,
  loop: loopAsked.nullable().default(null).meta({
    description: "How the loop works for the agent by this policy, with what it grants; null: it does not.",
  }),
  expires_after_h: z.number().positive().max(hoursOfAYear).nullable().default(null).meta({ description: "null: until it is revoked." }),
});

const schema = z
  .object({
    id: z.string(),
    agent: z.string(),
    grants: z.array(grant),
    kinds: z.array(kind).nullable(),
    reason: z.string(),
    loop: loopAsked.extend({ driver: z.object({ type: z.literal("webhook"), url: z.string() }) }).nullable(),
    in_force: z.boolean(),
    signed_by: z.string(),
    signed_at: z.string(),
    expires_at: z.string().nullable(),
    revoked_at: z.string().nullable(),
    revoked_by: z.string().nullable(),
    revoke_reason: z.string().nullable(),
  })
  .meta({ id: "Policy", description: "What a person allows machines to do with an agent." });

export function addPolicies(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/policies",
      audience: "write",
      tag,
      summary: "Sign a policy",
      body: asked,
      status: 201,
      answer: schema.extend({
        driver_secret: z.string().nullable().meta({ description: "Signs the loop's calls to the agent. Shown once." }),
      }),
      refusals: {
        403: "The key is a machine's.",
        404: "The agent has no such suite.",
        422: "Bento cannot send to the driver's address.",
      },
    },
    async ({ env, projectId, principal, body, nowMs, origin }) => {
      requirePerson(principal, "signs a policy");
      const { agent, grants, kinds, reason, loop, expires_after_h: hours } = body;
      const terms = loop === null ? null : await termsOf(env, projectId, agent, loop, origin);
      const policy: Policy = {
        id: `pol_${ulid(nowMs)}`,
        agent,
        record: {
          grants: [...new Set(grants)],
          kinds,
          reason,
          loop: terms,
          expires_ms: hours === null ? null : Math.round(nowMs + hours * msOfAnHour),
          revoked_by: null,
          revoke_reason: null,
        },
        signedBy: actorOf(principal),
        signedMs: nowMs,
        revokedMs: null,
      };
      const after = { agent: recordHash(agent), grants: policy.record.grants.join(" "), record: recordHash(policy.record) };
      await putPolicy(
        env.INDEX,
        projectId,
        policy,
        audited(principal, nowMs, { action: "policy.signed", object: policy.id, after, reason }),
      );
      return { ...viewOf(policy, nowMs), driver_secret: terms?.secret ?? null };
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/policies",
      audience: "read",
      tag,
      summary: "List policies, newest first",
      query: listQuery({ agent: exactly }),
      status: 200,
      answer: listAnswer(schema, "Policies, revoked and expired ones among them."),
    },
    async ({ env, projectId, query, nowMs }) => {
      const list = openList<[number, string]>("/v1/policies", query, timePosition);
      const page = await listPolicies(env.INDEX, projectId, query.agent, list.request);
      return list.answer({ ...page, items: page.items.map((policy) => viewOf(policy, nowMs)) });
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/policies/{id}/revoke",
      audience: "write",
      tag,
      summary: "Revoke a policy",
      description: "What was done by it stays. The first revocation stays.",
      params: z.strictObject({ id: pathText }),
      body: z.strictObject({ reason }),
      status: 200,
      answer: schema,
      refusals: { 403: "The key is a machine's." },
    },
    async ({ env, projectId, principal, params: { id }, body: { reason }, nowMs }) => {
      requirePerson(principal, "revokes a policy");
      const before = await findPolicy(env.INDEX, projectId, id);
      if (before === null) throw new Refusal(404, "There is no such policy in this key's project.");
      if (before.revokedMs === null) {
        const record = { ...before.record, revoked_by: actorOf(principal), revoke_reason: reason };
        const states = { before: { revoked: false }, after: { revoked: true } };
        await revokePolicy(
          env.INDEX,
          projectId,
          id,
          record,
          audited(principal, nowMs, { action: "policy.revoked", object: id, ...states, reason }),
        );
      }
      return viewOf((await findPolicy(env.INDEX, projectId, id)) ?? before, nowMs);
    },
  );
}

function requirePerson({ kind: by }: Principal, what: string): void {
  if (by !== "person") throw new Refusal(403, `Only a person ${what}: this key is a machine's. Make one with \`kind: person\`.`);
}

/** Throws Refusal. */
async function termsOf(env: Env, projectId: string, agent: string, { driver, ...terms }: LoopAsked, origin: string): Promise<LoopTerms> {
  const suite = await findSuite(env.INDEX, projectId, terms.suite_id);
  if (suite?.agent !== agent)
    throw new Refusal(404, "The agent has no such suite.", [{ path: "loop.suite_id", message: "no such suite of the agent" }]);
  const problem = webhookUrlProblem(driver.url, env.BENTO_EMBEDDED === "1");
  if (problem !== null) throw new Refusal(422, "Bento cannot send to this address.", [{ path: "loop.driver.url", message: problem }]);
  return { ...terms, driver: { type: "webhook", url: driver.url }, secret: driver.secret ?? newWebhookSecret(), origin };
}

function shownTerms(loop: LoopTerms | null) {
  if (loop === null) return null;
  const { secret: _, origin: __, ...shown } = loop;
  return shown;
}

function viewOf(policy: Policy, nowMs: number): z.input<typeof schema> {
  const { id, agent, record, signedBy, signedMs, revokedMs } = policy;
  const timeOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
  return {
    id,
    agent,
    grants: record.grants,
    kinds: record.kinds,
    reason: record.reason,
    loop: shownTerms(record.loop ?? null),
    in_force: isInForce(policy, nowMs),
    signed_by: signedBy,
    signed_at: new Date(signedMs).toISOString(),
    expires_at: timeOf(record.expires_ms),
    revoked_at: timeOf(revokedMs),
    revoked_by: record.revoked_by,
    revoke_reason: record.revoke_reason,
  };
}
