// How an experiment's end enters the story of incidents: only of those that began while it ran, and once.
import { describe, expect, it } from "vitest";
import { nothingRead, type Experiment, type ExperimentStatus } from "../../../domain/experiment/experiment.ts";
import { experimentNews, withNews, type ExperimentNews } from "../../../domain/incident/experiment-news.ts";
import { foldGroups } from "../../../domain/incident/fan-in.ts";
import { planOf } from "../experiment/canary-units.ts";
import { aDrift, aGroup, dayMs, hourMs, t0 } from "./an-incident.ts";

const experiment = (status: ExperimentStatus): Experiment => ({
  id: "exp_1",
  agent: "bot",
  status,
  design: {
    kind: "canary",
    candidate: { config: { model: "m" }, artifacts: [], driver: { type: "claude" } },
    baseline: null,
    plan: planOf(),
  },
  origin: "http://bento",
  secret: null,
  reading: { ...nothingRead, verdict: "candidate_worse", decisive_sentence: "The candidate does harm." },
  salt: "s",
  total: 0,
  costUsd: 0,
  error: null,
  createdMs: t0 - dayMs,
  startedMs: t0 - hourMs,
  endedMs: t0 + hourMs,
  updatedMs: t0 + hourMs,
});

const incidents = (onsetMs: number) =>
  foldGroups([], {
    agent: "bot",
    groups: [aGroup(["d"], {}, onsetMs)],
    drifts: [aDrift("d", {}, onsetMs)],
    withdrawn: [],
    nowMs: onsetMs + dayMs,
  }).incidents;

const told = (): ExperimentNews => {
  const news = experimentNews(experiment("aborted"));
  if (news === null) throw new Error("no news");
  return news;
};

describe("news of an experiment", () => {
  it.each([
    ["draft", null],
    ["running", null],
    ["stopped", null],
    ["failed", null],
    ["aborted", "experiment.aborted"],
    ["done", "experiment.done"],
    ["promoted", "experiment.promoted"],
  ] as const)("of one that is %s is %s", (status, event) => {
    expect(experimentNews(experiment(status))?.event ?? null).toBe(event);
  });

  it("enters the story of an incident that began while it ran, and its lineage, once", () => {
    const [changed, ...others] = withNews(incidents(t0), told());
    expect(others).toEqual([]);
    expect(changed?.lineage.experiments).toEqual(["exp_1"]);
    const entry = changed?.timeline.find(({ text }) => text.includes("canary exp_1 is aborted: The candidate does harm."));
    expect(entry).toMatchObject({ kind: "comment", by: "bento", at: told().at });
    expect(withNews(changed === undefined ? [] : [changed], told())).toEqual([]);
  });

  it.each([
    ["before it started", t0 - 2 * hourMs],
    ["after it ended", t0 + 2 * hourMs],
  ])("leaves alone an incident that began %s", (_name, onsetMs) => {
    expect(withNews(incidents(onsetMs), told())).toEqual([]);
  });

  it("leaves alone an incident that is resolved", () => {
    expect(
      withNews(
        incidents(t0).map((one) => ({ ...one, status: "resolved" as const })),
        told(),
      ),
    ).toEqual([]);
  });
});
