import { describe, expect, test } from "vitest";
import { errorKind } from "../../../bench/taxonomy/error-kind.ts";
import { mapOf, placedRuns, streamRunOf, type StreamRun } from "../../../bench/taxonomy/map.ts";
import { spread, taxonomyPage } from "../../../bench/taxonomy/page.ts";
import { kindsOf, purityRows } from "../../../bench/taxonomy/purity.ts";
import { agreement, shuffled, stabilityRows } from "../../../bench/taxonomy/stability.ts";
import { trajectoryOf } from "../../../bench/trajectory-run.ts";

/** A run whose only query is answered by `answer`. */
function runOf(id: string, answer: string): StreamRun {
  const turn_history = { actions: ["execute[SELECT 1]"], observations: [answer] };
  return streamRunOf(trajectoryOf({ h: { source: "intercode_sql", run_id: id, task_id: "t" }, rec: { turn_history } }).run);
}
const missing = (table: string) => `Error executing query: Table 'shop.${table}' doesn't exist`;
const runs = [
  ...["users", "orders", "carts", "items", "prices", "shops"].map((table) => runOf(table, missing(table))),
  runOf("a", "Error executing query: Every derived table must have its own alias"),
  ...["b", "c", "d"].map((id) => runOf(id, "[(1,)]")),
];
const placed = placedRuns(runs);

describe("the map of a stream", () => {
  const map = mapOf(runs, placed);
  test("ranks signals by what they cost, with rates over all runs and their intervals", () => {
    expect(map.signals.map(({ signal, findings }) => [signal.count, signal.denominator, signal.rate, findings.length])).toEqual([
      [6, 10, 0.6, 6],
      [1, 10, 0.1, 1],
    ]);
    const [first] = map.signals;
    expect(first?.signal.rate_low).toBeCloseTo(0.313, 3);
    expect(first?.signal.rate_high).toBeCloseTo(0.832, 3);
    expect(first?.signal.share_of_failures).toBeCloseTo(6 / 7);
  });
  test("is printed with the template and members that differ", () => {
    const page = taxonomyPage("shop", map, 1);
    expect(page).toContain("60 % (31.3 %–83.2 %)");
    expect(page).toContain("template: Error executing query: Table 'shop.<*>' doesn't exist");
    expect(page.match(/member: {3}Error executing query: Table 'shop\./g)).toHaveLength(3);
    expect(page).toContain("1 more below");
  });
  test("a signal of one kind is pure, one of two is told with both", () => {
    expect(purityRows("shop", map.signals).map(({ pass }) => pass)).toEqual([true, true, null]);
    const [first, second] = map.signals;
    const mixed = first === undefined || second === undefined ? [] : [{ ...first, findings: [...first.findings, ...second.findings] }];
    expect(mixed.map(kindsOf)).toEqual([
      [
        ["MySQL 1146", 6],
        ["MySQL 1248", 1],
      ],
    ]);
    expect(purityRows("shop", mixed)[0]).toMatchObject({ value: 0, pass: false, reference: expect.stringContaining("MySQL 1248 1") });
  });
});

describe("stability", () => {
  test("of a map that the order does not change is 1", () => {
    expect(stabilityRows("shop", runs, placed.assigned, "1").map(({ value }) => value)).toEqual([
      1,
      1,
      1,
      expect.any(Number),
      expect.any(Number),
    ]);
  });
  test("falls where findings change their company", () => {
    const other = new Map([...placed.assigned.keys()].map((key, i) => [key, i < 4 ? "x" : "y"]));
    expect(agreement(runs, placed.assigned, other)).toBeLessThan(0.95);
    expect(agreement(runs, placed.assigned, placed.assigned)).toBe(1);
  });
  test("a shuffle keeps everything and is the same for the same seed", () => {
    const list = Array.from({ length: 50 }, (_, i) => i);
    expect(shuffled(list, "1")).toEqual(shuffled(list, "1"));
    expect(shuffled(list, "1")).not.toEqual(shuffled(list, "2"));
    expect(shuffled(list, "1").toSorted((a, b) => a - b)).toEqual(list);
  });
});

test("examples stand evenly apart", () => {
  expect(spread([1, 2], 3)).toEqual([1, 2]);
  expect(spread([1, 2, 3, 4, 5, 6, 7], 3)).toEqual([1, 4, 7]);
});

test.each([
  ["Error executing query: Unknown column 'a' in 'field list'", "MySQL 1054"],
  ['exit code 1: x\n  File "a", line 1\nValueError: a\nb.c.KeyError: b\n</output>', "KeyError"],
  ["===== test session starts =====\nE   TypeError: x\n\na.py:3: TypeError\n", "TypeError"],
  ["===== test session starts =====\nFAILED a.py::b\n", "tests failed"],
  ["exit code 2: <output>\nls: cannot access 'x': No such file or directory\n</output>", "ls: No such file or directory"],
  ["exit code 127: <output>\n/bin/sh: line 1: foo: command not found\n", "sh: command not found"],
  ['Error: flight "X 1" not available on date 2024-05-13', "Error flight not available"],
  ["exit code 1: <output>\n</output>", "no words"],
])("%j is of the kind %j", (text, kind) => {
  expect(errorKind(text)).toBe(kind);
});
