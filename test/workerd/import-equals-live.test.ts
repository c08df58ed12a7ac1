// The same weeks of an agent in two behaviour objects: folded at once, out of order, and flushed; and folded and judged day by day. And an object that
// forgets for age.
import { env } from "cloudflare:test";
import { expect, it } from "vitest";
import { packFacts } from "../../domain/drift/packed-facts.ts";
import type { RunFacts } from "../../domain/drift/facts.ts";
import { behaviourOf } from "../../durable-objects/names.ts";
import { runsOf } from "../unit/drift/changing-agent.ts";
import { dayMs, hourMs, startMs } from "../unit/drift/synthetic.ts";
import { objectOf, rowsOf } from "./objects.ts";

const changeMs = startMs + 10 * dayMs + 9 * hourMs;
/** Two weeks that a new prompt makes worse from the eleventh day on. */
const facts = runsOf({
  days: 14,
  perHour: 3,
  versions: (atMs) => ({ prompt: atMs >= changeMs ? "p-2" : "p-1" }),
  success: ({ versions }) => (versions.prompt === "p-2" ? 0.55 : 0.92),
});
const endMs = Math.max(...facts.map(({ atMs }) => atMs));

function anObject(agent: string) {
  const remote = behaviourOf(env, "prj_default", agent);
  // The records name their agent: both objects hold the same one.
  const subject = { projectId: "prj_default", agent: "twin", falseAlarmBudgetDays: 30 };
  return {
    rows: (sql: string) => rowsOf(objectOf(env.BEHAVIOUR, ["prj_default", agent]), sql),
    fold: (runs: readonly RunFacts[], nowMs: number) => remote.fold(subject, runs.map(packFacts), nowMs),
    judge: (closeAll: boolean, nowMs: number) => remote.evaluate(closeAll, nowMs),
  };
}

it("weeks that were imported at once end where the same weeks ended that were lived", async () => {
  const [imported, lived] = [anObject("imported"), anObject("lived")];
  const backwards = facts.toReversed();
  for (let from = 0; from < backwards.length; from += 300) await imported.fold(backwards.slice(from, from + 300), endMs + dayMs);
  const once = await imported.judge(true, endMs + dayMs);
  const isMoving = (atMs: number) => atMs >= changeMs && atMs < changeMs + dayMs;
  for (let fromMs = startMs; fromMs <= endMs;) {
    const toMs = fromMs + (isMoving(fromMs) ? 4 : 24) * hourMs;
    await lived.fold(
      facts.filter(({ atMs }) => atMs >= fromMs && atMs < toMs),
      toMs,
    );
    await lived.judge(false, toMs);
    fromMs = toMs;
  }
  const last = await lived.judge(true, endMs + dayMs);
  expect(once?.drifts.map(({ dimension, attribution }) => [dimension, attribution.verdict])).toEqual([["outcome.success", "attributed"]]);
  expect(last?.drifts).toEqual(once?.drifts);
  expect(last?.groups).toEqual(once?.groups);
  expect(await lived.rows("SELECT id FROM drift")).toEqual(await imported.rows("SELECT id FROM drift"));
});

it("a drift stays known when the facts of its baseline are too old to be kept", async () => {
  const { fold, judge, rows } = anObject("forgetful");
  await fold(facts, endMs);
  const [drift] = (await judge(true, endMs))?.drifts ?? [];
  // So much later that the first eleven days are forgotten.
  const laterMs = endMs + 39 * dayMs;
  const later = facts.slice(-400).map((run, i) => ({ ...run, id: `later_${i}`, atMs: laterMs - i * hourMs }));
  await fold(later, laterMs);
  const publication = await judge(true, laterMs);
  expect((await rows("SELECT count(*) AS n FROM facts"))[0].n).toBeLessThan(facts.length);
  // The facts still hold its alarm, but not what it was measured against: it cannot be found again.
  expect(Date.parse(drift?.detected_at ?? "")).toBeGreaterThan(publication?.sinceMs ?? Infinity);
  expect(publication?.drifts.map(({ id }) => id)).not.toContain(drift?.id);
  expect(publication?.withdrawn).toEqual([]);
  expect(await rows("SELECT id FROM drift")).toContainEqual({ id: drift?.id });
});
