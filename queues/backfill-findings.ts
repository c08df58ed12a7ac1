// Findings of history: a rule that people declared, or a detector as it is now, over runs that came before it. What a run shows is
// written in place of what earlier versions saw in it; a run that shows the same as before is left alone.
import { classMatch, familyMatch, type PlacedClass } from "../domain/backfill/class-match.ts";
import { factsKeptMs } from "../domain/drift/facts.ts";
import { declaredSignals } from "../domain/finding/declared-signal.ts";
import { detectFindings } from "../domain/finding/detect.ts";
import { detectors } from "../domain/finding/detectors.ts";
import type { Expectation } from "../domain/finding/expectation.ts";
import type { Detected } from "../domain/finding/finding.ts";
import { keptFindings, type KeptFinding } from "../domain/finding/kept-finding.ts";
import type { Run } from "../domain/run/run.ts";
import type { FindingClass } from "../domain/signal/signal.ts";
import { findAgent } from "../d1/agents.ts";
import { placedClasses, type HeldColumn } from "../d1/backfill-runs.ts";
import type { Guard } from "../d1/backfills.ts";
import { expectationsOf } from "../d1/expectations.ts";
import { findSignal, type SignalRow } from "../d1/signal-rows.ts";
import { replacing, type FoundRun } from "../d1/write-findings.ts";
import type { Reclassed } from "../durable-objects/behaviour-records.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { behaviourOf } from "../durable-objects/names.ts";
import type { Opened, PageScan, TargetName } from "./backfill-scan.ts";

/** What is looked for, and by whom. */
interface Search {
  version: string;
  guard: Guard;
  /** Of the detectors whose findings are replaced. */
  names: readonly string[];
  detect: (run: Run) => Detected[];
  /** Whether a finding is one of those that the job counts. */
  matches: (one: FindingClass) => boolean;
  /** The agent's classes, where that depends on the class; else none. */
  known: readonly PlacedClass[];
}

const always: Guard = { sql: "1", values: [] };
const missing = (reason: string): Opened => ({ ok: false, isMissing: true, reason });
const refused = (reason: string): Opened => ({ ok: false, isMissing: false, reason });

export async function openDetector(env: Bindings, target: TargetName): Promise<Opened> {
  const detector = detectors.find(({ name }) => name === target.ref);
  const names = detectors.map(({ name }) => name);
  if (detector === undefined) return refused(`there is no detector of that name; there are ${names.join(", ")}`);
  return opened(env, target, { ...searchBy([detector.name]), known: [], matches: () => true });
}

export async function openSignal(env: Bindings, target: TargetName): Promise<Opened> {
  const signal = await findSignal(env.INDEX, target.projectId, target.ref);
  if (signal === null) return missing("there is no such signal in this project");
  if (signal.record.agent !== target.agent) return refused("the signal is another agent's");
  return signal.isDeclared ? openDeclared(env, target, signal) : openFound(env, target, signal);
}

async function openDeclared(env: Bindings, target: TargetName, signal: SignalRow): Promise<Opened> {
  const inWords =
    "the signal is defined in words alone, which only Claude can hold against history: give it a rule " +
    "(PATCH /v1/signals/{id} with `rule`), and history can be scanned for that at no cost";
  if (signal.rule === null) return refused(inWords);
  const expectations = await expectationsOf(env.INDEX, target.projectId);
  const expectation = expectations.get(target.agent)?.find(({ signalId }) => signalId === signal.id);
  if (expectation === undefined) return refused("the signal is archived: nothing is looked for by it");
  return opened(env, target, {
    version: String(expectation.version),
    guard: {
      sql: "EXISTS (SELECT 1 FROM signal WHERE signal.project_id = ?1 AND signal.id = ?3 AND signal.version = ?4)",
      values: [signal.id, expectation.version],
    },
    names: [nameOf(expectation)],
    detect: (run) => declaredSignals(run, [expectation]),
    matches: () => true,
    known: [],
  });
}

const nameOf = ({ slug }: Expectation): string => `signal.${slug}`;

/** One that Bento found: its detectors look again, and what they find counts where its class belongs to the signal. */
async function openFound(env: Bindings, target: TargetName, signal: SignalRow): Promise<Opened> {
  const known = await placedClasses(env.INDEX, target.projectId, target.agent);
  const family = signal.family === null ? null : JSON.parse(signal.family);
  const matches = family === null ? classMatch(signal.id, known) : familyMatch(family);
  const seenBy = new Set(known.filter(matches).map((one) => one.family.detector));
  const names = detectors.map(({ name }) => name).filter((name) => seenBy.has(name));
  if (names.length === 0)
    return refused("no detector sees this signal in a run: its findings come from people or from Claude, and stand where they were made");
  return opened(env, target, { ...searchBy(names), known, matches });
}

function searchBy(names: readonly string[]): Pick<Search, "version" | "guard" | "names" | "detect"> {
  const chosen = detectors.filter(({ name }) => names.includes(name));
  return {
    version: chosen.length === 1 ? (chosen[0]?.version ?? "") : chosen.map(({ name, version }) => `${name} ${version}`).join(", "),
    guard: always,
    names,
    // Detectors know of each other, so that one cause is named once: all look, and what the others see is left as it stands.
    detect: (run) => detectFindings(run).filter(({ detector }) => names.includes(detector)),
  };
}

async function opened(env: Bindings, target: TargetName, search: Search): Promise<Opened> {
  const agent = await findAgent(env.INDEX, target.projectId, target.agent);
  if (agent === null) return missing("there is no such agent any more");
  const { version, guard, names } = search;
  const factsSinceMs = agent.lastRunMs - factsKeptMs;
  return { ok: true, scan: { version, guard, held: heldOf(names), page: () => findingsPage(env, target, search, factsSinceMs) } };
}

/** What stands of a run from these detectors: id, version and class of each finding. */
function heldOf(names: readonly string[]): HeldColumn {
  const list = names.map((_, i) => `?${7 + i}`).join(", ");
  return {
    sql: `(SELECT group_concat(f.id || ' ' || f.detector_version || ' ' || f.class, ',') FROM finding f
        WHERE f.project_id = run.project_id AND f.run_id = run.id AND f.source = 'rule' AND f.detector IN (${list}))`,
    values: names,
  };
}

const heldIn = (held: string | null): string[] => (held === null ? [] : held.split(","));
const classIn = (one: string): string => one.split(" ")[2] ?? "";

function isSame(held: readonly string[], found: readonly KeptFinding[]): boolean {
  const now = new Set(found.map(({ finding, class: { key } }) => `${finding.id} ${finding.detector_version} ${key}`));
  return held.length === now.size && held.every((one) => now.has(one));
}

function findingsPage(env: Bindings, { projectId, agent }: TargetName, search: Search, factsSinceMs: number): PageScan {
  const changed: FoundRun[] = [];
  const changedFacts: Reclassed[] = [];
  const counted = new Set(search.known.filter(search.matches).map(({ key }) => key));
  const isCounted = search.known.length === 0 ? () => true : (key: string) => counted.has(key);
  return {
    look: ({ run, row }) => {
      const detected = search.detect(run);
      if (detected.length === 0 && row.held === null) return { shows: false, wasKnown: false };
      const [held, found] = [heldIn(row.held), keptFindings(run, detected, "rule")];
      if (!isSame(held, found)) {
        const { id, agent: name, started_at, sample_rate, shadow_of } = run;
        changed.push({ run: { id, agent: name, started_at, sample_rate, shadow_of }, version: row.version, found });
        const classes = { gone: held.map(classIn), come: found.map((one) => one.class.key) };
        if (row.startedMs >= factsSinceMs) changedFacts.push({ id, version: row.version, ...classes });
      }
      return { shows: found.some((one) => search.matches(one.class)), wasKnown: held.map(classIn).some(isCounted) };
    },
    statements: async (nowMs) => {
      if (changedFacts.length > 0) await behaviourOf(env, projectId, agent).reclass(changedFacts, nowMs);
      if (changed.length === 0) return [];
      return search.names.flatMap((name) => {
        const ofName = changed.map((one) => ({ ...one, found: one.found.filter(({ finding }) => finding.detector === name) }));
        return replacing(env.INDEX, projectId, name, ofName, nowMs);
      });
    },
  };
}
