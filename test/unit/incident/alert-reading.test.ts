import { describe, expect, test } from "vitest";
import type { SeriesBucket } from "../../../domain/drift/series.ts";
import { driftReadings, incidentReadings, silenceReading, thresholdReading } from "../../../domain/incident/alert-reading.ts";
import type { DriftCondition, IncidentCondition, ThresholdCondition } from "../../../domain/incident/alert-rule.ts";
import type { Incident } from "../../../domain/incident/incident.ts";
import { aDrift, aGroup, attributedTo, Desk, hourMs, t0, unattributed } from "./an-incident.ts";

const anyIncident: IncidentCondition = { type: "incident", min_severity: "low", dimensions: null, cause_kinds: null };
const anyDrift: DriftCondition = { type: "drift", min_severity: "low", dimensions: null, directions: null, kinds: null, cause_kinds: null };
const news = () => 100;

function incident(more: Partial<Incident> = {}): Incident {
  const desk = new Desk();
  const attribution = attributedTo({ kind: "model" });
  desk.fold([aGroup(["d1"], { attribution, severity: "high" })], [aDrift("d1", { dimension: "outcome.success", attribution })]);
  return { ...desk.only, ...more };
}

describe("an incident", () => {
  test.each<[string, Partial<IncidentCondition>, Partial<Incident>, boolean]>([
    ["any", {}, {}, true],
    ["of the least severity", { min_severity: "high" }, {}, true],
    ["below the least severity", { min_severity: "critical" }, {}, false],
    ["of the dimension", { dimensions: ["outcome.*"] }, {}, true],
    ["of another dimension", { dimensions: ["cost.usd"] }, {}, false],
    ["of the cause", { cause_kinds: ["model", "prompt"] }, {}, true],
    ["of another cause", { cause_kinds: ["prompt"] }, {}, false],
    ["without a named cause", { cause_kinds: ["model"] }, { attribution: unattributed }, false],
    ["acknowledged", {}, { status: "acknowledged" }, true],
    ["resolved", {}, { status: "resolved" }, false],
    ["merged away", {}, { merged_into: "inc_2" }, false],
    ["withdrawn", {}, { withdrawn_at: "2026-11-11T00:00:00.000Z" }, false],
    ["that new instrumentation explains", {}, { attribution: attributedTo({ kind: "instrumentation" }) }, false],
  ])("%s: %s %s → %s", (_, condition, more, expected) => {
    const [read] = incidentReadings({ ...anyIncident, ...condition }, [incident(more)], news, 100);
    expect(read?.holds).toBe(expected ? "yes" : "no");
  });

  test("that was known before the rule watched is not news", () =>
    expect(incidentReadings(anyIncident, [incident()], news, 101)[0]?.holds).toBe("no"));

  test.each<[string, Partial<Incident>, boolean]>([
    ["open", {}, false],
    ["acknowledged", { status: "acknowledged" }, true],
    ["mitigated", { status: "mitigated" }, true],
    ["back at its baseline", { recovered_at: "2026-11-11T00:00:00.000Z" }, true],
  ])("%s is quiet: %s", (_, more, expected) => expect(incidentReadings(anyIncident, [incident(more)], news, 0)[0]?.isQuiet).toBe(expected));
});

describe("a drift", () => {
  test.each<[string, Partial<DriftCondition>, boolean]>([
    ["any", {}, true],
    ["of the direction", { directions: ["down"] }, true],
    ["of another direction", { directions: ["up", "mixed"] }, false],
    ["of the kind", { kinds: ["proportion"] }, true],
    ["of another kind", { kinds: ["duration"] }, false],
    ["of the dimension", { dimensions: ["outcome.success"] }, true],
    ["of another dimension", { dimensions: ["outcome.error"] }, false],
    ["below the least severity", { min_severity: "high" }, false],
    ["of another cause", { cause_kinds: ["tool"] }, false],
  ])("%s: %s", (_, condition, expected) => {
    const [read] = driftReadings({ ...anyDrift, ...condition }, [incident()], news, 0);
    expect(read).toMatchObject({ subject: "d1", driftId: "d1", holds: expected ? "yes" : "no" });
  });

  test("is told with what moved from where to where", () =>
    expect(driftReadings(anyDrift, [incident()], news, 0)[0]?.title).toBe("success fell from 0.80 to 0.60"));

  test("that recovered or was judged does not hold", () => {
    for (const status of ["recovered", "accepted", "dismissed"] as const) {
      const { drifts, ...rest } = incident();
      const read = driftReadings(anyDrift, [{ ...rest, drifts: drifts.map((drift) => ({ ...drift, status })) }], news, 0);
      expect(read.map(({ holds }) => holds)).toEqual(["no"]);
    }
  });
});

describe("a threshold", () => {
  const hours = (...values: (number | null)[]): SeriesBucket[] =>
    values.map((value, i) => ({
      at: new Date(t0 + i * hourMs).toISOString(),
      value,
      low: null,
      high: null,
      n: value === null ? 0 : 10,
      baseline: null,
    }));
  const condition: ThresholdCondition = {
    type: "threshold",
    dimensions: ["outcome.error"],
    above: 0.2,
    below: null,
    bucket: "hour",
    buckets: 2,
    min_runs: 5,
  };

  test.each<[string, Partial<ThresholdCondition>, (number | null)[], string]>([
    ["two beyond in a row", {}, [0.1, 0.3, 0.3], "yes"],
    ["only the newest beyond", {}, [0.1, 0.1, 0.3], "almost"],
    ["one beyond is enough", { buckets: 1 }, [0.1, 0.1, 0.3], "yes"],
    ["the newest is well", {}, [0.3, 0.3, 0.1], "no"],
    ["on the bound is not beyond", { buckets: 1 }, [0.2], "no"],
    ["below the lower bound", { buckets: 1, below: 0.05 }, [0.01], "yes"],
    ["the newest shows nothing", {}, [0.3, 0.3, null], "no_data"],
    ["a gap before the newest", {}, [0.3, null, 0.3], "almost"],
    ["too few runs", { min_runs: 11 }, [0.3, 0.3], "no_data"],
    ["no bucket at all", {}, [], "no_data"],
    ["fewer buckets than wanted", { buckets: 3 }, [0.3, 0.3], "almost"],
  ])("%s", (_, more, values, expected) => {
    const read = thresholdReading({ ...condition, ...more }, "outcome.error", hours(...values), t0 + values.length * hourMs);
    expect(read.holds).toBe(expected);
  });

  test("does not read the bucket that is still open", () => {
    const read = thresholdReading({ ...condition, buckets: 1 }, "outcome.error", hours(0.1, 0.9), t0 + 1.5 * hourMs);
    expect(read).toMatchObject({ holds: "no", value: 0.1 });
  });

  test("counts traffic without asking for runs", () => {
    const read = thresholdReading({ ...condition, above: null, below: 1, buckets: 1 }, "volume.runs", hours(0), t0 + hourMs);
    expect(read).toMatchObject({ holds: "yes", title: "traffic is 0, below 1, in the hour from 10 Nov 00:00 UTC" });
  });
});

describe("silence", () => {
  const condition = { type: "no_data", after_ms: hourMs } as const;
  test.each<[string, number, number, number, boolean, string]>([
    ["a run a moment ago", 10, 0, 10, true, "no"],
    ["long ago", 0, -5, 1, true, "yes"],
    ["just before its time", 0, -5, 0.99, true, "no"],
    ["long ago, and the rule is younger than that", 0, 5, 5.5, true, "no"],
    ["the rule watched for its whole time", 0, 5, 6, true, "yes"],
    ["an agent that sent nothing since a rule on all was made", 0, 5, 99, false, "no"],
    ["an agent that did", 6, 5, 7, false, "yes"],
  ])("%s", (_, newestHour, sinceHour, nowHour, isNamed, expected) => {
    const read = silenceReading(condition, "bot", newestHour * hourMs, sinceHour * hourMs, nowHour * hourMs, isNamed);
    expect(read.holds).toBe(expected);
  });
});
