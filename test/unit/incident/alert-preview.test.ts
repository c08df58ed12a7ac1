import { describe, expect, test } from "vitest";
import type { SeriesBucket } from "../../../domain/drift/series.ts";
import { incidentMoments, silenceMoments, thresholdMoments } from "../../../domain/incident/alert-history.ts";
import { preview } from "../../../domain/incident/alert-preview.ts";
import type { AlertCondition, AlertRule, DriftCondition, ThresholdCondition } from "../../../domain/incident/alert-rule.ts";
import type { Incident } from "../../../domain/incident/incident.ts";
import { told } from "../../../domain/incident/timeline.ts";
import { aDrift, aGroup, dayMs, Desk, hourMs, t0 } from "./an-incident.ts";

const at = new Date(t0).toISOString();
const rule = (condition: AlertCondition, more: Partial<AlertRule> = {}): AlertRule => ({
  id: "alr_1",
  name: "r",
  agent: null,
  enabled: true,
  condition,
  targets: [],
  cool_down_ms: 0,
  renotify_ms: null,
  no_data: "keep",
  created_at: at,
  updated_at: at,
  watching_since: at,
  ...more,
});
const window = { fromMs: t0, toMs: t0 + 10 * dayMs };
const lines = (told: { event: string; told_at: string }[]): string[] =>
  told.map(({ event, told_at }) => `${event} +${(Date.parse(told_at) - t0) / hourMs}h`);
const bucket = (startMs: number, value: number | null, n: number): SeriesBucket => ({
  at: new Date(startMs).toISOString(),
  value,
  low: null,
  high: null,
  n,
  baseline: null,
});

/** Opened medium after six hours, high after ten, acknowledged after twenty, over after forty. */
function past(): Incident {
  const desk = new Desk();
  desk.fold([aGroup(["d1"])], [aDrift("d1")]);
  let incident: Incident = { ...desk.only, severity: "high" };
  incident = told(incident, t0 + 10 * hourMs, "escalated", "bento", "medium → high");
  incident = told(incident, t0 + 20 * hourMs, "acknowledged", "ana", "on it");
  incident = told(incident, t0 + 40 * hourMs, "resolved", "ana", "fixed");
  return { ...incident, status: "resolved", resolved_at: new Date(t0 + 40 * hourMs).toISOString() };
}

describe("a preview over incidents", () => {
  const play = (condition: AlertCondition & { type: "incident" | "drift" }, more: Partial<AlertRule> = {}, incidents = [past()]) =>
    preview(rule(condition, more), [{ agent: "bot", moments: incidentMoments(condition, incidents, window) }], window.toMs);
  const any = { type: "incident", min_severity: "low", dimensions: null, cause_kinds: null } as const;

  test("tells what would have been told, and when", () => {
    const found = play(any);
    expect(lines(found.told)).toEqual(["alert.fired +6h", "alert.escalated +10h", "alert.resolved +40h"]);
    expect(found).toMatchObject({ counts: { "alert.fired": 1, "alert.escalated": 1, "alert.resolved": 1 }, held: 0, standing: 0 });
  });

  test("fires at the escalation where it asks for more than the incident opened with", () =>
    expect(lines(play({ ...any, min_severity: "high" }).told)).toEqual(["alert.fired +10h", "alert.resolved +40h"]));

  test("reminds until somebody acknowledges", () =>
    expect(lines(play(any, { renotify_ms: 3 * hourMs }).told)).toEqual([
      "alert.fired +6h",
      "alert.renotified +9h",
      "alert.escalated +10h",
      "alert.renotified +13h",
      "alert.renotified +16h",
      "alert.renotified +19h",
      "alert.resolved +40h",
    ]));

  test("counts what the cool-down held back until it was over", () => {
    const second = {
      ...past(),
      id: "inc_2",
      severity: "low" as const,
      timeline: past().timeline.filter(({ kind }) => kind !== "escalated"),
    };
    const found = play(any, { cool_down_ms: 5 * dayMs }, [past(), second]);
    expect(found).toMatchObject({ held: 1, counts: { "alert.fired": 1 } });
  });

  test("leaves out what was known before the window", () => {
    const moments = incidentMoments(any, [past()], { fromMs: t0 + 8 * hourMs, toMs: window.toMs });
    expect(lines(preview(rule(any), [{ agent: "bot", moments }], window.toMs).told)).toEqual(["alert.fired +10h", "alert.resolved +40h"]);
  });

  test("knows drifts by the time of their alarm", () => {
    const drift: DriftCondition = {
      type: "drift",
      min_severity: "low",
      dimensions: ["dim.*"],
      directions: null,
      kinds: null,
      cause_kinds: null,
    };
    expect(lines(play(drift).told)).toEqual(["alert.fired +6h", "alert.resolved +40h"]);
    expect(play({ ...drift, dimensions: ["other"] }).told).toEqual([]);
  });
});

describe("a preview over buckets", () => {
  const condition: ThresholdCondition = {
    type: "threshold",
    dimensions: ["outcome.error"],
    above: 0.2,
    below: null,
    bucket: "hour",
    buckets: 2,
    min_runs: 5,
  };
  const values = [0.1, 0.3, 0.1, 0.3, 0.4, null, 0.3, 0.1, 0.1];
  const series = new Map([["outcome.error", values.map((value, i) => bucket(t0 + i * hourMs, value, value === null ? 0 : 9))]]);
  const play = (more: Partial<AlertRule>) =>
    preview(rule(condition, more), [{ agent: "bot", moments: thresholdMoments(condition, series, window) }], window.toMs);

  test.each([
    ["keep", ["alert.fired +5h", "alert.resolved +8h"]],
    ["resolve", ["alert.fired +5h", "alert.resolved +6h"]],
    ["alert", ["alert.fired +5h", "alert.no_data +6h", "alert.resolved +7h"]],
  ] as const)("with gaps: %s", (no_data, expected) => expect(lines(play({ no_data }).told)).toEqual(expected));
});

describe("a preview over silence", () => {
  const condition = { type: "no_data", after_ms: 3 * hourMs } as const;
  const gaps = [
    { fromMs: t0 + 3 * hourMs, toMs: t0 + 9 * hourMs },
    { fromMs: t0 + 10 * hourMs, toMs: null },
  ];
  const moments = silenceMoments(condition, "bot", gaps, window);

  test("fires its time after the last run, ends with the next, and stands at the end", () => {
    const found = preview(rule(condition), [{ agent: "bot", moments }], window.toMs);
    expect(lines(found.told)).toEqual(["alert.fired +6h", "alert.resolved +9h", "alert.fired +13h"]);
    expect(found.standing).toBe(1);
  });

  test("tells each agent's on its own, in one order, with ids that differ", () => {
    const histories = ["a", "b"].map((agent) => ({ agent, moments }));
    const found = preview(rule(condition, { renotify_ms: dayMs }), histories, window.toMs);
    expect(found.told.map(({ told_at }) => told_at)).toEqual(found.told.map(({ told_at }) => told_at).toSorted());
    expect(new Set(found.told.map(({ id }) => id)).size).toBe(found.told.length);
    expect(found.counts["alert.renotified"]).toBe(2 * 9);
  });
});
