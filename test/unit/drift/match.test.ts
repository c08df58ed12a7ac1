import { expect, test } from "vitest";
import type { Analysis, DriftGroup, FreshDrift } from "../../../domain/drift/analysis.ts";
import type { Drift } from "../../../domain/drift/drift.ts";
import { memoryOf, reconcile } from "../../../domain/drift/match.ts";
import { aDrift, aGroup, dayMs, hourMs, t0 } from "../incident/an-incident.ts";

function analysis(drifts: FreshDrift[], groups: DriftGroup[] = []): Analysis {
  return { dimensions: [], drifts, changes: [], groups, closedUntilMs: t0 };
}

const known = (drift: FreshDrift, incidentId: string | null = "inc_1"): Drift => ({ ...drift, incident_id: incidentId });

test("a drift whose onset and alarm moved a little keeps its id, also in its group", () => {
  const fresh = aDrift("new", { dimension: "x" }, t0 + 5 * hourMs);
  const result = reconcile([known(aDrift("old", { dimension: "x" }))], analysis([fresh], [aGroup(["new"])]));
  expect(result.drifts).toMatchObject([{ id: "old", incident_id: "inc_1", onset_at: fresh.onset_at }]);
  expect(result.groups[0]?.driftIds).toEqual(["old"]);
  expect(result.withdrawn).toEqual([]);
});

test("another dimension or another time is another drift", () => {
  const old = known(aDrift("old", { dimension: "x" }));
  expect(reconcile([old], analysis([aDrift("new", { dimension: "y" })])).drifts[0]?.id).toBe("new");
  expect(reconcile([old], analysis([aDrift("new", { dimension: "x" }, t0 + 9 * dayMs)])).drifts[0]?.id).toBe("new");
});

test("an earlier drift is found at most once, by the nearest", () => {
  const fresh = [aDrift("far", { dimension: "x" }, t0 + 8 * hourMs), aDrift("near", { dimension: "x" }, t0 + hourMs)];
  expect(reconcile([known(aDrift("old", { dimension: "x" }))], analysis(fresh)).drifts.map(({ id }) => id)).toEqual(["far", "old"]);
});

test.each(["accepted", "dismissed"] as const)("what a person %s stays so", (status) => {
  expect(reconcile([known(aDrift("a", { status }))], analysis([aDrift("a", { status: "open" })])).drifts[0]?.status).toBe(status);
});

test("recovery is as fresh as the facts", () => {
  expect(reconcile([known(aDrift("a"))], analysis([aDrift("a", { status: "recovered" })])).drifts[0]?.status).toBe("recovered");
});

test("what corrected facts no longer show is withdrawn, unless a person judged it or the facts are gone", () => {
  const previous = [known(aDrift("gone")), known(aDrift("judged", { status: "dismissed" })), known(aDrift("ancient", {}, t0 - 60 * dayMs))];
  expect(reconcile(previous, analysis([]), { fromMs: t0 - 42 * dayMs, knownUntilMs: -Infinity }).withdrawn).toEqual(["gone"]);
});

test("what is found out of memory is told only by an evaluation that is the first to see so far back", () => {
  const [old, recent] = [aDrift("old", { dimension: "x" }, t0 - 30 * dayMs), aDrift("recent", { dimension: "y" })];
  const found = analysis([old, recent], [aGroup(["old"]), aGroup(["recent"])]);
  const earlier = { sinceMs: t0 - 42 * dayMs, untilMs: t0 - dayMs };
  const known = reconcile([], found, memoryOf(t0 - 41 * dayMs, true, earlier));
  expect([known.drifts.map(({ id }) => id), known.groups.map(({ driftIds }) => driftIds)]).toEqual([["recent"], [["recent"]]]);
  for (const memory of [
    memoryOf(t0 - 41 * dayMs, true, null),
    memoryOf(t0 - 43 * dayMs, true, earlier),
    memoryOf(t0 - 41 * dayMs, false, earlier),
  ])
    expect(reconcile([], found, memory).drifts.map(({ id }) => id)).toEqual(["old", "recent"]);
});
