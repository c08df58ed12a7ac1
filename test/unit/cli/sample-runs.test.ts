import { describe, expect, it } from "vitest";
import { dayMs, momentAt, sampleScenario } from "../../../cli/sample/scenario.ts";
import { lateScores, sampleChanges, sampleRecords, sampleRuns } from "../../../cli/sample/sample-runs.ts";
import { failureModeIds } from "../../../cli/sample/failure-modes.ts";
import { rhythmAt } from "../../../cli/sample/traffic.ts";

const endMs = Date.parse("2026-11-25T09:30:00Z");
const scenario = sampleScenario(endMs);
const records = [...sampleRecords(scenario)];

describe("the sample's traffic", () => {
  it("is the same to the last byte for the same end and seed", () => {
    expect(JSON.stringify([...sampleRuns(sampleScenario(endMs))])).toBe(JSON.stringify([...sampleRuns(scenario)]));
  });

  it("is other traffic under another seed", () => {
    const other = [...sampleRuns(sampleScenario(endMs, "another"))];
    expect(other.map((run) => run.started_at)).not.toEqual(records.map(({ run }) => run.started_at));
  });

  it("comes oldest first, with one id a run, inside the scenario", () => {
    const times = records.map(({ run }) => Date.parse(run.started_at));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(records.map(({ run }) => run.id)).size).toBe(records.length);
    expect(times[0]).toBeGreaterThanOrEqual(scenario.startMs);
    expect(times.at(-1)).toBeLessThan(endMs);
  });

  it.each([0, 1, 2, 3, 4, 5, 6])("has 70 to 110 runs a day and at most 3,500 in all when it ends %i days later in the week", (later) => {
    const count = [...sampleRuns(sampleScenario(endMs + later * dayMs))].length;
    expect(count / 35).toBeGreaterThan(70);
    expect(count / 35).toBeLessThan(110);
    expect(count).toBeLessThanOrEqual(3500);
  });

  it("is quieter at weekends and at night, as the rhythm says", () => {
    const isWeekend = (atMs: number) => [0, 6].includes(new Date(atMs).getUTCDay());
    const isNight = (atMs: number) => new Date(atMs).getUTCHours() < 6;
    const expectedShare = (chosen: (atMs: number) => boolean) => {
      let share = 0;
      let all = 0;
      for (let at = scenario.startMs; at < endMs; at += dayMs / 24) {
        all += rhythmAt(at);
        if (chosen(at)) share += rhythmAt(at);
      }
      return share / all;
    };
    for (const chosen of [isWeekend, isNight]) {
      const share = records.filter(({ atMs }) => chosen(atMs)).length / records.length;
      const expected = expectedShare(chosen);
      // Sessions come in clusters of up to three, so the binomial deviation is doubled.
      expect(Math.abs(share - expected)).toBeLessThan(4 * 2 * Math.sqrt((expected * (1 - expected)) / records.length));
    }
  });

  it("keeps a user's plan, language and channel, and lets no user lead the numbers", () => {
    const cohorts = new Map<string, Set<string>>();
    const counts = new Map<string, number>();
    for (const { run } of records) {
      const { intent: _, ...cohort } = run.cohort;
      cohorts.set(run.user_id, (cohorts.get(run.user_id) ?? new Set()).add(JSON.stringify(cohort)));
      counts.set(run.user_id, (counts.get(run.user_id) ?? 0) + 1);
    }
    expect([...cohorts.values()].filter((seen) => seen.size > 1)).toEqual([]);
    expect(Math.max(...counts.values()) / records.length).toBeLessThan(0.03);
  });

  it("has steps that follow one another and end with the run", () => {
    for (const { run } of records) {
      let atMs = Date.parse(run.started_at);
      for (const step of run.steps) {
        expect(Date.parse(step.started_at)).toBe(atMs);
        atMs += step.ms;
      }
      expect(Date.parse(run.ended_at)).toBe(atMs);
    }
  });

  it("never tells what the simulation knows", () => {
    const sent = JSON.stringify(records.map(({ run }) => run)) + JSON.stringify(sampleChanges(scenario));
    for (const id of failureModeIds) expect(sent).not.toContain(id);
    expect(sent).not.toContain("order_service_strict");
  });
});

describe("the sample's scores", () => {
  it("come at once for most runs, late for some and never for the rest", () => {
    const share = (count: number) => count / records.length;
    const atOnce = records.filter(({ run }) => run.scores?.some((score) => score.name === "success")).length;
    const late = records.filter((record) => record.late !== null).length;
    expect(share(atOnce)).toBeGreaterThan(0.8);
    expect(share(late)).toBeGreaterThan(0.05);
    expect(share(records.length - atOnce - late)).toBeGreaterThan(0.04);
  });

  it("say the truth, once a run", () => {
    for (const { run, late, success } of records) {
      const told = [...(run.scores ?? []), ...(late === null ? [] : [late.score])].filter((score) => score.name === "success");
      expect(told.length).toBeLessThanOrEqual(1);
      for (const score of told) expect(score.value).toBe(success ? 1 : 0);
    }
  });

  it("that come late come after their run and before the scenario ends", () => {
    const byRun = new Map(records.map((record) => [record.run.id, record]));
    const sent = lateScores(scenario);
    expect(sent.length).toBeGreaterThan(100);
    for (const { run_id } of sent) {
      const record = byRun.get(run_id);
      expect(record?.late?.atMs).toBeGreaterThan(record?.atMs ?? Number.POSITIVE_INFINITY);
      expect(record?.late?.atMs).toBeLessThanOrEqual(endMs);
    }
  });
});

describe("the scenario", () => {
  const causes = scenario.events.filter((event) => event.cause !== null);

  it("is quiet for at least fourteen days, and only a harmless edit falls into them", () => {
    expect((causes[0]?.atMs ?? 0) - scenario.startMs).toBeGreaterThanOrEqual(14 * dayMs);
  });

  it("has its events in the past, oldest first, each at least 1.9 days after the one before was undone", () => {
    for (const [i, event] of causes.entries()) {
      expect(event.atMs).toBeLessThan(endMs);
      const before = causes[i - 1];
      if (before !== undefined) expect(event.atMs - (before.undoneAtMs ?? Number.POSITIVE_INFINITY)).toBeGreaterThanOrEqual(1.9 * dayMs);
    }
  });

  it("ends with an event that still lasts and began within the last four days", () => {
    const last = causes.at(-1);
    expect(last?.undoneAtMs).toBeNull();
    expect(endMs - (last?.atMs ?? 0)).toBeLessThan(4 * dayMs);
  });

  it("shows each event in the runs from its moment on, and not before", () => {
    const shows = {
      prompt_v7: records.filter(({ run }) => run.config.prompt.version === "v7"),
      model_orion_3: records.filter(({ run }) => run.config.model === "orion-3"),
      search_docs_reworded: records.filter(({ run }) => run.config.tools.some((tool) => tool.description.includes("best first"))),
      order_service_strict: records.filter(({ run }) => run.steps.some((step) => step.error?.type === "HTTP_422")),
      german_enterprise_rollout: records.filter(({ run }) => run.user_id.startsWith("u-nordwerk-")),
    };
    for (const event of scenario.events) {
      const shown = shows[event.id];
      expect(shown.length).toBeGreaterThan(30);
      expect(shown[0]?.atMs).toBeGreaterThanOrEqual(event.atMs);
      expect((shown[0]?.atMs ?? 0) - event.atMs).toBeLessThan(dayMs);
      // A session begun before the end of an event may go on for some minutes.
      if (event.undoneAtMs !== null) expect(shown.at(-1)?.atMs).toBeLessThan(event.undoneAtMs + dayMs / 24);
    }
  });

  it("rolls the new model out step by step", () => {
    const shares = scenario.modelRollout.map((step, i) => {
      const until = scenario.modelRollout[i + 1]?.fromMs ?? endMs;
      const runs = records.filter(({ atMs }) => atMs >= step.fromMs && atMs < until);
      return { share: step.share, seen: runs.filter(({ run }) => run.config.model === "orion-3").length / runs.length, n: runs.length };
    });
    // A session keeps its model, so the binomial deviation is doubled; a session across a step shows the model of each moment.
    for (const { share, seen, n } of shares)
      expect(Math.abs(seen - share)).toBeLessThan(0.02 + 4 * 2 * Math.sqrt((share * (1 - share)) / n));
    expect(shares.map(({ seen }) => seen)).toEqual([
      ...shares
        .slice(0, 3)
        .map(({ seen }) => seen)
        .toSorted((a, b) => a - b),
      0,
    ]);
    expect(momentAt(scenario, endMs - 1).newModelShare).toBe(0);
  });

  it("declares the prompt edit and the harmless edit, and leaves tool, model and customers to be noticed", () => {
    expect(sampleChanges(scenario).map(({ kind, ref }) => `${kind} ${ref}`)).toEqual(["tool search_docs", "prompt v7", "prompt v6"]);
  });
});
