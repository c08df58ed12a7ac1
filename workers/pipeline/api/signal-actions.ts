// What people do to signals: join two, part one, say that one is over, is not worth looking at, or is a class of its own. Each can be
// taken back by its opposite, and a machine never undoes it.
import { ulid } from "ulidx";
import * as z from "zod";
import { findAgent } from "../../../d1/agents.ts";
import { actOnSignals, type SignalAct } from "../../../d1/signal-acts.ts";
import { knownClasses, type CountedSignal, type SignalRow } from "../../../d1/signal-rows.ts";
import type { AuditAction } from "../../../domain/audit/entry.ts";
import type { Principal } from "../../../domain/project/principal.ts";
import { merging, splitting, type Regrouping } from "../../../domain/signal/regroup.ts";
import { saidSchema, type Said, type SignalHistory } from "../../../domain/signal/said.ts";
import { refreshSignals } from "../../../queues/refresh-signals.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { actorOf } from "./actor.ts";
import { audited } from "./audited.ts";
import { bare, endpoint, type Api } from "./endpoint.ts";
import { wholeSignal } from "./signal-schema.ts";
import { requireSignal, signalParams, signalTag, wholeSignalOf } from "./signals.ts";

const reason = z.string().trim().min(1).max(2_000).nullable().default(null);

interface Word {
  path: "archive" | "resolve" | "confirm" | "reopen";
  summary: string;
  action: AuditAction;
  kind: SignalHistory[number]["kind"];
  say: (said: Said, by: string, newestRunMs: number) => Said;
}

const words: readonly Word[] = [
  {
    path: "archive",
    summary: "Say that it is not worth looking at",
    action: "signal.archived",
    kind: "archived",
    say: (said) => ({ ...said, archived: true }),
  },
  {
    path: "resolve",
    summary: "Say that it is over; should it come back, it has regressed",
    action: "signal.resolved",
    kind: "resolved",
    say: (said, _, newestRunMs) => ({ ...said, resolved_ms: newestRunMs }),
  },
  {
    path: "confirm",
    summary: "Say that it is a class of its own",
    action: "signal.confirmed",
    kind: "confirmed",
    say: (said, by) => ({ ...said, confirmed_by: by }),
  },
  {
    path: "reopen",
    summary: "Take back that it is archived or resolved",
    action: "signal.changed",
    kind: "defined",
    say: (said) => ({ ...said, archived: false, resolved_ms: null }),
  },
];

export function addSignalActions(api: Api): void {
  for (const word of words)
    addAct(api, word.path, word.summary, z.strictObject({ reason }), async (call, row) => {
      const agent = await findAgent(call.env.INDEX, call.projectId, row.record.agent);
      const said = word.say(row.said, call.by, agent?.lastRunMs ?? call.nowMs);
      return {
        agent: row.record.agent,
        said: [{ ...row, said, events: [call.event(word.kind, null)] }],
        draft: call.draft(word.action, row.id, { state: row.record.state }, { state: word.path }),
      };
    });
  const into = z.string().min(1).max(1_000).meta({ description: "Id of the signal that stays, of the same agent." });
  addAct(api, "merge", "Join it into another one", z.strictObject({ into, reason }), (call, row) => mergeInto(call, row));
  const classes = z.array(z.string().min(1).max(200)).min(1).max(200).optional();
  addAct(
    api,
    "split",
    "Part some of its classes from it",
    z.strictObject({ classes: classes.meta({ description: "Keys; without them every class but the largest leaves." }), reason }),
    (call, row) => splitOff(call, row),
  );
}

export interface ActCall<B> {
  env: Env;
  projectId: string;
  principal: Principal;
  nowMs: number;
  by: string;
  body: B;
  event: (kind: SignalHistory[number]["kind"], other: string | null) => SignalHistory[number];
  draft: (
    action: AuditAction,
    object: string,
    before: Record<string, string> | null,
    after: Record<string, string> | null,
  ) => SignalAct["draft"];
}

/** An act on one signal, under its path: done, counted, and answered with the signal as it is then. */
export function addAct<B extends z.ZodType<{ reason: string | null }>>(
  api: Api,
  path: string,
  summary: string,
  body: B,
  act: (call: ActCall<z.output<B>>, row: SignalRow) => Promise<SignalAct & { shown?: string }>,
): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: `/v1/signals/{id}/${path}`,
      audience: "write",
      tag: signalTag,
      summary,
      params: signalParams,
      body,
      status: 200,
      answer: wholeSignal.extend({ made: z.string().nullable().meta({ description: "Id of the signal that a split made." }) }),
      refusals: { 409: "It cannot be done to this signal." },
    },
    async ({ env, projectId, principal, params, body: given, nowMs }) => {
      const row = await requireSignal(env, projectId, params.id, nowMs);
      const by = actorOf(principal);
      const call: ActCall<z.output<B>> = {
        env,
        projectId,
        principal,
        nowMs,
        by,
        body: given,
        event: (kind, other) => ({ at: new Date(nowMs).toISOString(), by, kind, other, reason: given.reason }),
        draft: (action, object, before, after) => audited(principal, nowMs, { action, object, before, after, reason: given.reason }),
      };
      const done = await act(call, row);
      await actOnSignals(env.INDEX, projectId, done, nowMs);
      await refreshSignals(env, projectId, row.record.agent, nowMs);
      const shown = await requireSignal(env, projectId, done.shown ?? row.id, nowMs);
      return { ...(await wholeSignalOf(env, projectId, shown)), made: done.made?.[0]?.id ?? null };
    },
  );
}

/** Throws Refusal 404 and 409. */
export async function mergeInto(call: ActCall<{ into: string }>, row: SignalRow): Promise<SignalAct & { shown: string }> {
  const into = await requireSignal(call.env, call.projectId, call.body.into, call.nowMs);
  if (into.id === row.id) throw new Refusal(409, "A signal cannot be merged into itself.");
  if (into.record.agent !== row.record.agent) throw new Refusal(409, "Signals of two agents cannot be one.");
  if (into.record.polarity !== row.record.polarity) throw new Refusal(409, "A failure and a win cannot be one.");
  refuseWhole(row);
  refuseWhole(into);
  const [from, to] = await Promise.all([classesOf(call, row), classesOf(call, into)]);
  return {
    ...regrouped(call, row, merging(from, to), into.id),
    // nothing is left of it, also not what was said of it
    said: [
      { ...row, said: saidSchema.parse({}), events: [call.event("merged", into.id)] },
      { ...into, events: [call.event("merged", row.id)] },
    ],
    draft: call.draft("signal.merged", row.id, null, { into: into.id }),
    shown: into.id,
  };
}

async function splitOff(call: ActCall<{ classes?: string[] | undefined }>, row: SignalRow): Promise<SignalAct> {
  refuseWhole(row);
  const all = await classesOf(call, row);
  const unknown = call.body.classes?.find((key) => !all.includes(key));
  if (unknown !== undefined)
    throw new Refusal(422, "That is no class of this signal.", [
      { path: "classes", message: `${unknown.slice(0, 100)} is not one of its classes` },
    ]);
  const parted = splitting(all, call.body.classes ?? all.slice(1));
  if (parted === null) throw new Refusal(409, "Something must leave and something must stay: this signal has too few classes for that.");
  const id = `sig_${ulid(call.nowMs)}`;
  const made: CountedSignal = {
    ...row,
    id,
    slug: `${row.slug.slice(0, 30)}-${id.slice(-6).toLowerCase()}`,
    said: saidSchema.parse({}),
    events: [call.event("split", row.id)],
    record: { ...row.record, id, slug: `${row.slug.slice(0, 30)}-${id.slice(-6).toLowerCase()}` },
  };
  return {
    ...regrouped(call, row, parted, id),
    made: [made],
    said: [{ ...row, events: [call.event("split", id)] }],
    draft: call.draft("signal.split", row.id, null, { made: id }),
  };
}

function regrouped(
  call: ActCall<unknown>,
  row: SignalRow,
  { moved, pins }: Regrouping,
  to: string,
): Pick<SignalAct, "agent" | "moved" | "pins"> {
  const first = ulid(call.nowMs);
  return {
    agent: row.record.agent,
    moved: new Map(moved.map((key) => [key, to])),
    pins: pins.map((pin, i) => ({ ...pin, id: `${first}${String(i).padStart(4, "0")}` })),
  };
}

/** Most findings first. */
async function classesOf({ env, projectId }: ActCall<unknown>, row: SignalRow): Promise<string[]> {
  const classes = await knownClasses(env.INDEX, projectId, row.record.agent);
  return classes
    .filter(({ signalId }) => signalId === row.id)
    .toSorted((a, b) => b.findings - a.findings || (a.key < b.key ? -1 : 1))
    .map(({ key }) => key);
}

function refuseWhole(row: SignalRow): void {
  if (row.isDeclared) throw new Refusal(409, "A signal that a person defined is what its rule says: change the rule instead.");
  if (row.family !== null) throw new Refusal(409, "This is a whole family of signals: merge or split the signals in it.");
}
