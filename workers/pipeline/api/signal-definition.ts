// Signals that people define: by a rule that every run is asked from now on, or in plain words that Claude reads runs against. History is
// asked by a backfill. A rule is tried on the newest runs before it is kept: one that never holds, or always, is told so at once.
import { ulid } from "ulidx";
import * as z from "zod";
import { listRuns } from "../../../d1/runs.ts";
import { actOnSignals, type SignalAct } from "../../../d1/signal-acts.ts";
import { signalsOfAgent, type SignalRow } from "../../../d1/signal-rows.ts";
import { recordHash } from "../../../domain/audit/chain.ts";
import type { Principal } from "../../../domain/project/principal.ts";
import { countedSignal } from "../../../domain/signal/count-signals.ts";
import { polarSlug } from "../../../domain/signal/polar-slug.ts";
import { nothing } from "../../../domain/signal/rate.ts";
import { saidSchema, type Said, type SignalHistory } from "../../../domain/signal/said.ts";
import { longestExpression, readExpression } from "../../../domain/run/expression.ts";
import { refreshSignals } from "../../../queues/refresh-signals.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { actorOf } from "./actor.ts";
import { requireAgent } from "./agents.ts";
import { audited } from "./audited.ts";
import { severity } from "./drift-schema.ts";
import { bare, endpoint, pathText, type Api } from "./endpoint.ts";
import { segmentLineOf } from "./run-view.ts";
import { polarity, wholeSignal } from "./signal-schema.ts";
import { requireSignal, signalParams, signalTag, wholeSignalOf } from "./signals.ts";

/** Runs that a rule is tried on. */
const triedRuns = 20;
/** Declared signals of an agent: each is asked of every run. */
const mostDeclared = 100;

const name = z.string().trim().min(1).max(120);
const definition = z.string().trim().min(1).max(2_000);
const rule = z
  .string()
  .trim()
  .min(1)
  .max(longestExpression)
  .meta({ description: 'CEL over `run` that is true of the runs that are meant: `run.output.contains("refund")`.' });
const reason = z.string().trim().min(1).max(2_000).nullable().default(null);

const declared = wholeSignal.extend({
  tried: z.object({ runs: z.number(), matched: z.number() }).meta({ description: "What the rule says of the agent's newest runs." }),
});

export function addSignalDefinition(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/signals",
      audience: "write",
      tag: signalTag,
      summary: "Define a signal by a rule, or in plain words",
      description: "It is asked of every run from now on; `POST /v1/backfills` asks it of history.",
      body: z.strictObject({
        agent: pathText,
        name,
        definition,
        rule: rule.nullable().default(null),
        polarity: polarity.default("failure"),
        severity: severity.default("medium"),
      }),
      status: 201,
      answer: declared,
      refusals: { 422: "The rule cannot be used." },
    },
    async ({ env, projectId, principal, body, nowMs }) => {
      const { lastRunMs } = await requireAgent(env, projectId, body.agent);
      checkRule(body.rule);
      const rows = await signalsOfAgent(env.INDEX, projectId, body.agent);
      if (rows.filter((row) => row.isDeclared && !row.said.archived).length >= mostDeclared)
        throw new Refusal(422, `An agent may have ${mostDeclared} signals of one's own; archive one first.`);
      const id = `sig_${ulid(nowMs)}`;
      const slug = polarSlug(body.polarity, body.name, new Set(rows.map((row) => row.slug)));
      const said = saidSchema.parse({
        name: body.name,
        definition: body.definition,
        severity: body.severity,
        asked_from_ms: lastRunMs + 1,
      });
      const identity = {
        id,
        slug,
        agent: body.agent,
        parentId: null,
        polarity: body.polarity,
        version: 1,
        said,
        name: body.name,
        definition: body.definition,
        usualSeverity: body.severity,
      };
      const record = countedSignal(
        identity,
        { shown: new Map(), seen: null, severity: null, examples: [], by: {}, isEscalating: false },
        { all: new Map(), failedRuns: nothing, firstRunMs: nowMs, newestRunMs: nowMs },
      );
      const events = [{ at: new Date(nowMs).toISOString(), by: actorOf(principal), kind: "made" as const, other: null, reason: null }];
      const draft = audited(principal, nowMs, { action: "signal.made", object: id, after: stateOf(1, body.rule, body.definition) });
      const made = [{ id, slug, family: null, parentId: null, version: 1, isDeclared: true, rule: body.rule, said, events, record }];
      await actOnSignals(env.INDEX, projectId, { agent: body.agent, made, draft }, nowMs);
      const row = await requireSignal(env, projectId, id, nowMs);
      return { ...(await wholeSignalOf(env, projectId, row)), tried: await tryOn(env, projectId, body.agent, body.rule) };
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "patch",
      path: "/v1/signals/{id}",
      audience: "write",
      tag: signalTag,
      summary: "Name a signal, define it, or say how severe it is",
      description: "A changed rule, or plain words that Claude reads by, is a new version: what the old one found counts no more.",
      params: signalParams,
      body: z.strictObject({
        name: name.optional(),
        definition: definition.optional(),
        severity: severity.optional(),
        rule: rule.optional(),
        reason,
      }),
      status: 200,
      answer: wholeSignal,
      refusals: { 409: "Only a declared signal has a rule.", 422: "The rule cannot be used." },
    },
    async ({ env, projectId, principal, params, body, nowMs }) => {
      const row = await requireSignal(env, projectId, params.id, nowMs);
      await actOnSignals(env.INDEX, projectId, await describing({ env, projectId, principal, nowMs }, row, body), nowMs);
      await refreshSignals(env, projectId, row.record.agent, nowMs);
      return wholeSignalOf(env, projectId, await requireSignal(env, projectId, row.id, nowMs));
    },
  );
}

interface Description {
  name?: string | undefined;
  definition?: string | undefined;
  severity?: Said["severity"] | undefined;
  rule?: string | undefined;
  reason: string | null;
}

/** What it is to say this of a signal. Throws Refusal 409 and 422. */
export async function describing(
  { env, projectId, principal, nowMs }: { env: Env; projectId: string; principal: Principal; nowMs: number },
  row: SignalRow,
  body: Description,
): Promise<SignalAct> {
  if (body.rule !== undefined && !row.isDeclared) throw new Refusal(409, "Only a signal that a person defined has a rule.");
  checkRule(body.rule ?? null);
  const rule = body.rule ?? row.rule;
  const isNewText = row.isDeclared && rule === null && body.definition !== undefined && body.definition !== row.record.definition;
  const version = rule !== row.rule || isNewText ? row.version + 1 : row.version;
  const said = {
    ...row.said,
    name: body.name ?? row.said.name,
    definition: body.definition ?? row.said.definition,
    severity: body.severity ?? row.said.severity,
    asked_from_ms: version === row.version ? row.said.asked_from_ms : (await requireAgent(env, projectId, row.record.agent)).lastRunMs + 1,
  };
  const kind = body.name !== undefined && body.rule === undefined && body.definition === undefined ? "renamed" : "defined";
  const events: SignalHistory = [{ at: new Date(nowMs).toISOString(), by: actorOf(principal), kind, other: null, reason: body.reason }];
  const draft = audited(principal, nowMs, {
    action: "signal.changed",
    object: row.id,
    before: stateOf(row.version, row.rule, row.record.definition),
    after: stateOf(version, rule, said.definition ?? row.record.definition),
    reason: body.reason,
  });
  return { agent: row.record.agent, said: [{ id: row.id, said, rule, version, events }], draft };
}

function checkRule(text: string | null): void {
  if (text === null) return;
  const reading = readExpression(text);
  if (!reading.ok) throw new Refusal(422, `\`rule\` ${reading.message}.`, [{ path: "rule", message: reading.message }]);
}

const stateOf = (version: number, text: string | null, words: string) => ({
  version,
  rule: text === null ? null : recordHash(text),
  definition: recordHash(words),
});

async function tryOn(env: Env, projectId: string, agent: string, text: string | null) {
  if (text === null) return { runs: 0, matched: 0 };
  const reading = readExpression(text);
  const { items } = await listRuns(env.INDEX, projectId, { agent }, { limit: triedRuns, after: null });
  const lines = await Promise.all(items.map((row) => segmentLineOf(env, projectId, row)));
  const whole = lines.filter((line) => line !== null);
  return { runs: whole.length, matched: reading.ok ? whole.filter(({ run }) => reading.evaluate(run) === true).length : 0 };
}
