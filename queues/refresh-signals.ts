// Brings an agent's signals up to its findings: classes into signals, counts into rates, rates into behaviour. Done before anybody reads
// them, at a flush, and each minute for agents that are behind; it may run twice at once, because all it makes is made of what stands.
import { timedId } from "../domain/drift/stable-id.ts";
import type { Breakdown } from "../domain/signal/breakdown.ts";
import { countedSignal, type AgentCount, type SignalIdentity } from "../domain/signal/count-signals.ts";
import { definitionOf, familyName, signalName } from "../domain/signal/name.ts";
import { polarSlug } from "../domain/signal/polar-slug.ts";
import { placeClasses, type Placed } from "../domain/signal/place-classes.ts";
import { isTouched, saidSchema, type SignalHistory } from "../domain/signal/said.ts";
import type { Signal, SignalFamily } from "../domain/signal/signal.ts";
import { findAgent } from "../d1/agents.ts";
import { risingSignals } from "../d1/rising-signals.ts";
import { askedDays, recountDayStatements, signalCounts, type SignalCounts } from "../d1/signal-counts.ts";
import {
  assignClassStatements,
  deleteSignalsStatement,
  knownClasses,
  pinsOf,
  putCountedStatements,
  refreshedStatement,
  signalsOfAgent,
  signalUpkeep,
  type CountedSignal,
  type SignalRow,
} from "../d1/signal-rows.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { behaviourOf } from "../durable-objects/names.ts";

/** false when they stood as they should already. */
export async function refreshSignals(env: Bindings, projectId: string, agent: string, nowMs: number): Promise<boolean> {
  const db = env.INDEX;
  const upkeep = await signalUpkeep(db, projectId, agent);
  if (upkeep === null) return false;
  const [classes, rows, pins, seen] = await Promise.all([
    knownClasses(db, projectId, agent),
    signalsOfAgent(db, projectId, agent),
    pinsOf(db, projectId, agent),
    findAgent(db, projectId, agent),
  ]);
  const declared = new Map(rows.filter(({ isDeclared }) => isDeclared).map(({ slug, id }) => [slug, id]));
  const placed = placeClasses(agent, classes, pins, declared);
  const draft = draftOf(agent, rows, placed, nowMs);
  await db.batch([
    ...recountDayStatements(db, projectId, agent, upkeep.dirtyFromMs),
    ...assignClassStatements(db, projectId, placed.assigned),
    ...putCountedStatements(db, projectId, draft.made),
  ]);
  const declaredSignals = draft.signals.filter(({ isDeclared }) => isDeclared);
  const [counts, rising, breakdown, asked] = await Promise.all([
    signalCounts(db, projectId, agent),
    risingSignals(db, projectId, agent),
    behaviourOf(env, projectId, agent).nameSignals(slugsOf(placed, draft.signals), nowMs),
    askedDays(
      db,
      projectId,
      agent,
      declaredSignals.map(({ id, said, rule }) => ({ id, fromMs: said.asked_from_ms ?? 0, isRead: rule === null })),
    ),
  ]);
  const agentCount: AgentCount = {
    all: counts.all,
    failedRuns: counts.failedRuns,
    firstRunMs: seen?.firstRunMs ?? nowMs,
    newestRunMs: Math.min(nowMs, seen?.lastRunMs ?? nowMs),
  };
  const by = new Map(breakdown);
  const counted = draft.signals.map((row) => ({
    ...row,
    record: recordOf(row, counts, rising, by, { ...agentCount, all: asked.get(row.id) ?? counts.all }),
  }));
  await db.batch([
    ...putCountedStatements(
      db,
      projectId,
      counted.map((row) => ({ ...row, events: draft.events.get(row.id) ?? [] })),
    ),
    deleteSignalsStatement(db, projectId, draft.gone),
    refreshedStatement(db, projectId, agent, upkeep.changes, nowMs),
  ]);
  return true;
}

/** Of a signal's id, to tell slugs of one family apart. */
const slugDigits = 4;

type DraftSignal = Omit<CountedSignal, "record" | "events"> & { identity: SignalIdentity };

interface Draft {
  signals: DraftSignal[];
  /** Those that are new, as far as they are known: counting needs their rows. */
  made: CountedSignal[];
  /** Ids of those that nothing is left of. */
  gone: string[];
  /** What became of those that were known. */
  events: Map<string, SignalHistory>;
}

/** The signals that there are now, named but not counted. */
function draftOf(agent: string, rows: readonly SignalRow[], placed: Placed, nowMs: number): Draft {
  const known = new Map(rows.map((row) => [row.id, row]));
  const taken = new Set(rows.map(({ slug }) => slug));
  const families = new Map<string, DraftSignal>();
  const signals: DraftSignal[] = [];
  const add = (
    id: string,
    family: string | null,
    parentId: string | null,
    named: Pick<SignalIdentity, "name" | "definition" | "polarity">,
    slugWords: string,
  ): DraftSignal => {
    const before = known.get(id);
    const slug = before?.slug ?? polarSlug(named.polarity, slugWords, taken);
    taken.add(slug);
    const said = before?.said ?? saidSchema.parse({});
    const version = before?.version ?? 1;
    const identity = { id, slug, agent, parentId, version, said, usualSeverity: before?.record.severity ?? "medium", ...named } as const;
    const signal: DraftSignal = {
      id,
      slug,
      family,
      parentId,
      version,
      isDeclared: before?.isDeclared ?? false,
      rule: before?.rule ?? null,
      said,
      identity,
    };
    signals.push(signal);
    return signal;
  };
  for (const leaf of placed.leaves.toSorted((a, b) => a.firstMs - b.firstMs || (a.id < b.id ? -1 : 1))) {
    const { family, template } = leaf;
    const text = JSON.stringify(family);
    const parent =
      families.get(text) ?? add(familyId(rows, agent, text, leaf.firstMs), text, null, familyWords(family), familyName(family));
    families.set(text, parent);
    const named = { name: signalName(family, template), definition: definitionOf(family, template), polarity: family.polarity };
    // dimensions, drifts and artifacts carry slugs, and outlive runs: no words of their errors go into them
    add(leaf.id, null, parent.id, named, `${familyName(family)} ${leaf.id.slice(-slugDigits)}`);
  }
  for (const row of rows.filter(({ id, isDeclared, said }) => !signals.some((one) => one.id === id) && (isDeclared || isTouched(said))))
    add(row.id, row.family, row.parentId, row.record, row.slug);
  const kept = new Set(signals.map(({ id }) => id));
  const made = signals.filter(({ id }) => !known.has(id)).map(({ identity, ...row }) => uncounted(row, identity, nowMs));
  return { signals, made, gone: rows.filter(({ id }) => !kept.has(id)).map(({ id }) => id), events: eventsOf(placed, nowMs) };
}

function familyWords(family: SignalFamily): Pick<SignalIdentity, "name" | "definition" | "polarity"> {
  return { name: familyName(family), definition: definitionOf(family, []), polarity: family.polarity };
}

/** That of the row which is the whole of this family, or a new one. */
function familyId(rows: readonly SignalRow[], agent: string, family: string, firstMs: number): string {
  return rows.find((row) => row.family === family)?.id ?? timedId("sig_", firstMs, [agent, "family", family]);
}

function eventsOf({ events }: Placed, nowMs: number): Map<string, SignalHistory> {
  const at = new Date(nowMs).toISOString();
  const byId = Map.groupBy(events, ({ id }) => id);
  return new Map([...byId].map(([id, list]) => [id, list.map(({ kind, other, reason }) => ({ at, by: "bento", kind, other, reason }))]));
}

/** A row that counts nothing yet. */
function uncounted(row: Omit<DraftSignal, "identity">, identity: SignalIdentity, nowMs: number): CountedSignal {
  const record = countedSignal(
    identity,
    { shown: new Map(), seen: null, severity: null, examples: [], by: {}, isEscalating: false },
    { all: new Map(), failedRuns: { runs: 0, weight: 0, squares: 0 }, firstRunMs: nowMs, newestRunMs: nowMs },
  );
  const made = { at: new Date(nowMs).toISOString(), by: "bento", kind: "made" as const, other: null, reason: null };
  return { ...row, events: [made], record };
}

function recordOf(
  { id, slug, identity }: DraftSignal,
  counts: SignalCounts,
  rising: ReadonlySet<string>,
  by: ReadonlyMap<string, Breakdown>,
  agent: AgentCount,
): Signal {
  return countedSignal(
    identity,
    {
      shown: counts.shown.get(id) ?? new Map(),
      seen: counts.seen.get(id) ?? null,
      severity: counts.severity.get(id) ?? null,
      examples: counts.examples.get(id) ?? [],
      by: by.get(slug) ?? {},
      isEscalating: rising.has(slug),
    },
    agent,
  );
}

/** A class counts for its signal, and for that of its family where the family has more than one: else the two were one rate twice. */
function slugsOf({ assigned }: Placed, signals: readonly DraftSignal[]): [key: string, slugs: string[]][] {
  const byId = new Map(signals.map((signal) => [signal.id, signal]));
  const children = Map.groupBy(signals, ({ parentId }) => parentId);
  return [...assigned]
    .map(([key, id]): [string, string[]] => {
      const own = byId.get(id);
      const parent = own?.parentId == null ? undefined : byId.get(own.parentId);
      const hasSiblings = parent !== undefined && (children.get(parent.id)?.length ?? 0) > 1;
      return [key, [own?.slug, hasSiblings ? parent.slug : undefined].filter((slug) => slug !== undefined)];
    })
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
