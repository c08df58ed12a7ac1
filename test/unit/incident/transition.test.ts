import { describe, expect, test } from "vitest";
import type { IncidentStatus } from "../../../domain/incident/incident.ts";
import { type IncidentAction, transition } from "../../../domain/incident/transition.ts";
import { aDrift, aGroup, dayMs, Desk, t0 } from "./an-incident.ts";

const act = { by: "ana", atMs: t0 + dayMs };

function incidentIn(status: IncidentStatus) {
  const desk = new Desk();
  desk.fold([aGroup(["d1"])], [aDrift("d1")]);
  return { ...desk.only, status, resolved_at: status === "resolved" ? new Date(t0).toISOString() : null };
}

describe("the steps of an incident", () => {
  test.each<[IncidentStatus, "acknowledge" | "mitigate" | "resolve" | "reopen", IncidentStatus | "refused"]>([
    ["open", "acknowledge", "acknowledged"],
    ["open", "mitigate", "mitigated"],
    ["open", "resolve", "resolved"],
    ["open", "reopen", "refused"],
    ["acknowledged", "acknowledge", "refused"],
    ["acknowledged", "mitigate", "mitigated"],
    ["acknowledged", "resolve", "resolved"],
    ["acknowledged", "reopen", "refused"],
    ["mitigated", "acknowledge", "refused"],
    ["mitigated", "mitigate", "refused"],
    ["mitigated", "resolve", "resolved"],
    ["mitigated", "reopen", "open"],
    ["resolved", "acknowledge", "refused"],
    ["resolved", "mitigate", "refused"],
    ["resolved", "resolve", "refused"],
    ["resolved", "reopen", "open"],
  ])("%s, %s: %s", (status, type, expected) => {
    const incident = incidentIn(status);
    const result = transition([incident], incident.id, { type, comment: "why not", ...act });
    if (expected === "refused") {
      expect(result).toMatchObject({ ok: false });
      if (!result.ok) expect(result.message).toContain(status);
      return;
    }
    if (!result.ok) throw new Error(result.message);
    expect(result.incidents).toMatchObject([
      { status: expected, resolved_at: expected === "resolved" ? new Date(act.atMs).toISOString() : null },
    ]);
    expect(result.incidents[0]?.timeline.at(-1)).toMatchObject({ by: "ana", text: "why not" });
    const types = expected === "resolved" ? ["incident.resolved"] : type === "reopen" ? ["incident.reopened"] : [];
    expect(result.events.map((event) => event.type)).toEqual(types);
  });

  test("assigning sets an owner once, and takes it away", () => {
    const incident = incidentIn("open");
    const assigned = transition([incident], incident.id, { type: "assign", owner: "bo", ...act });
    if (!assigned.ok) throw new Error(assigned.message);
    expect(assigned.incidents).toMatchObject([{ owner: "bo" }]);
    expect(transition(assigned.incidents, incident.id, { type: "assign", owner: "bo", ...act })).toEqual({
      ok: false,
      message: "bo already owns the incident.",
    });
    expect(transition(assigned.incidents, incident.id, { type: "assign", owner: null, ...act })).toMatchObject({
      ok: true,
      incidents: [{ owner: null }],
    });
  });

  test("a comment needs a text, is one line, and is bounded", () => {
    const incident = incidentIn("open");
    expect(transition([incident], incident.id, { type: "comment", comment: " \n ", ...act })).toMatchObject({ ok: false });
    const result = transition([incident], incident.id, { type: "comment", comment: `a\nb ${"x".repeat(5_000)}`, ...act });
    if (!result.ok) throw new Error(result.message);
    const text = result.incidents[0]?.timeline.at(-1)?.text ?? "";
    expect(text.startsWith("a b x")).toBe(true);
    expect(text.length).toBeLessThanOrEqual(2_000);
  });
});

describe("merging", () => {
  function two() {
    const desk = new Desk();
    desk.fold(
      [aGroup(["d1"]), aGroup(["d2"], { severity: "high" }, t0 + 5 * dayMs)],
      [aDrift("d1", { dimension: "x" }), aDrift("d2", { dimension: "y" }, t0 + 5 * dayMs)],
      t0 + 6 * dayMs,
    );
    const [first, second] = desk.listed;
    if (first === undefined || second === undefined) throw new Error("two incidents expected");
    return { desk, first, second };
  }

  test("moves everything into the other and leaves a pointer", () => {
    const { desk, first, second } = two();
    const result = transition(desk.incidents, second.id, { type: "merge", into: first.slug, ...act });
    if (!result.ok) throw new Error(result.message);
    desk.keep(result.incidents);
    expect(desk.only).toMatchObject({ id: first.id, severity: "high", onset_at: first.onset_at });
    expect(desk.only.drifts.map(({ id, incident_id: home }) => [id, home])).toEqual([
      ["d1", first.id],
      ["d2", first.id],
    ]);
    expect(desk.incidents.find(({ id }) => id === second.id)).toMatchObject({ merged_into: first.id });
  });

  test("holds when the drifts are analysed again", () => {
    const { desk, first, second } = two();
    const result = transition(desk.incidents, second.id, { type: "merge", into: first.id, ...act });
    if (result.ok) desk.keep(result.incidents);
    desk.fold(
      [aGroup(["d1"]), aGroup(["d2"], { severity: "high" }, t0 + 5 * dayMs)],
      [aDrift("d1", { dimension: "x" }), aDrift("d2", { dimension: "y" }, t0 + 5 * dayMs)],
      t0 + 7 * dayMs,
    );
    expect(desk.only.drifts).toHaveLength(2);
  });

  test.each<[string, (ids: { first: string; second: string }) => Extract<IncidentAction, { type: "merge" }>, string]>([
    ["into itself", ({ second }) => ({ type: "merge", into: second, ...act }), "itself"],
    ["into nothing", () => ({ type: "merge", into: "inc_none", ...act }), "no incident inc_none"],
  ])("%s is refused", (_, make, message) => {
    const { desk, first, second } = two();
    const result = transition(desk.incidents, second.id, make({ first: first.id, second: second.id }));
    expect(result.ok ? "" : result.message).toContain(message);
  });

  test("nothing can be done with an incident that was merged away", () => {
    const { desk, first, second } = two();
    const result = transition(desk.incidents, second.id, { type: "merge", into: first.id, ...act });
    if (result.ok) desk.keep(result.incidents);
    expect(transition(desk.incidents, second.id, { type: "acknowledge", comment: null, ...act })).toMatchObject({
      ok: false,
      message: `This incident was merged into ${first.id}; act on that one.`,
    });
    expect(transition(desk.incidents, first.id, { type: "merge", into: second.id, ...act })).toMatchObject({ ok: false });
  });

  test("an open incident does not vanish into a resolved one", () => {
    const { desk, first, second } = two();
    const resolved = transition(desk.incidents, first.id, { type: "resolve", comment: null, ...act });
    if (resolved.ok) desk.keep(resolved.incidents);
    expect(transition(desk.incidents, second.id, { type: "merge", into: first.id, ...act })).toMatchObject({ ok: false });
  });
});
