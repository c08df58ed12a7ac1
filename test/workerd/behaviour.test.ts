// The behaviour object in mid-story: facts that come twice, late or after their run went; alarms that repeat; an object that was evicted.
import { env } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { factsOf } from "../../domain/drift/facts-of.ts";
import { packFacts } from "../../domain/drift/packed-facts.ts";
import { behaviourOf } from "../../durable-objects/names.ts";
import { runOf } from "./api-client.ts";
import { deliver } from "./consume.ts";
import { alarmOf, evict, objectOf, rowsOf, sentByAlarm } from "./objects.ts";

const minuteMs = 60_000;
const startMs = Date.parse("2026-11-24T10:00:00.000Z");
const window = { fromMs: startMs - minuteMs, toMs: startMs + 60 * minuteMs, bucket: "hour" } as const;

/** One agent of its own for each test. */
function agentNamed(agent: string) {
  const projectId = "prj_default";
  const subject = { projectId, agent, falseAlarmBudgetDays: 30 };
  const object = objectOf(env.BEHAVIOUR, [projectId, agent]);
  const remote = behaviourOf(env, projectId, agent);
  const facts = (id: string, version: string, isError = false) =>
    factsOf(runOf({ id, agent, status: isError ? "error" : "ok", started_at: new Date(startMs).toISOString() }), version);
  return {
    object,
    remote,
    facts,
    fold: (...given: ReturnType<typeof facts>[]) => remote.fold(subject, given.map(packFacts), Date.now()),
    /** Runs that count, and how many of them failed. */
    counted: async () => {
      const [errors] = await remote.series(["outcome.error"], window, Date.now());
      const [bucket] = errors?.buckets.filter(({ n }) => n > 0) ?? [];
      return bucket === undefined ? { runs: 0, errors: 0 } : { runs: bucket.n, errors: Math.round((bucket.value ?? 0) * bucket.n) };
    },
    announced: (isDown = false) => sentByAlarm(object, "BEHAVIOUR_QUEUE", isDown),
    message: { v: 1, kind: "evaluated", project_id: projectId, agent },
  };
}

describe("facts", () => {
  it("count once however often they come, and a revision replaces them whatever comes after it", async () => {
    const { fold, facts, counted, object } = agentNamed("twice");
    await fold(facts("a", "01~"), facts("b", "01~"), facts("a", "01~"));
    await fold(facts("a", "01~"));
    expect(await counted()).toEqual({ runs: 2, errors: 0 });
    await evict(object);
    await fold(facts("a", "02~", true));
    await fold(facts("a", "01~"), facts("b", "00~", true));
    await evict(object);
    expect(await counted()).toEqual({ runs: 2, errors: 1 });
    // A score that came for the revision is newer than it.
    await fold(facts("a", "02~01"));
    expect(await counted()).toEqual({ runs: 2, errors: 0 });
  });

  it("of a run that went are refused up to its last revision, also when they are still on their way; what is sent later counts", async () => {
    const { fold, facts, counted, remote, object } = agentNamed("gone");
    await fold(facts("a", "02~05"), facts("b", "01~"));
    await remote.forget([{ id: "a", version: "02" }], Date.now());
    await remote.forget([{ id: "never-seen", version: "03" }], Date.now());
    expect(await counted()).toEqual({ runs: 1, errors: 0 });
    await evict(object);
    await fold(facts("a", "01~"), facts("a", "02~"), facts("a", "02~09"), facts("never-seen", "03~"));
    expect(await counted()).toEqual({ runs: 1, errors: 0 });
    await remote.forget([{ id: "b", version: "00" }], Date.now());
    await fold(facts("a", "03~", true), facts("never-seen", "04~"));
    expect(await counted()).toEqual({ runs: 3, errors: 1 });
    await rowsOf(object, "UPDATE gone SET at_ms = 0");
    await fold(facts("b", "01~"));
    expect(await rowsOf(object, "SELECT * FROM gone")).toEqual([]);
  });
});

describe("an evaluation", () => {
  it("is made once though its alarm repeats, announced until it is published, and not after it", async () => {
    const { fold, facts, announced, object, remote, message } = agentNamed("judged");
    await fold(facts("a", "01~"));
    await rowsOf(object, `UPDATE note SET json = '{"sinceMs":0,"lastMs":0}' WHERE name = 'dirty'`);
    expect(await announced()).toEqual([message]);
    const first = await remote.publication();
    await evict(object);
    expect(await announced()).toEqual([message]);
    expect(await remote.publication()).toEqual(first);
    expect(await alarmOf(object)).not.toBeNull();
    // The same message twice, as a queue may deliver it.
    await deliver("bento-behaviour", [message, message]);
    expect(await announced()).toEqual([]);
    expect(await alarmOf(object)).toBeNull();
    expect(await remote.publication()).toEqual(first);
  });

  it("waits for a queue that is down and is announced when it is back", async () => {
    const { fold, facts, announced, object, remote, message } = agentNamed("down");
    await fold(facts("a", "01~"));
    await remote.evaluate(true, Date.now());
    await fold(facts("b", "01~"));
    const errors = vi.spyOn(console, "error").mockReturnValue(undefined);
    expect(await announced(true)).toEqual([]);
    expect(errors.mock.calls.join()).toContain("alarm of behaviour");
    vi.restoreAllMocks();
    expect(((await alarmOf(object)) ?? 0) - Date.now()).toBeGreaterThan(minuteMs / 2);
    await evict(object);
    expect(await announced()).toEqual([message]);
  });
});
