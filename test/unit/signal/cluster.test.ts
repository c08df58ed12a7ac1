import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clusterShapes, type Shape } from "../../../domain/signal/cluster.ts";
import { assignSignals } from "../../../domain/signal/match.ts";
import { templateTokens } from "../../../domain/signal/template.ts";
import { adjustedRand } from "../../../domain/statistics/adjusted-rand.ts";

const shapesOf = (texts: readonly string[]): Shape[] =>
  texts.map((text) => {
    const tokens = templateTokens(text);
    return { key: tokens.join(" "), tokens };
  });

/** For each text the number of its cluster, clusters numbered as they appear. */
function groups(texts: readonly string[]): number[] {
  const shapes = shapesOf(texts);
  const clusters = clusterShapes(shapes);
  const found = shapes.map(({ key }) => clusters.findIndex(({ members }) => members.includes(key)));
  const order = [...new Set(found)];
  return found.map((cluster) => order.indexOf(cluster));
}

const names = "anna bruno clara dora emil fritz greta hanna ida jonas karl lina mara nina otto paula".split(" ");
const cities = "berlin paris london rome madrid vienna oslo prague".split(" ");

describe("a few texts", () => {
  test.each<[string, string[], number[]]>([
    [
      "timeouts with ids, times, attempts and hosts are one, missing arguments another",
      [
        "Timeout after 30585 ms calling orders service for a4c123b1-612d-4d27-82d1-371c17149d43 at 2026-11-24T10:00:29.673Z (attempt 3, host 10.0.92.27)",
        "Timeout after 30041 ms calling orders service for 6b3216fd-aeeb-4975-8729-fae923d5a4fd at 2026-11-24T10:01:52.179Z (attempt 3, host 10.0.160.88)",
        "Invalid arguments for tool lookup_order: field 'order' is required (request 06b40928b5b7a767)",
        "Invalid arguments for tool lookup_order: field 'order' is required (request 76fb008f86bebb27)",
      ],
      [0, 0, 1, 1],
    ],
    [
      "six of one kind and one odd",
      ["order 0", "order 1", "order 2", "order 3", "order 4", "order 5"]
        .map((one) => `${one} not found in warehouse index`)
        .concat("guardrail: answer contains a competitor name"),
      [0, 0, 0, 0, 0, 0, 1],
    ],
    [
      "columns are one, tables another",
      ["no such column: T1.a", "no such column: b", "no such column: price", "no such table: y", "no such table: orders"],
      [0, 0, 0, 1, 1],
    ],
    [
      "names behind what they are names of",
      ["no such column price in query", "no such column name in query", "no such table name in query"],
      [0, 0, 1],
    ],
    [
      "behind an exit code each word is a failure of its own, however many there are",
      ["KeyError", "IndexError", "FAILED", "Killed", "django.db.Oops", "Terminated", "a.b.Gone"].map((one) => `exit code 1: ${one}`),
      [0, 1, 2, 3, 4, 5, 6],
    ],
    ["a shared beginning is not enough", ["Error: timeout", "Error: refused", "Error: 12", "Error: not found"], [0, 1, 2, 3]],
    [
      "statuses stay apart, however long the text",
      [
        "Request to the orders service failed with status code 404",
        "Request to the orders service failed with status code 500",
        "Request to the orders service failed with status code 503",
      ],
      [0, 1, 2],
    ],
    ["exit codes stay apart", ["process exited with code 1", "process exited with code 137"], [0, 1]],
    [
      "what is about different things stays apart",
      ["Error: user not found", "Error: order not found", "Error: payment method not found"],
      [0, 1, 2],
    ],
    [
      "one word that says what happened keeps texts apart",
      ["non-pending order cannot be modified", "non-pending order cannot be cancelled"],
      [0, 1],
    ],
    ["a value that is missing is not a value", ["Payment method not found", "Payment method 77 not found"], [0, 1]],
    [
      "further words are another failure",
      ["Failed password for ann1 from 10.0.0.1 port 22", "Failed password for invalid user ann1 from 10.0.0.1 port 22"],
      [0, 1],
    ],
    [
      "quoted names are values",
      ["Unknown column 'name' in 'field list'", "Unknown column 'id' in 'where clause'", "Unknown database 'shop'"],
      [0, 0, 1],
    ],
    ["units are part of an amount", ["Block stored in memory, size 5 KB", "Block stored in memory, size 5 B"], [0, 0]],
    ["lists are one, however long", ["nodes a1 <ok> b2 <ok> inconsistent", "nodes a1 <ok> b2 <ok> c3 <ok> d4 <ok> inconsistent"], [0, 0]],
    [
      "a masked value shows that words in its place are values",
      ["message for user x17 could not be sent", "message for user bob could not be sent"],
      [0, 0],
    ],
    ["case and a full stop do not matter", ["Connection refused by peer", "connection refused by peer."], [0, 0]],
  ])("%s", (_, texts, expected) => {
    expect(groups(texts)).toEqual(expected);
  });

  test("none and one are no matter", () => {
    expect(clusterShapes([])).toEqual([]);
    expect(clusterShapes([{ key: "k", tokens: [] }])).toEqual([{ template: [], members: ["k"] }]);
  });
});

describe("many texts", () => {
  test("many words in one place are values, and the template says so", () => {
    const shapes = shapesOf(names.map((name) => `session opened for ${name} by root`));
    expect(clusterShapes(shapes)).toEqual([
      { template: "session opened for <*> by root".split(" "), members: shapes.map(({ key }) => key).sort() },
    ]);
  });

  test("names of several words and several places at once are one kind", () => {
    const texts = names.flatMap((name, i) => [
      `Could not find customer ${name}a ${names[(i + 3) % 16]}b in warehouse ${cities[i % 8]}`,
      `Could not find customer ${name}c in warehouse ${cities[(i + 1) % 8]}`,
      `Could not charge the card of customer ${name}d at ${cities[i % 8]}`,
    ]);
    expect(groups(texts)).toEqual(texts.map((_, i) => (i % 3 === 2 ? 1 : 0)));
  });

  test("a long beginning before a quotation is one kind, however the quotation goes on", () => {
    const ends = ["ORDER BY x", "x AND y OR z", "GROUP BY", "LIMIT a b c", "FROM", "IN (SELECT", "= = ="];
    const texts = ends.map(
      (end) =>
        `You have an error in your SQL syntax; check the manual that fits your server version for the right syntax to use near 7 ${end}`,
    );
    expect(new Set(groups(texts)).size).toBe(1);
  });

  test("the template keeps what stands around a value in a word", () => {
    const shapes = shapesOf(names.map((name) => `login refused (user=${name}, tty=ssh)`));
    expect(clusterShapes(shapes)[0]?.template.join(" ")).toBe("login refused (user=<*>, tty=ssh)");
  });

  test("five thousand texts take well under a second of one core", () => {
    const texts = Array.from(
      { length: 5000 },
      (_, i) =>
        `${cities[i % 8]} could not call ${names[i % 16]} for ${names[(i >> 4) % 16]}${names[(i >> 8) % 16]} and ${names[i % 7]}${names[(i >> 3) % 16]}`,
    );
    const shapes = texts.map((text) => ({ key: text, tokens: text.split(" ") }));
    const began = process.cpuUsage();
    clusterShapes(shapes);
    const { user, system } = process.cpuUsage(began);
    expect((user + system) / 1000).toBeLessThan(2000);
  });
});

describe("whatever the order", () => {
  const templates: ((a: string, b: string, n: number) => string)[] = [
    (a, b, n) => `user ${a} was not found in region ${b} after ${n} tries`,
    (a) => `no such column: ${a}`,
    (a, b) => `Timeout of ${a} while calling ${b} service`,
    (a) => `Error: ${a}`,
    (a, b, n) => `status code ${400 + (n % 5)} from ${a}.${b}.example`,
    (a, b) => `{"error": "${a} ${b} is out of stock", "shop": "${b}"}`,
  ];
  const anyTexts = fc.array(
    fc
      .tuple(fc.nat(templates.length - 1), fc.constantFrom(...names), fc.constantFrom(...cities), fc.nat(20))
      .map(([kind, a, b, n]) => templates[kind]?.(a, b, n) ?? ""),
    { minLength: 2, maxLength: 60 },
  );
  const shuffledBy = <T>(items: readonly T[], seed: number): T[] =>
    items
      .map((item, i) => ({ item, at: ((i + 1) * (seed + 7919)) % 10_007 }))
      .sort((x, y) => x.at - y.at)
      .map(({ item }) => item);

  test("clusters are the same for shuffled, repeated texts: adjusted Rand 1, and equal in every word", () => {
    fc.assert(
      fc.property(anyTexts, fc.nat(10_000), (texts, seed) => {
        const shapes = shapesOf(texts);
        const batch = clusterShapes(shapes);
        const again = clusterShapes([...shuffledBy(shapes, seed), ...shapes.slice(0, 5)]);
        expect(again).toEqual(batch);
        const numbersOf = (clusters: typeof batch): string[] =>
          shapes.map(({ key }) => String(clusters.findIndex(({ members }) => members.includes(key))));
        expect(adjustedRand(numbersOf(again), numbersOf(batch))).toBe(1);
        expect(batch.flatMap(({ members }) => members).sort()).toEqual([...new Set(shapes.map(({ key }) => key))].sort());
      }),
      { numRuns: 300 },
    );
  });

  test("signals that grew from a half of the texts are those of all texts at once: adjusted Rand 1", () => {
    fc.assert(
      fc.property(anyTexts, fc.nat(10_000), (texts, seed) => {
        const shapes = shuffledBy(shapesOf(texts), seed);
        const rest = { pins: [], countOf: () => 1, firstSeenOf: () => 0 };
        const idsOf = (clusters: { members: string[] }[], current: ReadonlyMap<string, string>): Map<string, string> =>
          new Map(
            [...assignSignals({ clusters, current, ...rest }).assignment].map(([key, id]) => [
              key,
              typeof id === "string" ? id : `${current.size}-${id.new}`,
            ]),
          );
        const half = idsOf(clusterShapes(shapes.slice(0, shapes.length >> 1)), new Map());
        const grown = idsOf(clusterShapes(shapes), half);
        const batch = idsOf(clusterShapes(shapes), new Map());
        const keys = shapes.map(({ key }) => key);
        expect(
          adjustedRand(
            keys.map((key) => grown.get(key) ?? ""),
            keys.map((key) => batch.get(key) ?? ""),
          ),
        ).toBe(1);
      }),
      { numRuns: 300 },
    );
  });

  test("texts with different statuses or exit codes are never one, however many there are", () => {
    const kinds = [
      (code: number, name: string) => `request of ${name} to the shop failed with status code ${code} today`,
      (code: number, name: string) =>
        `the worker that was started for the order of customer ${name} by the night shift exited with code ${code} and said ${name}`,
    ];
    const texts = kinds.flatMap((kind) => names.flatMap((name, i) => [kind(100 + i, name), kind(100 + i, "x-17"), kind(7, `${name}9`)]));
    const codeOf = (key: string): string => /code (\d+)/.exec(key)?.[1] ?? "none";
    for (const { members } of clusterShapes(shapesOf(texts))) expect(new Set(members.map(codeOf)).size).toBe(1);
  });

  test("any tokens do", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.array(fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom("<*>", "(", "a=", "'x'", "[]", "404", "ok")), { maxLength: 12 }),
          { maxLength: 20 },
        ),
        (texts) => {
          const shapes = texts.map((tokens) => ({ key: JSON.stringify(tokens), tokens }));
          const members = clusterShapes(shapes).flatMap((cluster) => cluster.members);
          expect(members.sort()).toEqual([...new Set(shapes.map(({ key }) => key))].sort());
        },
      ),
      { numRuns: 2000 },
    );
  });
});
