import { expect, test } from "vitest";
import { type EscalatingSignal, foldSignals } from "../../../domain/incident/fan-in-signals.ts";
import { aDrift, aGroup, dayMs, Desk, hourMs, t0 } from "./an-incident.ts";

const signal = (more: Partial<EscalatingSignal> = {}): EscalatingSignal => ({
  id: "sig_1",
  slug: "timeouts",
  name: "Timeouts of lookup",
  state: "escalating",
  rate: 0.12,
  rate_low: 0.09,
  rate_high: 0.15,
  onset_at: new Date(t0 + 6 * hourMs).toISOString(),
  severity: "medium",
  ...more,
});

test("a signal that grows with a drift joins its incident and opens none", () => {
  const desk = new Desk();
  desk.fold([aGroup(["d1"])], [aDrift("d1")]);
  const { incidents, events } = foldSignals(desk.incidents, "bot", [signal()], t0 + dayMs);
  expect(incidents).toMatchObject([{ signals: [{ id: "sig_1", rate: 0.12 }] }]);
  expect(events).toEqual([]);
});

test("a signal that grows alone opens an incident with its rate in the title", () => {
  const { incidents, events } = foldSignals([], "bot", [signal()], t0 + dayMs);
  expect(incidents).toMatchObject([
    { severity: "medium", title: "Timeouts of lookup escalates in bot since 10 Nov 06:00, now 0.12 of runs" },
  ]);
  expect(events.map(({ type }) => type)).toEqual(["incident.opened"]);
});

test("the same signal folded again changes nothing", () => {
  const { incidents } = foldSignals([], "bot", [signal()], t0 + dayMs);
  expect(foldSignals(incidents, "bot", [signal()], t0 + 2 * dayMs)).toEqual({ incidents: [], events: [] });
});

test("a drift of the signal's own rate holds it whatever the onsets say", () => {
  const desk = new Desk();
  desk.fold([aGroup(["d1"])], [aDrift("d1", { dimension: "signal.timeouts" })]);
  const late = signal({ onset_at: new Date(t0 + 20 * dayMs).toISOString() });
  expect(foldSignals(desk.incidents, "bot", [late], t0 + 21 * dayMs).incidents.map(({ id }) => id)).toEqual([desk.only.id]);
});

test("a signal never joins what is resolved", () => {
  const desk = new Desk();
  desk.fold([aGroup(["d1"], { recoveredAtMs: t0 + 7 * hourMs })], [aDrift("d1", { status: "recovered" })], t0 + 3 * dayMs);
  expect(foldSignals(desk.incidents, "bot", [signal()], t0 + 3 * dayMs).events.map(({ type }) => type)).toEqual(["incident.opened"]);
});
