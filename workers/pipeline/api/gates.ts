// Gates: asking for a decision on a candidate, reading it, and waiving it. A gate is decided when it is read and its evidence is complete; what
// it then says stays. Only a person waives.
import * as z from "zod";
import { ulid } from "ulidx";
import { findGate, listGates, putGate, waiveGate } from "../../../d1/gates.ts";
import { casesOf } from "../../../d1/suites.ts";
import { recordHash } from "../../../domain/audit/chain.ts";
import { msOfAnHour, waiverProblem, type Gate, type GateEvidence, type Waiver } from "../../../domain/experiment/gate.ts";
import type { Suite, SuiteCase } from "../../../domain/experiment/suite.ts";
import { candidatePasses, settledGate } from "../../../queues/settle-gate.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { audited } from "./audited.ts";
import { bare, endpoint, pathText, type Api, type Call } from "./endpoint.ts";
import { keptCandidate, namedEvaluation, namedReplay, startReplay, type Started } from "./gates-evidence.ts";
import {
  gateAsked,
  gateHead,
  gateSchema,
  gateVerdict,
  gateView,
  listedGate,
  madeGate,
  waiverAsked,
  type GateAsked,
} from "./gates-schema.ts";
import { exactly, listAnswer, listQuery, openList, timePosition } from "./list.ts";
import { requireSuite } from "./suites.ts";

export const gateTag = "Gates";
const params = z.strictObject({ id: pathText });

export function addGates(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/gates",
      audience: "write",
      tag: gateTag,
      summary: "Ask whether a candidate may ship",
      description:
        "Holds the candidate against everything that ever passed in the suite. Without evidence a replay over the suite's cases is started; the gate is `insufficient` and `running` until it is read after that is done.",
      body: gateAsked,
      status: 201,
      answer: madeGate,
      refusals: {
        404: "The key's project has no such suite, evaluation, experiment or evaluator.",
        422: "The evidence is of something else, or a replay cannot be done so; the message says why.",
      },
    },
    async (call) => {
      const { env, projectId, principal, body, nowMs } = call;
      const suite = await suiteOf(env, projectId, body);
      const cases = await casesOf(env.INDEX, projectId, suite.id, suite.version);
      checkRequired(body, cases);
      const { evidence, secret } = await evidenceOf(call, suite, cases);
      const gate = newGate(suite, body, evidence, nowMs);
      const after = {
        agent: recordHash(suite.agent),
        suite: suite.id,
        suite_version: suite.version,
        candidate: recordHash(gate.candidate),
        policy: recordHash(gate.policy),
        evidence: evidence.evaluationId ?? evidence.experimentId,
      };
      await putGate(env.INDEX, projectId, gate, audited(principal, nowMs, { action: "gate.made", object: gate.id, after }));
      return { ...gateView(await settledGate(env, projectId, gate, nowMs), nowMs), driver_secret: secret };
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/gates",
      audience: "read",
      tag: gateTag,
      summary: "List gates, newest first",
      description: "As each was last written down: one whose evidence was completed since is decided when it is read by itself.",
      query: listQuery({ agent: exactly, suite_id: exactly, verdict: gateVerdict.optional() }),
      status: 200,
      answer: listAnswer(listedGate, "Gates, without their cases."),
    },
    async ({ env, projectId, query, nowMs }) => {
      const list = openList<[number, string]>("/v1/gates", query, timePosition);
      const { agent, suite_id: suiteId, verdict } = query;
      const page = await listGates(env.INDEX, projectId, { agent, suiteId, verdict }, list.request);
      return list.answer({ ...page, items: page.items.map((gate) => gateHead(gate, nowMs)) });
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/gates/{id}",
      audience: "read",
      tag: gateTag,
      summary: "One gate: its verdict, its evidence, and every case",
      params,
      status: 200,
      answer: gateSchema,
    },
    async ({ env, projectId, params: { id }, nowMs }) => gateView(await requireGate(env, projectId, id, nowMs), nowMs),
  );
  addWaiver(api);
}

function addWaiver(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/gates/{id}/waive",
      audience: "write",
      tag: gateTag,
      summary: "Open a gate that did not pass: a person's decision, with a reason",
      description: "The verdict stays beside the waiver, which is good until the gate expires. The first waiver of a gate stays.",
      params,
      body: waiverAsked,
      status: 200,
      answer: gateSchema,
      refusals: { 403: "The key is a machine's.", 409: "It passed, is not decided yet, or expired." },
    },
    async ({ env, principal, projectId, params: { id }, body: { reason }, nowMs }) => {
      if (principal.kind !== "person")
        throw new Refusal(403, "Only a person waives a gate: this key is a machine's. Make one with `kind: person`.");
      const gate = await requireGate(env, projectId, id, nowMs);
      if (gate.waiver !== null) return gateView(gate, nowMs);
      const problem = waiverProblem(gate, nowMs);
      if (problem !== null) throw new Refusal(409, `The gate cannot be waived: ${problem}.`);
      const waiver: Waiver = { by: principal.owner, keyId: principal.keyId, reason, at: new Date(nowMs).toISOString() };
      const { verdict } = gate;
      const states = { before: { verdict, waived: false }, after: { verdict, waived: true } };
      const draft = audited(principal, nowMs, { action: "gate.waived", object: id, ...states, reason });
      await waiveGate(env.INDEX, projectId, gate, waiver, candidatePasses(gate), draft);
      return gateView(await requireGate(env, projectId, id, nowMs), nowMs);
    },
  );
}

/** As it stands now, decided where it can be. Throws Refusal 404. */
export async function requireGate(env: Env, projectId: string, id: string, nowMs: number): Promise<Gate> {
  const gate = await findGate(env.INDEX, projectId, id);
  if (gate === null) throw new Refusal(404, "There is no such gate in this key's project.");
  return settledGate(env, projectId, gate, nowMs);
}

async function suiteOf(env: Env, projectId: string, { suite_id: id, agent }: GateAsked): Promise<Suite> {
  const suite = await requireSuite(env, projectId, id);
  if (agent === undefined || agent === suite.agent) return suite;
  throw new Refusal(404, "The agent has no such suite.", [{ path: "suite_id", message: "is another agent's" }]);
}

function checkRequired({ policy }: GateAsked, cases: readonly SuiteCase[]): void {
  const known = new Set(cases.map(({ id }) => id));
  const unknown = policy.must_pass.findIndex((id) => !known.has(id));
  if (unknown !== -1)
    throw new Refusal(422, "A case that must pass is not in the suite.", [
      { path: `policy.must_pass[${unknown}]`, message: "no such case" },
    ]);
}

type Asked = Pick<Call<object, object, GateAsked>, "env" | "projectId" | "principal" | "nowMs" | "origin" | "body">;

async function evidenceOf(
  { env, projectId, principal, nowMs, origin, body }: Asked,
  suite: Suite,
  cases: readonly SuiteCase[],
): Promise<Started> {
  const candidate = keptCandidate(body.candidate);
  if (body.evaluation_id !== undefined)
    return { evidence: await namedEvaluation(env, projectId, suite, body.evaluation_id, candidate), secret: null };
  if (body.experiment_id !== undefined)
    return { evidence: await namedReplay(env, projectId, suite, body.experiment_id, candidate), secret: null };
  return startReplay(env, { projectId, principal, nowMs, origin }, suite, cases, body);
}

function newGate(suite: Suite, { candidate, policy }: GateAsked, evidence: GateEvidence, nowMs: number): Gate {
  const maker = evidence.evaluationId ?? evidence.experimentId;
  return {
    id: `gat_${ulid(nowMs)}`,
    agent: suite.agent,
    suiteId: suite.id,
    suiteVersion: suite.version,
    candidate: keptCandidate(candidate),
    policy,
    status: "running",
    verdict: "insufficient",
    reasons: [maker === null ? "It is being decided." : `The evidence is not complete yet: ${maker} is under way.`],
    judgement: null,
    cases: [],
    counts: null,
    evidence,
    waiver: null,
    createdMs: nowMs,
    decidedMs: null,
    expiresMs: nowMs + policy.expires_after_h * msOfAnHour,
  };
}
