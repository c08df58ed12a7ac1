import { describe, expect, it } from "vitest";
import * as z from "zod";
import { detectFindings } from "../../../domain/finding/detect.ts";
import type { Run } from "../../../domain/run/run.ts";
import { classOf } from "../../../domain/signal/class.ts";
import { fixture, nativeRuns, otlpRun } from "./runs.ts";

const scenarios = z.object({ scenarios: z.array(z.object({ id: z.string(), runs: z.array(z.unknown()) })) });

/** The failure classes of a run, and whether all their findings were got over. */
const failureClasses = (run: Run): string[] => {
  const failures = detectFindings(run).filter(({ polarity }) => polarity === "failure");
  return [...new Set(failures.map((finding) => classOf(run.agent, finding).key))];
};
const groupsOf = (runs: readonly Run[]): string[][] => {
  const groups = Map.groupBy(
    runs.flatMap((run) => failureClasses(run).map((key) => ({ key, id: run.id }))),
    ({ key }) => key,
  );
  return [...groups.values()].map((group) => group.map(({ id }) => id)).sort((a, b) => b.length - a.length);
};

describe("eight failures that are two", () => {
  const runs = nativeRuns(JSON.parse(fixture("fail-groups-dynamic-ids.json")));
  it("carry exactly one failure class each, beside a run-level error that all share", () => {
    for (const run of runs) expect(failureClasses(run)).toHaveLength(1);
  });
  it("make a group of five and a group of three", () => {
    expect(groupsOf(runs)).toEqual([
      ["run_fg-t0", "run_fg-t1", "run_fg-t2", "run_fg-t3", "run_fg-t4"],
      ["run_fg-a0", "run_fg-a1", "run_fg-a2"],
    ]);
  });
});

describe("no failure, one failure and identical failures", () => {
  const sizes = Object.fromEntries(
    scenarios
      .parse(JSON.parse(fixture("fail-groups-degenerate.json")))
      .scenarios.map(({ id, runs }) => [id, groupsOf(nativeRuns({ runs })).map((group) => group.length)]),
  );
  it("make no group, one of one, one of twenty, and an odd one that is not pushed into the six", () => {
    expect(sizes).toEqual({ none: [], one: [1], same: [20], "two-and-odd": [6, 1] });
  });
});

describe("recovered and soft failures", () => {
  const byId = new Map(nativeRuns(JSON.parse(fixture("fail-recovered-vs-soft.json"))).map((run) => [run.id, detectFindings(run)]));
  const failures = (id: string) => byId.get(id)?.filter(({ polarity }) => polarity === "failure") ?? [];
  it("a failure that was got over is one finding, and says so", () => {
    expect(failures("run_rs-recovered")).toMatchObject([{ detector: "tool_error", recovered: true, severity: "low" }]);
  });
  it("five answers that say ok: false are five findings of one class", () => {
    expect(failures("run_rs-soft")).toHaveLength(5);
    expect(failures("run_rs-soft").every((one) => one.detector === "tool_soft_error" && !one.recovered)).toBe(true);
    expect(new Set(failures("run_rs-soft").map(({ about }) => `${about.subject}: ${about.text}`))).toEqual(
      new Set(["post_message: channel_not_found"]),
    );
  });
  it("the word error in a good result is nothing", () => expect(failures("run_rs-clean")).toEqual([]));
});

describe("hostile and broken traces", () => {
  it("markup stands in evidence as it was sent", () => {
    const found = detectFindings(otlpRun(fixture("xss-in-trace.json")));
    expect(found).toMatchObject([
      { detector: "tool_error", evidence: [{ field: "error", quote: '<img src=x onerror="window.__pwned=1">' }] },
    ]);
  });
  it("a run that a person cancelled has not failed", () => {
    expect(detectFindings(otlpRun(fixture("norm-stream-aborted.json")))).toEqual([]);
  });
});
