import { describe, expect, test } from "vitest";
import type { Analysis, DriftGroup } from "../../../domain/drift/analysis.ts";
import type { Attribution, Cause } from "../../../domain/drift/drift.ts";
import type { Observation, RunFacts } from "../../../domain/drift/facts.ts";
import { aChange, analysed, changeMs, runsOf, sinceChange } from "./changing-agent.ts";
import { dayMs, hourMs, yes } from "./synthetic.ts";

function onlyGroup({ groups }: Analysis): DriftGroup {
  expect(groups).toHaveLength(1);
  const [group] = groups;
  if (group === undefined) throw new Error("no group");
  return group;
}

function expectNamed({ verdict, causes }: Attribution, cause: Partial<Cause>): void {
  expect(verdict).toBe("attributed");
  expect(causes[0]).toMatchObject(cause);
}

/** Success falls, runs get longer and dearer: what a worse agent looks like. */
const worse = (isWorse: (run: RunFacts) => boolean) => ({
  success: (run: RunFacts): number => (isWorse(run) ? 0.55 : 0.9),
  more: (run: RunFacts, random: () => number): Observation[] => [yes("outcome.refusal", isWorse(run) ? 0.3 : 0.05, random)],
});

describe("a cause with one cut-over", () => {
  const facts = runsOf({
    ...worse(({ atMs }) => sinceChange(atMs)),
    versions: (atMs) => ({ models: [sinceChange(atMs) ? "m-2" : "m-1"] }),
  });
  const analysis = analysed(facts);
  const group = onlyGroup(analysis);
  const first = facts.find(({ atMs }) => sinceChange(atMs));

  test("is named with its change, and all dimensions are one group", () => {
    expectNamed(group.attribution, { kind: "model", ref: "m-2", from: "m-1", to: "m-2", declared: false });
    expect(group.driftIds.length).toBeGreaterThanOrEqual(2);
    expect(group.attribution.causes[0]?.change_id).toBe(analysis.changes[0]?.id);
  });

  test("began with its first run", () => {
    expect(group.onset.atMs).toBe(first?.atMs);
  });

  test("explains nearly all of the change, with an interval around the share", () => {
    const cause = group.attribution.causes[0];
    expect(cause?.share).toBeGreaterThan(0.9);
    expect(cause?.share_low ?? NaN).toBeLessThanOrEqual(cause?.share ?? NaN);
    expect(cause?.share_high ?? NaN).toBeGreaterThanOrEqual(cause?.share ?? NaN);
  });

  test("is worded likely, since nothing but the time supports it", () => {
    expect(group.title).toMatch(/^Success of bot fell from 0\.\d+ to 0\.\d+ since 19 Oct 09:\d\d; likely cause: model m-1 → m-2$/);
  });

  test("is found again to the last byte", () => {
    expect(JSON.stringify(analysed(facts.toReversed()))).toBe(JSON.stringify(analysis));
  });
});

test("two changes at the same run are told as a set that nobody can separate", () => {
  const facts = runsOf({
    ...worse(({ atMs }) => sinceChange(atMs)),
    versions: (atMs) => (sinceChange(atMs) ? { models: ["m-2"], prompt: "p-2" } : {}),
  });
  const { attribution, title } = onlyGroup(analysed(facts));
  expect(attribution.verdict).toBe("confounded");
  expect(
    attribution.causes
      .slice(0, 2)
      .map(({ kind }) => kind)
      .sort(),
  ).toEqual(["model", "prompt"]);
  expect(title).toContain("came together and cannot be told apart");
});

test("the agent's own version is the label of a release, not a rival of what it shipped", () => {
  const facts = runsOf({
    ...worse(({ atMs }) => sinceChange(atMs)),
    versions: (atMs) => ({ agentVersion: sinceChange(atMs) ? "2" : "1", prompt: sinceChange(atMs) ? "p-2" : "p-1" }),
  });
  expectNamed(onlyGroup(analysed(facts)).attribution, { kind: "prompt", ref: "p-2" });
});

test("a change that nothing recorded explains is unattributed, even with an edit days before", () => {
  const facts = runsOf({
    ...worse(({ atMs }) => sinceChange(atMs)),
    versions: (atMs) => ({ prompt: atMs >= changeMs - 4 * dayMs ? "p-2" : "p-1" }),
  });
  const { attribution, title } = onlyGroup(analysed(facts));
  expect(attribution.verdict).toBe("unattributed");
  expect(title).not.toContain("cause");
});

test("a rollout over days is named by comparing runs side by side, and is certain", () => {
  const facts = runsOf({
    ...worse(({ versions }) => versions.models[0] === "m-2"),
    days: 20,
    perHour: 6,
    versions: (atMs, random) => ({
      models: [sinceChange(atMs) && random() < Math.min(0.8, 0.2 + (atMs - changeMs) / (6 * dayMs)) ? "m-2" : "m-1"],
    }),
  });
  const { attribution, title, onset } = onlyGroup(analysed(facts));
  expectNamed(attribution, { kind: "model", ref: "m-2" });
  expect(attribution.causes[0]?.evidence.join(" ")).toContain("While both were live");
  expect(title).toContain("; cause: model m-1 → m-2");
  expect(Math.abs(onset.atMs - changeMs)).toBeLessThan(12 * hourMs);
});

describe("a shift of who asks", () => {
  const facts = runsOf({
    perHour: 6,
    cohort: (atMs, random) => ({
      plan: random() < (sinceChange(atMs) ? 0.75 : 0.2) ? "hard" : "easy",
      locale: random() < 0.5 ? "en" : "de",
    }),
    success: ({ cohort }) => (cohort["plan"] === "hard" ? 0.5 : 0.95),
    versions: (atMs) => ({ prompt: atMs >= changeMs + 10 * hourMs ? "p-2" : "p-1" }),
  });
  const { attribution, title } = onlyGroup(analysed(facts));

  test("is the cause, not the innocent edit hours later", () => {
    expectNamed(attribution, { kind: "cohort", ref: "plan=hard", to: "hard" });
    expect(title).toContain("other users (more plan=hard)");
  });

  test("comes with the split into mix and within", () => {
    const { mix } = attribution;
    expect(mix?.attribute).toBe("plan");
    expect((mix?.mix ?? 0) / (mix?.total ?? NaN)).toBeGreaterThan(0.5);
    expect((mix?.mix ?? NaN) + (mix?.within ?? NaN)).toBeCloseTo(mix?.total ?? NaN, 12);
  });
});

describe("a tool that starts to fail though nothing was changed", () => {
  const fails = (run: RunFacts, random: () => number): Observation[] => {
    const failed = sinceChange(run.atMs) && random() < 0.4;
    return [
      { dimension: "tool.lookup.error_rate", kind: "proportion", value: failed ? 1 : 0, trials: 1 },
      { dimension: "tool.lookup.error_code", kind: "categorical", value: failed ? ["HTTP_422"] : [] },
    ];
  };
  const facts = runsOf({
    toolsUsed: ["lookup"],
    more: fails,
    success: ({ atMs }) => (sinceChange(atMs) ? 0.6 : 0.9),
    versions: (atMs) => ({ prompt: atMs >= changeMs - 12 * hourMs ? "p-2" : "p-1" }),
  });
  const group = onlyGroup(analysed(facts));

  test("is named with its new error code, not the edit half a day before", () => {
    expectNamed(group.attribution, { kind: "tool", ref: "lookup", to: "HTTP_422", change_id: null, declared: false });
    expect(group.title).toContain("tool lookup started to fail with HTTP_422");
  });

  test("links runs that show it", () => {
    const shown = facts.filter(({ id }) => group.runs.includes(id));
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.every(({ atMs }) => sinceChange(atMs))).toBe(true);
  });
});

test("what a new SDK version explains is told as instrumentation and stays low", () => {
  const facts = runsOf({
    versions: (atMs) => ({ instrumentation: sinceChange(atMs) ? "sdk@2" : "sdk@1" }),
    more: ({ atMs }, random) => [
      { dimension: "volume.steps", kind: "count", value: Math.round((sinceChange(atMs) ? 14 : 6) + 4 * random()) },
    ],
  });
  const group = onlyGroup(analysed(facts));
  expectNamed(group.attribution, { kind: "instrumentation", ref: "sdk@2", to: "sdk@2" });
  expect(group.severity).toBe("low");
  expect(group.title).toContain("the agent itself did not change");
});

test("a declared change that no run shows can be the cause, by its time", () => {
  const facts = runsOf(worse(({ atMs }) => sinceChange(atMs)));
  const { attribution } = onlyGroup(analysed(facts, [aChange({ kind: "environment", ref: "eu-west" })]));
  expectNamed(attribution, { kind: "environment", ref: "eu-west", declared: true, change_id: "chg_environment_eu-west" });
});

test("hostile names stay on one short line", () => {
  const evil = `m-2\n<script>${"x".repeat(500)}`;
  const facts = runsOf({ ...worse(({ atMs }) => sinceChange(atMs)), versions: (atMs) => ({ models: [sinceChange(atMs) ? evil : "m-1"] }) });
  const { title, summary } = onlyGroup(analysed(facts));
  expect(title.length).toBeLessThanOrEqual(180);
  expect(title + summary).not.toMatch(/[\n\r\u0000]/);
});

describe("a change that is rolled back", () => {
  const backMs = changeMs + 3 * dayMs;
  const facts = runsOf({
    ...worse(({ versions }) => versions.prompt === "p-2"),
    days: 22,
    perHour: 8,
    versions: (atMs) => ({ prompt: atMs >= changeMs && atMs < backMs ? "p-2" : "p-1" }),
  });
  const { attribution, title, recoveredAtMs } = onlyGroup(analysed(facts));

  test("is certain, since behaviour came back with the old version", () => {
    expectNamed(attribution, { kind: "prompt", ref: "p-2" });
    expect(attribution.causes[0]?.evidence).toContain("It was taken back, and behaviour came back with it.");
    expect(title).toContain("; cause: prompt p-2");
  });

  test("has recovered", () => {
    expect(recoveredAtMs).not.toBeNull();
  });
});

test("a second change that adds to the first is listed as a second cause", () => {
  const secondMs = changeMs + 12 * hourMs;
  const facts = runsOf({
    perHour: 10,
    success: ({ atMs }) => (atMs >= secondMs ? 0.3 : sinceChange(atMs) ? 0.6 : 0.9),
    versions: (atMs) => ({ models: [sinceChange(atMs) ? "m-2" : "m-1"], prompt: atMs >= secondMs ? "p-2" : "p-1" }),
  });
  const { causes } = onlyGroup(analysed(facts)).attribution;
  expect(
    causes
      .slice(0, 2)
      .map(({ kind }) => kind)
      .sort(),
  ).toEqual(["model", "prompt"]);
  expect(causes[1]?.evidence[0]).toContain("a second cause");
});
