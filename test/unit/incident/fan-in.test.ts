import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { transition } from "../../../domain/incident/transition.ts";
import { aDrift, aGroup, attributedTo, dayMs, Desk, hourMs, t0 } from "./an-incident.ts";

describe("opening", () => {
  test("fifteen dimensions with one cause open one incident and tell of it once", () => {
    const desk = new Desk();
    const drifts = Array.from({ length: 15 }, (_, i) => aDrift(`d${i}`));
    const { events } = desk.fold([aGroup(drifts.map(({ id }) => id))], drifts);
    expect(desk.only.drifts).toHaveLength(15);
    expect(desk.only.drifts.every(({ incident_id: id }) => id === desk.only.id)).toBe(true);
    expect(events.map(({ type }) => type)).toEqual(["incident.opened"]);
  });

  test("the same analysis folded again changes nothing and tells nobody", () => {
    const desk = new Desk();
    desk.fold([aGroup(["d1"])], [aDrift("d1")]);
    expect(desk.fold([aGroup(["d1"])], [aDrift("d1")])).toEqual({ incidents: [], events: [] });
  });

  test("two groups with two causes open two incidents with different slugs", () => {
    const desk = new Desk();
    desk.fold(
      [aGroup(["d1"]), aGroup(["d2"], {}, t0 + 12 * hourMs)],
      [aDrift("d1", { dimension: "x" }), aDrift("d2", { dimension: "y" }, t0 + 12 * hourMs)],
    );
    expect(new Set(desk.listed.map(({ slug }) => slug)).size).toBe(2);
  });

  test("what the instrumentation explains is listed but notifies nobody", () => {
    const desk = new Desk();
    const { events } = desk.fold(
      [aGroup(["d1"], { attribution: attributedTo({ kind: "instrumentation", ref: "sdk@2" }), severity: "low" })],
      [aDrift("d1")],
    );
    expect(desk.only.severity).toBe("low");
    expect(events).toEqual([]);
    const corrected = desk.fold([aGroup(["d1"], { attribution: attributedTo({ kind: "model" }), severity: "high" })], [aDrift("d1")]);
    expect(corrected.events.map(({ type }) => type)).toEqual(["incident.opened"]);
  });

  test("an incident's id does not depend on when it is folded or on the order of groups", () => {
    const [a, b] = [new Desk(), new Desk()];
    const drifts = [aDrift("d1", { dimension: "x" }), aDrift("d2", { dimension: "y" }, t0 + 3 * dayMs)];
    const groups = [aGroup(["d1"]), aGroup(["d2"], {}, t0 + 3 * dayMs)];
    a.fold(groups, drifts, t0 + 4 * dayMs);
    b.fold(groups.toReversed(), drifts.toReversed(), t0 + 9 * dayMs);
    expect(new Set(a.listed.map(({ id }) => id))).toEqual(new Set(b.listed.map(({ id }) => id)));
  });
});

describe("a later look at the same drifts", () => {
  test("adds drifts to the incident and says so in the story", () => {
    const desk = new Desk();
    desk.fold([aGroup(["d1"])], [aDrift("d1")]);
    desk.fold([aGroup(["d1", "d2"])], [aDrift("d1"), aDrift("d2")]);
    expect(desk.only.drifts.map(({ id }) => id)).toEqual(["d1", "d2"]);
    expect(desk.only.timeline.map(({ kind }) => kind)).toContain("drift_added");
  });

  test("replaces the cause and keeps when and under what id it was opened", () => {
    const desk = new Desk();
    desk.fold([aGroup(["d1"])], [aDrift("d1")]);
    const { id, opened_at: openedAt } = desk.only;
    desk.fold([aGroup(["d1"], { attribution: attributedTo({ change_id: "chg_1" }), openedAtMs: t0 + 2 * hourMs })], [aDrift("d1")]);
    expect(desk.only).toMatchObject({ id, opened_at: openedAt, attribution: { verdict: "attributed" }, lineage: { changes: ["chg_1"] } });
    expect(desk.only.timeline.at(-1)).toMatchObject({ kind: "cause_changed", text: "cause: model m-2" });
  });

  test("a drift whose estimate moved, under a new id, stays in its incident", () => {
    const desk = new Desk();
    desk.fold([aGroup(["d1"])], [aDrift("d1", { dimension: "x" })]);
    desk.fold([aGroup(["d9"], {}, t0 + 20 * hourMs)], [aDrift("d9", { dimension: "x" }, t0 + 20 * hourMs)]);
    expect(desk.listed).toHaveLength(1);
  });

  test("two groups that one change explains are one incident, whether one look finds both or a second look the other", () => {
    const cause = { attribution: attributedTo({ change_id: "chg_1" }) };
    const drifts = [aDrift("d1", { dimension: "x" }), aDrift("d2", { dimension: "y" }, t0 + 4 * dayMs)];
    const groups = [aGroup(["d1"], cause), aGroup(["d2"], cause, t0 + 4 * dayMs)];
    const [atOnce, inTurn] = [new Desk(), new Desk()];
    expect(atOnce.fold(groups, drifts).events).toHaveLength(1);
    inTurn.fold(groups.slice(0, 1), drifts);
    inTurn.fold(groups, drifts);
    for (const desk of [atOnce, inTurn]) expect(desk.only.drifts.map(({ id }) => id).toSorted()).toEqual(["d1", "d2"]);
    expect(atOnce.only.id).toBe(inTurn.only.id);
  });

  test("a drift that the same change explains joins, however late it is noticed", () => {
    const desk = new Desk();
    const cause = attributedTo({ change_id: "chg_1" });
    desk.fold([aGroup(["d1"], { attribution: cause })], [aDrift("d1", { dimension: "x" })]);
    desk.fold(
      [aGroup(["d1"], { attribution: cause }), aGroup(["d2"], { attribution: cause }, t0 + 4 * dayMs)],
      [aDrift("d1", { dimension: "x" }), aDrift("d2", { dimension: "y" }, t0 + 4 * dayMs)],
    );
    expect(desk.only.drifts).toHaveLength(2);
  });

  test("a group that joins the drifts of two incidents merges them into the older one", () => {
    const desk = new Desk();
    const drifts = [aDrift("d1", { dimension: "x" }), aDrift("d2", { dimension: "y" }, t0 + dayMs)];
    desk.fold([aGroup(["d1"]), aGroup(["d2"], {}, t0 + dayMs)], drifts);
    const [older] = desk.listed.toSorted((a, b) => (a.opened_at < b.opened_at ? -1 : 1));
    desk.fold([aGroup(["d1", "d2"])], drifts);
    expect(desk.only.id).toBe(older?.id);
    expect(desk.only.drifts).toHaveLength(2);
  });

  test("a worse look escalates once", () => {
    const desk = new Desk();
    desk.fold([aGroup(["d1"])], [aDrift("d1")]);
    const worse = aGroup(["d1"], { severity: "critical" });
    expect(desk.fold([worse], [aDrift("d1")]).events.map(({ type }) => type)).toEqual(["incident.escalated"]);
    expect(desk.fold([worse], [aDrift("d1")]).events).toEqual([]);
  });

  test("never opens a second incident for a known drift, whatever groups it comes in", () => {
    const ids = ["d0", "d1", "d2", "d3", "d4"];
    const grouping = fc.array(fc.nat({ max: 2 }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(grouping, { minLength: 1, maxLength: 5 }), (rounds) => {
        const desk = new Desk();
        const drifts = ids.map((id) => aDrift(id));
        for (const round of rounds) {
          const groups = [0, 1, 2].map((g) => ids.filter((_, i) => round[i] === g)).filter((members) => members.length > 0);
          desk.fold(
            groups.map((members) => aGroup(members)),
            drifts,
          );
          const held = desk.listed.flatMap((incident) => incident.drifts.map(({ id }) => id));
          expect(held.toSorted()).toEqual(ids);
        }
      }),
    );
  });
});

describe("the end of an incident", () => {
  const back = t0 + 2 * dayMs;
  const recovered = aGroup(["d1"], { recoveredAtMs: back });

  test("it closes itself a day after everything came back, not before", () => {
    const desk = new Desk();
    desk.fold([aGroup(["d1"])], [aDrift("d1")]);
    expect(desk.fold([recovered], [aDrift("d1", { status: "recovered" })], back + 23 * hourMs).events).toEqual([]);
    expect(desk.only).toMatchObject({ status: "open", recovered_at: new Date(back).toISOString() });
    const { events } = desk.fold([recovered], [aDrift("d1", { status: "recovered" })], back + 25 * hourMs);
    expect(events.map(({ type }) => type)).toEqual(["incident.resolved"]);
    expect(desk.only).toMatchObject({ status: "resolved", resolved_at: new Date(back + dayMs).toISOString() });
  });

  test("it is reopened when the same thing comes back within a week, and not opened anew", () => {
    const desk = new Desk();
    desk.fold([recovered], [aDrift("d1", { dimension: "x", status: "recovered" })], back + 2 * dayMs);
    expect(desk.only.status).toBe("resolved");
    const again = back + 3 * dayMs;
    const { events } = desk.fold(
      [recovered, aGroup(["d2"], {}, again)],
      [aDrift("d1", { dimension: "x", status: "recovered" }), aDrift("d2", { dimension: "x" }, again)],
      again + dayMs,
    );
    expect(events.map(({ type }) => type)).toEqual(["incident.reopened"]);
    expect(desk.only).toMatchObject({ status: "open", resolved_at: null });
  });

  test.each([true, false])(
    "what only looked like a return is an incident of its own once its other cause is known, unless a person took it on (%s)",
    (isTaken) => {
      const [prompt, model] = [attributedTo({ kind: "prompt", ref: "p-2" }), attributedTo({ kind: "model", ref: "m-2" })];
      const desk = new Desk();
      const first = aDrift("d1", { dimension: "x", status: "recovered", attribution: prompt });
      const before = { ...recovered, attribution: prompt };
      desk.fold([before], [first], back + 2 * dayMs);
      const again = back + 3 * dayMs;
      desk.fold([before, aGroup(["d2"], {}, again)], [first, aDrift("d2", { dimension: "x" }, again)], again + dayMs);
      expect(desk.only.drifts).toHaveLength(2);
      if (isTaken) {
        const taken = transition(desk.incidents, desk.only.id, { type: "acknowledge", comment: null, by: "ann", atMs: again + dayMs });
        if (taken.ok) desk.keep(taken.incidents);
        expect(desk.only.status).toBe("acknowledged");
      }
      const known = [first, aDrift("d2", { dimension: "x", attribution: model }, again)];
      const groups = [before, aGroup(["d2"], { attribution: model }, again)];
      const { events } = desk.fold(groups, known, again + 2 * dayMs);
      expect(desk.listed.map(({ drifts }) => drifts.map(({ id }) => id).toSorted())).toEqual(isTaken ? [["d1", "d2"]] : [["d1"], ["d2"]]);
      expect(events.some(({ type }) => type === "incident.opened")).toBe(!isTaken);
      expect(desk.fold(groups, known, again + 2 * dayMs).events).toEqual([]);
    },
  );

  test("what comes back after weeks is a new incident", () => {
    const desk = new Desk();
    desk.fold([recovered], [aDrift("d1", { dimension: "x", status: "recovered" })], back + 2 * dayMs);
    const later = back + 20 * dayMs;
    desk.fold(
      [recovered, aGroup(["d2"], {}, later)],
      [aDrift("d1", { dimension: "x", status: "recovered" }), aDrift("d2", { dimension: "x" }, later)],
      later + dayMs,
    );
    expect(desk.listed).toHaveLength(2);
  });

  test("a person's resolution stands while nothing new happens", () => {
    const desk = new Desk();
    desk.fold([aGroup(["d1"])], [aDrift("d1")]);
    const done = transition(desk.incidents, desk.only.id, { type: "resolve", comment: null, by: "ana", atMs: t0 + dayMs });
    if (done.ok) desk.keep(done.incidents);
    desk.fold([aGroup(["d1"])], [aDrift("d1")], t0 + 3 * dayMs);
    expect(desk.only.status).toBe("resolved");
    const news = aDrift("d2", {}, t0 + 2 * dayMs);
    expect(desk.fold([aGroup(["d1", "d2"])], [aDrift("d1"), news], t0 + 3 * dayMs).events.map(({ type }) => type)).toEqual([
      "incident.reopened",
    ]);
  });

  test("what was mitigated is reopened when its drift leaves again or a new one joins, and closes itself when it does not", () => {
    const mitigatedAt = (atMs: number): Desk => {
      const desk = new Desk();
      desk.fold([aGroup(["d1"])], [aDrift("d1")]);
      const contained = transition(desk.incidents, desk.only.id, { type: "mitigate", comment: null, by: "ana", atMs });
      if (contained.ok) desk.keep(contained.incidents);
      return desk;
    };
    const [away, joined, over] = [mitigatedAt(t0 + dayMs), mitigatedAt(t0 + dayMs), mitigatedAt(t0 + dayMs)];
    for (const desk of [away, over]) desk.fold([recovered], [aDrift("d1", { status: "recovered" })], back + hourMs);
    expect(away.only.status).toBe("mitigated");
    expect(away.fold([aGroup(["d1"])], [aDrift("d1")], back + 2 * hourMs).events.map(({ type }) => type)).toEqual(["incident.reopened"]);
    expect(away.only.status).toBe("open");
    const news = aDrift("d2", {}, t0 + 2 * dayMs);
    const { events } = joined.fold([aGroup(["d1", "d2"])], [aDrift("d1"), news], t0 + 3 * dayMs);
    expect(events.map(({ type }) => type)).toEqual(["incident.reopened"]);
    over.fold([recovered], [aDrift("d1", { status: "recovered" })], back + 25 * hourMs);
    expect(over.only.status).toBe("resolved");
  });

  test("accepting or dismissing all of its drifts resolves it", () => {
    const desk = new Desk();
    desk.fold([aGroup(["d1"])], [aDrift("d1")]);
    desk.fold([], [aDrift("d1", { status: "accepted" })]);
    expect(desk.only.status).toBe("resolved");
  });

  test("what late runs take back disappears when nobody had touched it, and stays when somebody had", () => {
    const [untouched, touched] = [new Desk(), new Desk()];
    for (const desk of [untouched, touched]) desk.fold([aGroup(["d1"])], [aDrift("d1")]);
    const seen = transition(touched.incidents, touched.only.id, { type: "acknowledge", comment: null, by: "ana", atMs: t0 + dayMs });
    if (seen.ok) touched.keep(seen.incidents);
    untouched.fold([], [], t0 + 2 * dayMs, ["d1"]);
    touched.fold([], [], t0 + 2 * dayMs, ["d1"]);
    expect(untouched.listed).toEqual([]);
    expect(touched.only.status).toBe("acknowledged");
  });

  test("drifts that have merely left the memory leave their incident as it is", () => {
    const desk = new Desk();
    desk.fold([aGroup(["d1"])], [aDrift("d1")]);
    expect(desk.fold([], [], t0 + 60 * dayMs)).toEqual({ incidents: [], events: [] });
  });
});
