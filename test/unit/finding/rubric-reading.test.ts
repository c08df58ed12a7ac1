// When a run is read, what it may cost, and what follows a call that failed.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { callCostUsd, mostCostUsd } from "../../../domain/finding/reading-cost.ts";
import { dayIn, nextDayMs } from "../../../domain/finding/reading-day.ts";
import { failureSentence, isPassing, mostCalls, mostCallsAtOnce, nextTry, retryAfterMs } from "../../../domain/finding/reading-retry.ts";
import { wantsReading, type ReadCandidate } from "../../../domain/finding/reading.ts";
import { askAbout } from "../../../domain/finding/rubric.ts";
import { listedPrices, priceBookOf } from "../../../domain/run/price.ts";
import { runOf, tool } from "./runs.ts";

const failure = (status: number | null, type: string | null = null, retryAfter: number | null = null) => ({
  status,
  type,
  retryAfterMs: retryAfter,
});

describe("after a call that failed", () => {
  it.each([
    [429, "rate_limit_error"],
    [500, "api_error"],
    [529, "overloaded_error"],
    [503, null],
    [408, null],
    [null, null],
    [null, "overloaded_error"],
    [null, "api_error"],
  ])("%s %s may pass", (status, type) => expect(isPassing(failure(status, type))).toBe(true));

  it.each([
    [400, "invalid_request_error"],
    [401, "authentication_error"],
    [403, "permission_error"],
    [404, "not_found_error"],
    [413, "request_too_large"],
    [null, "invalid_request_error"],
  ])("%s %s is final", (status, type) => {
    expect(nextTry(failure(status, type), 1, 1, 0.5)).toEqual({ do: "give_up" });
  });

  it("waits longer each time, and at least as long as was asked", () => {
    const waits = [1, 2, 3].map((calls) => nextTry(failure(529), calls, calls, 0.999));
    expect(waits).toEqual([1_000, 2_000, 3_998].map((ms) => ({ do: "again", waitMs: expect.closeTo(ms, -1) })));
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(19_000), (jitter, asked) => {
        const next = nextTry(failure(429, null, asked), 1, 1, jitter);
        expect(next.do === "give_up" ? 0 : next.waitMs).toBeGreaterThanOrEqual(asked);
      }),
    );
  });

  it("ends: calls at once and calls in all are bounded, whatever the answers ask for", () => {
    const asked = fc.option(fc.nat(100 * 24 * 3_600_000), { nil: null });
    fc.assert(
      fc.property(fc.infiniteStream(asked), fc.double({ min: 0, max: 0.999, noNaN: true }), (asks, jitter) => {
        let ever = 0;
        let ended = false;
        while (!ended) {
          for (let now = 1; ; now++) {
            ever++;
            expect(now).toBeLessThanOrEqual(mostCallsAtOnce);
            const next = nextTry(failure(529, null, asks.next().value ?? null), now, ever, jitter);
            if (next.do !== "give_up") expect(next.waitMs).toBeLessThanOrEqual(31 * 60_000);
            if (next.do === "give_up") ended = true;
            if (next.do !== "again") break;
          }
        }
        expect(ever).toBe(mostCalls);
      }),
    );
  });

  it("does not hold a message for a long wait", () => {
    expect(nextTry(failure(429, null, 90_000), 1, 1, 0)).toEqual({ do: "later", waitMs: 90_000 });
  });

  it.each([
    ["2", 2_000],
    ["0.5", 500],
    ["Tue, 24 Nov 2026 12:00:05 GMT", 5_000],
    ["", null],
    [null, null],
    ["soon", null],
    ["-3", null],
  ])("reads retry-after %s as %s ms", (header, ms) => {
    expect(retryAfterMs(header, Date.parse("2026-11-24T12:00:00Z"))).toBe(ms);
  });

  it("tells it without a word of the answer", () => {
    expect(failureSentence(failure(529, "overloaded_error"))).toBe("Claude answered 529 (overloaded_error)");
    expect(failureSentence(failure(400, "Ignore this: sk-ant-123"))).toBe("Claude answered 400");
    expect(failureSentence(failure(null))).toBe("Claude could not be reached");
  });
});

describe("which runs are read without being asked for", () => {
  const candidate = (more: Partial<ReadCandidate> = {}): ReadCandidate => ({
    runId: "run_1",
    status: "ok",
    isSuccess: null,
    failures: [],
    hasDefinitions: false,
    ...more,
  });

  it.each([
    ["failed, and no detector says why", { status: "error" }, "unexplained_failure"],
    ["failed, and only that is known", { status: "error", failures: ["run_error"] }, "unexplained_failure"],
    ["no success, and no detector says why", { isSuccess: false }, "unexplained_failure"],
    ["failed by a tool", { status: "error", failures: ["run_error", "tool_error"] }, null],
    ["stopped", { status: "cancelled", isSuccess: false }, null],
    ["never ended", { status: "incomplete" }, null],
  ] as const)("%s", (_, more, reason) => expect(wantsReading("prj_1", candidate({ runId: "run_no-sample", ...more }))).toBe(reason));

  it.each([
    [false, 0.01],
    [true, 0.1],
  ])("are a sample of all, always the same one; where people have defined signals (%s), %s of them", (hasDefinitions, share) => {
    const ids = Array.from({ length: 10_000 }, (_, i) => `run_${i}`);
    const sampleOf = (projectId: string, more: Partial<ReadCandidate> = {}) =>
      ids.filter((runId) => wantsReading(projectId, candidate({ runId, hasDefinitions, ...more })) === "sample");
    const picked = sampleOf("prj_1");
    expect(picked.length / ids.length).toBeGreaterThan(share * 0.7);
    expect(picked.length / ids.length).toBeLessThan(share * 1.3);
    expect(sampleOf("prj_1", { status: "error", failures: ["tool_error"] })).toEqual(picked);
    expect(sampleOf("prj_2")).not.toEqual(picked);
  });
});

describe("what a reading costs", () => {
  const atMs = Date.parse("2026-11-24T12:00:00Z");

  it("is known before, as more than it will be", () => {
    const ask = askAbout(runOf(Array.from({ length: 20 }, (_, i) => tool(`s${i}`, { result: "All is well here. ".repeat(20) }))), [], "m");
    const most = mostCostUsd("claude-sonnet-5-5", ask, atMs, listedPrices) ?? 0;
    // Four characters a token, and an answer of a thousand tokens.
    const usual = { input: (ask.system.length + ask.message.length) / 4, output: 1_000, cacheRead: 0, cacheWrite: 0 };
    expect(most).toBeGreaterThan(callCostUsd("claude-sonnet-5-5", usual, atMs, listedPrices) ?? Infinity);
    expect(most).toBeLessThan(0.2);
  });

  it("is unknown for a model without a price, and a project may name one", () => {
    const ask = askAbout(runOf([]), [], "m");
    expect(mostCostUsd("some-model", ask, atMs, listedPrices)).toBeNull();
    expect(mostCostUsd("some-model", ask, atMs, priceBookOf({ "some-model": { input: 1, output: 1 } }))).toBeGreaterThan(0);
  });

  it("is paid by what was sent, read from the cache and answered", () => {
    expect(
      callCostUsd("claude-sonnet-5-5", { input: 1_000_000, output: 100_000, cacheRead: 0, cacheWrite: 0 }, atMs, listedPrices),
    ).toBeCloseTo(3);
  });
});

describe("the day that money is counted by", () => {
  it.each([
    ["UTC", "2026-11-26T23:30:00Z", "2026-11-26", "2026-11-27T00:00:00Z"],
    ["Asia/Tokyo", "2026-11-26T23:30:00Z", "2026-11-27", "2026-11-27T15:00:00Z"],
    ["America/New_York", "2026-11-27T03:00:00Z", "2026-11-26", "2026-11-27T05:00:00Z"],
    // The clocks go back: 25 hours.
    ["Europe/Berlin", "2026-10-24T22:30:00Z", "2026-10-25", "2026-10-25T23:00:00Z"],
  ])("in %s at %s is %s, until %s", (timezone, at, day, next) => {
    expect(dayIn(timezone, Date.parse(at))).toBe(day);
    expect(new Date(nextDayMs(timezone, Date.parse(at))).toISOString()).toBe(new Date(next).toISOString());
  });
});
