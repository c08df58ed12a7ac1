import { decodeTime, isValid } from "ulidx";
import { describe, expect, it } from "vitest";
import { newRunId, runIdOf } from "../../../domain/run/run-id.ts";

describe("runIdOf", () => {
  it.each([
    ["abc", "run_abc"],
    ["run_abc", "run_abc"],
    ["Run_abc", "run_Run_abc"],
  ])("makes of %s the id %s", (source, id) => expect(runIdOf(source)).toBe(id));
});

describe("newRunId", () => {
  const receivedMs = Date.parse("2026-11-24T12:00:00Z");
  it("is a ULID of the time of receipt", () => {
    const ulid = newRunId("receipt", 3, receivedMs).slice(4);
    expect(isValid(ulid)).toBe(true);
    expect(decodeTime(ulid)).toBe(receivedMs);
  });
  it("is the same for the same bytes and another for every run of the request", () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => newRunId("receipt", index, receivedMs));
    expect(new Set(ids).size).toBe(1_000);
    expect(newRunId("receipt", 7, receivedMs)).toBe(ids[7]);
    expect(newRunId("other", 7, receivedMs)).not.toBe(ids[7]);
  });
});
