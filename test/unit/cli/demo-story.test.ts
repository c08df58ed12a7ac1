import { describe, expect, it } from "vitest";
import type { IncidentAnswer } from "../../../cli/demo/bento-answers.ts";
import { printStory } from "../../../cli/demo/print-story.ts";
import { tellStory } from "../../../cli/demo/story.ts";
import { dayMs, hourMs, sampleScenario, type ScenarioEventId } from "../../../cli/sample/scenario.ts";

const endMs = Date.parse("2026-11-25T09:30:00Z");
const scenario = sampleScenario(endMs);
const eventAt = (id: ScenarioEventId) => scenario.events.find((event) => event.id === id)?.atMs ?? Number.NaN;
const undoneAt = (id: ScenarioEventId) => scenario.events.find((event) => event.id === id)?.undoneAtMs ?? Number.NaN;

interface Said {
  kind: string;
  ref: string;
  to?: string;
  verdict?: IncidentAnswer["attribution"]["verdict"];
  causeAtMs?: number;
}

function incident(slug: string, onsetMs: number, { kind, ref, to, verdict = "attributed", causeAtMs = onsetMs }: Said): IncidentAnswer {
  const cause = {
    kind,
    ref,
    from: null,
    to: to ?? null,
    at: new Date(causeAtMs).toISOString(),
    share: 0.9,
    share_low: 0.7,
    share_high: 1,
    confidence: 0.97,
    declared: false,
    evidence: ["12 of 40 against 3 of 80"],
  };
  return {
    slug,
    title: `Success fell (${slug})`,
    status: "open",
    severity: "high",
    onset_at: new Date(onsetMs).toISOString(),
    opened_at: new Date(onsetMs + 20 * hourMs).toISOString(),
    resolved_at: null,
    drifts: [],
    attribution: { verdict, causes: [cause] },
  };
}

const right = [
  incident("a", eventAt("prompt_v7") + hourMs, { kind: "prompt", ref: "v7" }),
  incident("b", eventAt("order_service_strict") - 2 * hourMs, { kind: "tool", ref: "lookup_order", to: "HTTP_422" }),
  incident("c", eventAt("model_orion_3"), { kind: "model", ref: "orion-3" }),
  incident("d", eventAt("german_enterprise_rollout") + 3 * hourMs, { kind: "cohort", ref: "locale=de" }),
];
const tell = (incidents: IncidentAnswer[]) =>
  tellStory(scenario, [scenario.startMs, endMs - 1], { incidents, changes: [], successByDay: [] });

describe("the demo's story", () => {
  it("finds every event right when Bento names each cause", () => {
    const story = tell(right);
    expect(story.events.map(({ judgement }) => judgement)).toEqual(["right", "right", "right", "right"]);
    expect(story.events.map((event) => event.onset_error_hours)).toEqual([1, -2, 0, 3]);
    expect(story.events[0]?.noticed_after_hours).toBe(21);
    expect([story.unexpected, story.after_effects, story.harmless.filter(({ blamed }) => blamed)]).toEqual([[], [], []]);
    expect(story.open?.slug).toBe("d");
  });

  it("says missed, wrong cause and no cause as they are", () => {
    const story = tell([
      incident("b", eventAt("order_service_strict"), { kind: "prompt", ref: "v7" }),
      incident("c", eventAt("model_orion_3"), { kind: "model", ref: "orion-3", verdict: "confounded" }),
      incident("d", eventAt("german_enterprise_rollout"), { kind: "cohort", ref: "channel=web" }),
    ]);
    expect(story.events.map(({ judgement }) => judgement)).toEqual(["missed", "wrong_cause", "no_cause", "wrong_cause"]);
    expect(story.events[0]?.incident).toBeNull();
  });

  it("takes a prompt's hash for its name, and the right one of several incidents about an event", () => {
    const hash = scenario.events.find(({ id }) => id === "prompt_v7")?.cause?.refs[1] ?? "";
    const story = tell([
      incident("a1", eventAt("prompt_v7"), { kind: "cohort", ref: "plan=pro" }),
      incident("a2", eventAt("prompt_v7") + hourMs, { kind: "prompt", ref: hash }),
    ]);
    expect(story.events[0]?.judgement).toBe("right");
    expect(story.events[0]?.incident?.slug).toBe("a2");
  });

  it("counts an incident without an event as false, and one after an undoing as the way back", () => {
    const story = tell([
      incident("quiet", scenario.startMs + 9 * dayMs, { kind: "prompt", ref: "v6" }),
      incident("back", undoneAt("prompt_v7") + 6 * hourMs, { kind: "prompt", ref: "v6" }),
    ]);
    expect(story.unexpected.map(({ slug }) => slug)).toEqual(["quiet"]);
    expect(story.after_effects.map(({ slug }) => slug)).toEqual(["back"]);
  });

  it("notices when a harmless edit is blamed", () => {
    const at = eventAt("search_docs_reworded");
    expect(tell([incident("x", at, { kind: "tool", ref: "search_docs", causeAtMs: at })]).harmless[0]?.blamed).toBe(true);
  });

  it("splits the runs over the weeks without losing any", () => {
    const runTimes = Array.from({ length: 500 }, (_, i) => scenario.startMs + Math.floor((i / 500) * (endMs - scenario.startMs)));
    const { weeks } = tellStory(scenario, runTimes, { incidents: [], changes: [], successByDay: [] });
    expect(weeks.reduce((sum, week) => sum + week.runs, 0)).toBe(500);
    expect(weeks.every(({ success_rate }) => success_rate === null)).toBe(true);
  });
});

describe("the story in the terminal", () => {
  const text = (incidents: IncidentAnswer[]) => printStory(tell(incidents)).join("\n");

  it("fits in 40 to 80 lines", () => {
    const lines = text(right).split("\n").length;
    expect(lines).toBeGreaterThanOrEqual(40);
    expect(lines).toBeLessThanOrEqual(80);
  });

  it("states the outcome in one sentence, good or bad", () => {
    expect(text(right)).toContain("4 of 4 events found, 4 with the right cause, 0 false incidents, 0 of 1 harmless edits blamed.");
    expect(text([])).toContain("0 of 4 events found, 0 with the right cause");
    expect(text([])).toContain("No incident is open.");
  });

  it("lets no text from a trace steer the terminal", () => {
    const hostile = incident("a", eventAt("prompt_v7"), { kind: "prompt", ref: "v7\u001b[2J\u202ev8\nrm" });
    const shown = text([{ ...hostile, title: "\u001b]0;owned\u0007 title" }]);
    expect(shown).not.toContain("\u001b[2J");
    expect(shown).not.toContain("\u001b]0;");
    expect(shown).not.toContain("\u202e");
  });
});
