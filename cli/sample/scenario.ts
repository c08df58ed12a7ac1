// The story of the sample: some weeks of one agent with dated events, each far enough from the others to be told apart.
// It holds the truth that the demo and the tests compare Bento's answers with; the traffic itself never states it.
import { fingerprint } from "../../domain/run/fingerprint.ts";
import { prompts, type ModelName, type PromptVersion } from "./agent-version.ts";
import type { Audience } from "./customer.ts";

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

export type ScenarioEventId = "search_docs_reworded" | "prompt_v7" | "order_service_strict" | "model_orion_3" | "german_enterprise_rollout";

export interface ScenarioEvent {
  id: ScenarioEventId;
  title: string;
  atMs: number;
  /** When the team undid it; null while it lasts. */
  undoneAtMs: number | null;
  /** What Bento should name, by any of its names; null for an edit that moves nothing and must not be blamed. */
  cause: { kind: "prompt" | "model" | "tool" | "cohort"; refs: readonly string[] } | null;
  /** What tells Bento of it: a declaration, or nothing but the runs themselves. */
  knownFrom: "declaration" | "runs";
}

export interface Scenario {
  agent: string;
  seed: string;
  startMs: number;
  endMs: number;
  /** Oldest first. */
  events: ScenarioEvent[];
  /** Share of traffic on the new model from each of these times on, oldest first. */
  modelRollout: { fromMs: number; share: number }[];
  /** Sessions on an average day. */
  sessionsPerDay: number;
}

const days = 35;
const sessionsPerDay = 77;

/**
 * About five weeks that end at `endMs` (epoch milliseconds): two quiet weeks, then a prompt edit, a tool that changes
 * its error codes, a gradual model release and a shift in who asks. The first three are undone; the last still lasts.
 */
export function sampleScenario(endMs: number, seed = "support-bot"): Scenario {
  const daysAgo = (count: number) => endMs - Math.round(count * dayMs);
  const rollout = { at: daysAgo(12), half: daysAgo(11.4), full: daysAgo(10.8), undone: daysAgo(8.4) };
  return {
    agent: "support-bot",
    seed,
    startMs: daysAgo(days),
    endMs,
    sessionsPerDay,
    modelRollout: [
      { fromMs: rollout.at, share: 0.15 },
      { fromMs: rollout.half, share: 0.5 },
      { fromMs: rollout.full, share: 1 },
      { fromMs: rollout.undone, share: 0 },
    ],
    events: [
      {
        id: "search_docs_reworded",
        title: "The description of search_docs is reworded",
        atMs: daysAgo(24.8),
        undoneAtMs: null,
        cause: null,
        knownFrom: "declaration",
      },
      {
        id: "prompt_v7",
        title: "Prompt v7: refunds quick and generous",
        atMs: daysAgo(20.9),
        undoneAtMs: daysAgo(18.4),
        cause: { kind: "prompt", refs: ["v7", fingerprint(prompts.v7)] },
        knownFrom: "declaration",
      },
      {
        id: "order_service_strict",
        title: "The order service refuses bare order numbers",
        atMs: daysAgo(16),
        undoneAtMs: daysAgo(14.4),
        cause: { kind: "tool", refs: ["lookup_order"] },
        knownFrom: "runs",
      },
      {
        id: "model_orion_3",
        title: "Model orion-3 is rolled out",
        atMs: rollout.at,
        undoneAtMs: rollout.undone,
        cause: { kind: "model", refs: ["orion-3"] },
        knownFrom: "runs",
      },
      {
        id: "german_enterprise_rollout",
        title: "German enterprise customers move to the bot",
        atMs: daysAgo(3.8),
        undoneAtMs: null,
        cause: { kind: "cohort", refs: ["plan=enterprise", "locale=de", "intent=invoice_dispute", "intent=data_protection"] },
        knownFrom: "runs",
      },
    ],
  };
}

/** What the agent is and whom it meets at one moment. */
export interface Moment {
  prompt: PromptVersion;
  /** Share of runs on orion-3, in [0, 1]. */
  newModelShare: number;
  orderService: "lenient" | "strict";
  audience: Audience;
  searchDocsReworded: boolean;
}

export function momentAt(scenario: Scenario, atMs: number): Moment {
  const holds = (id: ScenarioEventId) =>
    scenario.events.some((event) => event.id === id && atMs >= event.atMs && (event.undoneAtMs === null || atMs < event.undoneAtMs));
  return {
    prompt: holds("prompt_v7") ? "v7" : "v6",
    newModelShare: scenario.modelRollout.findLast((step) => atMs >= step.fromMs)?.share ?? 0,
    orderService: holds("order_service_strict") ? "strict" : "lenient",
    audience: holds("german_enterprise_rollout") ? "german_enterprise_rollout" : "usual",
    searchDocsReworded: holds("search_docs_reworded"),
  };
}

/** Which model serves this unit: sticky, so that a session keeps its model through the rollout. */
export function modelFor(moment: Moment, unit: number): ModelName {
  return unit < moment.newModelShare ? "orion-3" : "orion-2";
}
