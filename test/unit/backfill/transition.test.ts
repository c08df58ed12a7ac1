import { expect, it } from "vitest";
import { backfillStatuses, etaSeconds, type Backfill } from "../../../domain/backfill/backfill.ts";
import { backfillActions, transition } from "../../../domain/backfill/transition.ts";
import { aBackfill } from "./a-backfill.ts";

it.each([
  ["queued", "pause", "paused"],
  ["queued", "resume", "same"],
  ["queued", "cancel", "cancelled"],
  ["running", "pause", "paused"],
  ["running", "resume", "same"],
  ["running", "cancel", "cancelled"],
  ["paused", "pause", "same"],
  ["paused", "resume", "queued"],
  ["paused", "cancel", "cancelled"],
  ["done", "pause", "refused"],
  ["done", "resume", "refused"],
  ["done", "cancel", "refused"],
  ["cancelled", "pause", "refused"],
  ["cancelled", "resume", "refused"],
  ["cancelled", "cancel", "same"],
  ["failed", "pause", "refused"],
  ["failed", "resume", "refused"],
  ["failed", "cancel", "refused"],
] as const)("a backfill that is %s, on %s: %s", (status, action, expected) => {
  const step = transition(status, action);
  expect(step.kind === "to" ? step.status : step.kind).toBe(expected);
});

it("doing the same again changes nothing, from wherever it could be done", () => {
  const again = backfillStatuses.flatMap((status) =>
    backfillActions.flatMap((action) => {
      const step = transition(status, action);
      return step.kind === "to" ? [transition(step.status, action)] : [];
    }),
  );
  expect(again).toHaveLength(6);
  expect(new Set(again.map(({ kind }) => kind))).toEqual(new Set(["same"]));
});

it.each<[string, Partial<Backfill>, number | null]>([
  ["a tenth in three seconds leaves twenty-seven", { status: "running", scanned: 100, total: 1_000 }, 27],
  ["waiting for its next turn it is the same", { status: "queued", scanned: 100, total: 1_000 }, 27],
  ["before the first page nothing is known", { status: "running", scanned: 0, total: 1_000 }, null],
  ["what is paused does not arrive", { status: "paused", scanned: 100, total: 1_000 }, null],
  ["more than was counted is near its end", { status: "running", scanned: 1_100, total: 1_000 }, 0],
  ["what is done takes no time", { status: "done", scanned: 1_000, total: 1_000 }, 0],
])("the time left: %s", (_, given, expected) => {
  expect(etaSeconds(aBackfill({ cursor: { turn: 1, after: null, workedMs: 3_000 }, ...given }))).toBe(expected);
});
