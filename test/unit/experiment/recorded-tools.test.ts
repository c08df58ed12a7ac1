import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import {
  callSummary,
  recordedCalls,
  recordFor,
  servedText,
  type RecordedCall,
  type ServedCall,
} from "../../../domain/experiment/recorded-tools.ts";
import type { Matching } from "../../../domain/experiment/replay-plan.ts";
import { aStep } from "./a-step.ts";

const call = (name: string, given: unknown = {}, result: unknown = null): RecordedCall => ({
  name,
  arguments: given,
  result,
  error: null,
  isRetrieval: false,
});

/** What each of `calls` is answered with, one after the other. */
function serveAll(recorded: readonly RecordedCall[], calls: readonly [string, unknown][], matching: Matching): ServedCall[] {
  const served: ServedCall[] = [];
  for (const [name, given] of calls)
    served.push({ name, arguments: given, record: recordFor(recorded, served, { name, arguments: given }, matching) });
  return served;
}
const records = (served: readonly ServedCall[]) => served.map(({ record }) => record);

const recorded = [call("look", { id: 1 }), call("ship", { id: 1, fast: true }), call("look", { id: 1 }), call("look", { id: 2 })];

describe("which record answers a call", () => {
  test.each<[string, Matching, [string, unknown][], (number | null)[]]>([
    [
      "strict: the same calls get the same records",
      "strict",
      [
        ["look", { id: 1 }],
        ["ship", { id: 1, fast: true }],
        ["look", { id: 1 }],
      ],
      [0, 1, 2],
    ],
    ["strict: the order of keys says nothing", "strict", [["ship", { fast: true, id: 1 }]], [1]],
    ["strict: other arguments are not in the record", "strict", [["look", { id: 3 }]], [null]],
    [
      "strict: each record serves once",
      "strict",
      [
        ["look", { id: 2 }],
        ["look", { id: 2 }],
      ],
      [3, null],
    ],
    [
      "strict: calls may come in another order",
      "strict",
      [
        ["look", { id: 2 }],
        ["look", { id: 1 }],
      ],
      [3, 0],
    ],
    [
      "fifo: whatever the arguments, the next of that name",
      "fifo",
      [
        ["look", { id: 9 }],
        ["look", {}],
        ["look", null],
        ["look", {}],
      ],
      [0, 2, 3, null],
    ],
    ["fifo: a tool that was never used is not in the record", "fifo", [["refund", {}]], [null]],
  ])("%s", (_, matching, calls, expected) => {
    expect(records(serveAll(recorded, calls, matching))).toEqual(expected);
  });

  it("takes no arguments, null and an empty object for one and the same", () => {
    for (const given of [null, undefined, "", {}])
      expect(recordFor([call("now", null)], [], { name: "now", arguments: given }, "strict")).toBe(0);
  });

  it("never serves a record twice, nor one of another tool, whatever is asked", () => {
    const name = fc.constantFrom("a", "b", "c");
    const given = fc.constantFrom<unknown>({ x: 1 }, { x: 2 }, null);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, given)),
        fc.array(fc.tuple(name, given)),
        fc.constantFrom<Matching>("strict", "fifo"),
        (had, asked, matching) => {
          const all = had.map(([n, g]) => call(n, g));
          const served = serveAll(all, asked, matching);
          const used = records(served).filter((record) => record !== null);
          expect(new Set(used).size).toBe(used.length);
          for (const { name: n, record } of served) if (record !== null) expect(all[record]?.name).toBe(n);
        },
      ),
    );
  });

  it("serves everything and diverges nowhere when the candidate does what was recorded", () => {
    const names = fc.array(fc.tuple(fc.constantFrom("a", "b"), fc.constantFrom({ x: 1 }, { x: 2 })));
    fc.assert(
      fc.property(names, fc.constantFrom<Matching>("strict", "fifo"), (calls, matching) => {
        const all = calls.map(([n, g]) => call(n, g));
        expect(callSummary(all, serveAll(all, calls, matching))).toEqual({
          calls: calls.length,
          diverged: false,
          missing: [],
          unexpected: [],
          unused: 0,
        });
      }),
    );
  });
});

describe("the summary of a replay's calls", () => {
  test.each<[string, [string, unknown][], object]>([
    ["a call too few", [["look", { id: 1 }]], { diverged: true, missing: [], unused: 3 }],
    [
      "another order",
      [
        ["ship", { id: 1, fast: true }],
        ["look", { id: 1 }],
        ["look", { id: 1 }],
        ["look", { id: 2 }],
      ],
      { diverged: true, missing: [], unused: 0 },
    ],
    [
      "a tool that the run never used",
      [["refund", { id: 1 }]],
      {
        diverged: true,
        missing: [{ name: "refund", arguments: { id: 1 } }],
        unexpected: [{ name: "refund", arguments: { id: 1 } }],
        unused: 4,
      },
    ],
    ["other arguments of a known tool", [["look", { id: 7 }]], { missing: [{ name: "look", arguments: { id: 7 } }], unexpected: [] }],
  ])("tells of %s", (_, calls, expected) => {
    expect(callSummary(recorded, serveAll(recorded, calls, "strict"))).toMatchObject(expected);
  });

  it("misses no search that the agent makes by itself beside its tools", () => {
    const withSearch = [{ ...call("docs"), isRetrieval: true }, call("look")];
    expect(callSummary(withSearch, serveAll(withSearch, [["look", {}]], "strict"))).toMatchObject({ diverged: false, unused: 0 });
  });
});

describe("the calls of a recorded run", () => {
  it("are its tools and searches, without those that a tool made itself, with text arguments read", () => {
    const steps = [
      aStep({ id: "l", type: "llm", name: "chat" }),
      aStep({ id: "t", name: "outer", arguments: null, arguments_raw: '{"a": 1}', result: "ok" }),
      aStep({ id: "i", parent_id: "t", name: "inner" }),
      aStep({ id: "a", parent_id: "i", type: "llm", name: "chat" }),
      aStep({ id: "d", parent_id: "a", name: "deep" }),
      aStep({ id: "r", type: "retrieval", name: "docs" }),
    ];
    expect(recordedCalls({ steps }).map(({ name, arguments: given, isRetrieval }) => [name, given, isRetrieval])).toEqual([
      ["outer", { a: 1 }, false],
      ["docs", null, true],
    ]);
  });

  test.each([
    ["text as it is", { result: "open" }, { text: "open", isError: false }],
    ["data as JSON", { result: { state: "open" } }, { text: '{"state":"open"}', isError: false }],
    ["nothing as null", { result: null }, { text: "null", isError: false }],
    [
      "a failure as one, with what it said",
      { result: null, error: { type: "Timeout", message: "after 5 s" } },
      { text: "Timeout: after 5 s", isError: true },
    ],
    [
      "a failure with a result as both",
      { result: "no such order", error: { type: null, message: null } },
      { text: "no such order", isError: true },
    ],
  ])("are served: %s", (_, given, expected) => {
    expect(servedText({ ...call("look"), ...given })).toEqual(expected);
  });
});
