// The same month of an agent judged hour by hour as it happens, and once at its end as an import is, ends in the same drifts and incidents.
import { describe, expect, test } from "vitest";
import { analyse } from "../../../domain/drift/analyse.ts";
import { noFeedback } from "../../../domain/drift/analysis.ts";
import type { Drift } from "../../../domain/drift/drift.ts";
import type { RunFacts } from "../../../domain/drift/facts.ts";
import { memoryOf, reconcile } from "../../../domain/drift/match.ts";
import { foldGroups } from "../../../domain/incident/fan-in.ts";
import type { Incident } from "../../../domain/incident/incident.ts";
import { seededRandom } from "../../../domain/statistics/seeded-random.ts";
import { runsOf } from "./changing-agent.ts";
import { amount, dayMs, hourMs, oneOf, startMs } from "./synthetic.ts";

const keptMs = 42 * dayMs;
const brokenMs = startMs + 12 * dayMs + 5 * hourMs;
const fixedMs = startMs + 16 * dayMs;
const slowerMs = startMs + 22 * dayMs + 9 * hourMs;

/** Four weeks of errors, a price and the tools used: a prompt breaks, is taken back, and later another model comes. */
const month = (days: number): RunFacts[] =>
  runsOf({
    days,
    perHour: 3,
    versions: (atMs) => ({
      prompt: atMs >= brokenMs && atMs < fixedMs ? "p-2" : "p-1",
      models: [atMs >= slowerMs ? "m-2" : "m-1"],
    }),
    success: ({ versions }) => (versions.prompt === "p-2" ? 0.6 : versions.models[0] === "m-2" ? 0.7 : 0.92),
    more: ({ versions }, random) => [
      amount("cost.usd", versions.models[0] === "m-2" ? 0.05 : 0.02, random),
      oneOf("tools.mix", { search: 5, order: 3, refund: versions.prompt === "p-2" ? 4 : 1 }, random),
    ],
  });

/** What the behaviour object and the incident desk keep of one agent. */
class Agent {
  drifts = new Map<string, Drift>();
  incidents = new Map<string, Incident>();
  withdrawn: string[] = [];
  private judged: { sinceMs: number; untilMs: number } | null = null;

  judge(known: readonly RunFacts[], untilMs: number, closeAll: boolean): void {
    const facts = known.filter(({ atMs }) => atMs <= untilMs && atMs >= untilMs - keptMs);
    const settings = { falseAlarmBudgetDays: 30 };
    const analysis = analyse({ agent: "bot", facts: [...facts], declared: [], untilMs, closeAll, settings, feedback: noFeedback });
    const oldestMs = Math.min(...facts.map(({ atMs }) => atMs));
    const hasForgotten = known.some(({ atMs }) => atMs < untilMs - keptMs);
    const result = reconcile([...this.drifts.values()], analysis, memoryOf(oldestMs, hasForgotten, this.judged));
    this.judged = { sinceMs: oldestMs, untilMs };
    for (const drift of result.drifts) this.drifts.set(drift.id, drift);
    for (const id of result.withdrawn) this.drifts.delete(id);
    this.withdrawn.push(...result.withdrawn);
    const { groups, withdrawn } = result;
    const folded = foldGroups([...this.incidents.values()], {
      agent: "bot",
      groups,
      drifts: [...this.drifts.values()],
      withdrawn,
      nowMs: untilMs,
    });
    for (const incident of folded.incidents) this.incidents.set(incident.id, incident);
  }

  /** Drifts and incidents without the story of how they came to be known. */
  get ends() {
    return {
      drifts: [...this.drifts.values()].map(({ incident_id: _, ...drift }) => drift).sort((a, b) => (a.id < b.id ? -1 : 1)),
      incidents: [...this.incidents.values()]
        .filter(({ merged_into: into, withdrawn_at: withdrawn }) => into === null && withdrawn === null)
        .map(({ id, status, severity, onset_at: onset, attribution, drifts }) => ({
          id,
          status,
          severity,
          onset,
          verdict: attribution.verdict,
          causes: attribution.causes.map(({ kind, ref }) => `${kind} ${ref}`),
          drifts: drifts.map((drift) => drift.id).sort(),
        }))
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
    };
  }
}

/** Without ids: what was told before the late runs came keeps the id that it was told under. */
function nameless({ id: _, ...rest }: { id: string; drifts?: unknown }) {
  const { drifts: __, ...plain } = rest;
  return plain;
}

function shuffled<T>(list: readonly T[], seed: string): T[] {
  const random = seededRandom(seed);
  return list
    .map((one) => ({ one, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}

describe("a month that was lived and one that was imported", () => {
  const facts = month(28);
  const endMs = Math.max(...facts.map(({ atMs }) => atMs));
  const imported = new Agent();
  imported.judge(shuffled(facts, "import"), endMs, true);

  test("hold the two changes as two incidents with their causes", () => {
    expect(imported.ends.incidents.map(({ verdict, causes }) => [verdict, causes[0]])).toEqual([
      ["attributed", "prompt p-2"],
      ["attributed", "model m-2"],
    ]);
  });

  test("end in the same drifts, onsets, verdicts and incidents, judged every day and every hour while something moves", () => {
    const lived = new Agent();
    const isMoving = (atMs: number): boolean =>
      [brokenMs, fixedMs, slowerMs].some((fromMs) => atMs >= fromMs && atMs < fromMs + 1.5 * dayMs);
    for (let atMs = startMs + 4 * dayMs; atMs < endMs; atMs += (isMoving(atMs) ? 1 : 24) * hourMs) lived.judge(facts, atMs, false);
    lived.judge(facts, endMs, true);
    expect(lived.ends).toEqual(imported.ends);
    expect(lived.withdrawn).toEqual([]);
  }, 60_000);

  test("end the same when a tenth of the runs came a day late, in any order", () => {
    const late = new Set(shuffled(facts, "late").slice(0, facts.length / 10));
    const lived = new Agent();
    for (let atMs = startMs + 4 * dayMs; atMs < endMs; atMs += 12 * hourMs) {
      const arrived = facts.filter((run) => !late.has(run) || run.atMs < atMs - dayMs);
      lived.judge(shuffled(arrived, String(atMs)), atMs, false);
    }
    lived.judge(shuffled(facts, "end"), endMs, true);
    expect(lived.ends).toMatchObject({ drifts: imported.ends.drifts.map(nameless), incidents: imported.ends.incidents.map(nameless) });
  }, 60_000);
});

describe("a drift whose baseline is forgotten", () => {
  const facts = month(60);
  const lived = new Agent();
  const at = (day: number): void => lived.judge(facts, startMs + day * dayMs, false);
  for (let day = 20; day <= 42; day += 2) at(day);
  const known = [...lived.drifts.keys()];
  for (let day = 43; day <= 60; day++) at(day);

  test("is not taken back for it, and its recovery is no drift of its own", () => {
    expect(known.length).toBeGreaterThan(0);
    expect(lived.withdrawn).toEqual([]);
    expect([...lived.drifts.keys()].sort()).toEqual(known.sort());
  });
});
