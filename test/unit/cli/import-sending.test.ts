// Requests and the ledger: nothing twice, nothing lost, order kept.
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { ApiRefusal, type ApiClient, type Upload } from "../../../cli/api-client.ts";
import { batcher, mostBatchBytes, uploadOf } from "../../../cli/import/batch.ts";
import { digestOf, type Door, type Item } from "../../../cli/import/item.ts";
import { openLedger } from "../../../cli/import/ledger.ts";
import { runImport, type Source } from "../../../cli/import/run-import.ts";
import { reportLines } from "../../../cli/import/report.ts";

const item = (door: Door, body: string | Uint8Array, bytes = body.length): Item => ({
  door,
  body,
  bytes,
  line: 1,
  digest: digestOf(door, body),
  count: 1,
  agent: null,
  id: null,
});

describe("requests", () => {
  const kind = fc.constantFrom<Door>("runs", "traces", "logs");
  const anyItem = fc
    .tuple(kind, fc.integer({ min: 1, max: mostBatchBytes * 2 }), fc.nat(), fc.boolean())
    .map(([door, bytes, n, isBinary]) => item(door, isBinary && door !== "runs" ? Uint8Array.of(n & 255, n >> 8) : `{"n":${n}}`, bytes));

  test("carry every item once, in order, within the limits, one door and encoding each", () => {
    fc.assert(
      fc.property(fc.array(anyItem, { maxLength: 60 }), (items) => {
        const batches = batcher();
        const sent = [...items.flatMap((one) => batches.add({ item: one, file: "f" })), ...batches.rest()].map((batch) =>
          batch.items.map((placed) => placed.item),
        );
        const of = (list: Item[], door: Door, type: string) => list.filter((one) => one.door === door && typeof one.body === type);
        for (const door of ["runs", "traces", "logs"] as const)
          for (const type of ["string", "object"]) expect(of(sent.flat(), door, type)).toEqual(of(items, door, type));
        expect(sent.flat()).toHaveLength(items.length);
        for (const batch of sent) {
          expect(batch.length).toBeGreaterThan(0);
          expect(new Set(batch.map((one) => `${one.door} ${typeof one.body}`)).size).toBe(1);
          expect(batch.length === 1 || batch.reduce((sum, { bytes }) => sum + bytes, 0) <= mostBatchBytes).toBe(true);
        }
      }),
    );
  });

  test("never have more than 500 items", () => {
    const batches = batcher();
    const full = Array.from({ length: 1_201 }, (_, n) => batches.add({ item: item("runs", `{"n":${n}}`), file: "f" })).flat();
    expect([...full, ...batches.rest()].map(({ items }) => items.length)).toEqual([500, 500, 201]);
  });

  test.each([
    ["runs", ["{}", "[]"], { contentType: "application/x-ndjson", body: "{}\n[]" }],
    ["traces", ["{}", "{}"], { contentType: "application/json", body: '{"resourceSpans":[{},{}]}' }],
    ["logs", ["{}"], { contentType: "application/json", body: '{"resourceLogs":[{}]}' }],
    ["traces", [Uint8Array.of(1), Uint8Array.of(2)], { contentType: "application/x-protobuf", body: Buffer.from([1, 2]) }],
  ] as const)("of %s have the body of their door", (door, bodies, upload) => {
    expect(uploadOf({ door, items: bodies.map((body) => ({ item: item(door, body), file: "f" })) })).toEqual(upload);
  });
});

const folder = mkdtempSync(join(tmpdir(), "bento-ledger-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const here = { url: "http://127.0.0.1:1", key: "the-secret-key" };

describe("the ledger", () => {
  const own = (name: string) => join(folder, name);

  test("remembers what was acknowledged, by Bento and key, and forgets when told", () => {
    const ledger = openLedger(own("a"), here);
    ledger.write(["d1", "d2"], "r2");
    ledger.write(["d3"], null);
    expect(["d1", "d2", "d3", "d4"].map((digest) => openLedger(own("a"), here).has(digest))).toEqual([true, true, true, false]);
    expect(openLedger(own("a"), { ...here, key: "other" }).has("d1")).toBe(false);
    expect(openLedger(own("a"), { ...here, url: "http://elsewhere" }).has("d1")).toBe(false);
    ledger.forget();
    expect([ledger.has("d1"), ledger.probes(), openLedger(own("a"), here).has("d1")]).toEqual([false, [], false]);
  });

  test("outlives a write that was torn by a crash", () => {
    openLedger(own("b"), here).write(["d1"], "r1");
    const [file = ""] = readdirSync(own("b"));
    appendFileSync(join(own("b"), file), '{"digests":["d2","d');
    const ledger = openLedger(own("b"), here);
    expect([ledger.has("d1"), ledger.has("d2")]).toEqual([true, false]);
    ledger.write(["d3"], null);
    expect([openLedger(own("b"), here).has("d1"), openLedger(own("b"), here).has("d3")]).toEqual([true, true]);
  });

  test("names the first, the last and one between to ask for", () => {
    const ledger = openLedger(own("c"), here);
    expect(ledger.probes()).toEqual([]);
    for (const id of ["r1", "r2", "r3", "r4", "r5"]) ledger.write([id], id);
    expect(ledger.probes()).toEqual(["r1", "r3", "r5"]);
  });

  test("knows the import that did not end", () => {
    const task = { paths: ["/x"], format: null, agent: "bot" };
    const ledger = openLedger(own("d"), here);
    expect(ledger.unfinished()).toBeNull();
    ledger.begin(task);
    expect(openLedger(own("d"), here).unfinished()).toEqual(task);
    ledger.finish();
    expect(ledger.unfinished()).toBeNull();
  });

  test("holds no key and is nobody else's to read", () => {
    const ledger = openLedger(own("e"), here);
    ledger.write(["d1"], "r1");
    ledger.begin({ paths: [], format: null, agent: null });
    for (const name of readdirSync(own("e"))) {
      expect(name + readFileSync(join(own("e"), name), "utf8")).not.toContain("secret");
      expect(statSync(join(own("e"), name)).mode & 0o077).toBe(0);
    }
  });
});

describe("an import", () => {
  const source = (name: string, content: string): Source => ({
    name,
    path: null,
    isNamed: true,
    bytes: async function* () {
      yield new TextEncoder().encode(content);
    },
  });
  const run = (id: string) => JSON.stringify({ id, agent: "bot" });
  const lines = (...ids: string[]) => ids.map(run).join("\n");

  /** A Bento that takes runs, keeps them in the order of receipt, and stops answering after `dies` requests. */
  function bento({ dies = Number.POSITIVE_INFINITY, refuses = (_: string): string | null => null } = {}) {
    const received: string[] = [];
    let requests = 0;
    const upload = (_path: string, { body }: Upload): Promise<unknown> => {
      requests += 1;
      if (requests > dies) return Promise.reject(new Error("gone"));
      const ids = String(body).split("\n").map((line) => (JSON.parse(line) as { id: string }).id); // prettier-ignore
      const rejected = ids.flatMap((id, index) => (refuses(id) === null ? [] : [{ index, id, code: "x", message: refuses(id) }]));
      if (rejected.length === ids.length) {
        const details = rejected.map(({ index, message }) => ({ path: `runs[${index}].agent`, message: message ?? "" }));
        return Promise.reject(new ApiRefusal(400, "No run could be read", "No run could be read", details));
      }
      received.push(...ids.filter((id) => refuses(id) === null));
      return Promise.resolve({ accepted: ids.length - rejected.length, rejected, ids });
    };
    const never = () => Promise.reject(new Error("not asked for"));
    const api: ApiClient = { upload, get: never, send: never, page: never };
    return { api, received, requests: () => requests };
  }
  const go = (sources: Source[], api: ApiClient | null, ledger: ReturnType<typeof openLedger> | null) =>
    runImport({ sources, format: null, agent: null, api, ledger, onFile: () => {} });

  test("sends every run once, however often it is in the files, and says what was where", async () => {
    const { api, received } = bento();
    const report = await go(
      [source("a.jsonl", lines("1", "2", "1")), source("b.jsonl", lines("2", "3"))],
      api,
      openLedger(join(folder, "f"), here),
    );
    expect(received).toEqual(["1", "2", "3"]);
    expect(report).toMatchObject({ accepted: { runs: 3 }, duplicates: { runs: 2 }, refused: [], agents: ["bot"] });
    expect(report.files.map(({ file, accepted, duplicates }) => [file, accepted.runs, duplicates.runs])).toEqual([
      ["a.jsonl", 2, 1],
      ["b.jsonl", 1, 1],
    ]);
  });

  test("again sends nothing, and after growth only what is new", async () => {
    const ledger = () => openLedger(join(folder, "g"), here);
    await go([source("a", lines("1", "2"))], bento().api, ledger());
    const again = bento();
    expect(await go([source("a", lines("1", "2"))], again.api, ledger())).toMatchObject({ accepted: { runs: 0 }, duplicates: { runs: 2 } });
    expect(again.requests()).toBe(0);
    const grown = bento();
    await go([source("a", lines("1", "2", "3"))], grown.api, ledger());
    expect(grown.received).toEqual(["3"]);
  });

  test("that breaks off in the middle goes on with what was not acknowledged", async () => {
    const ids = Array.from({ length: 1_300 }, (_, n) => String(n));
    const ledger = () => openLedger(join(folder, "h"), here);
    const first = bento({ dies: 1 });
    await expect(go([source("a", lines(...ids))], first.api, ledger())).rejects.toThrow("gone");
    expect(first.received).toHaveLength(500);
    const second = bento();
    const report = await go([source("a", lines(...ids))], second.api, ledger());
    expect([...first.received, ...second.received]).toEqual(ids);
    expect(report).toMatchObject({ accepted: { runs: 800 }, duplicates: { runs: 500 } });
  });

  test("names what Bento refused by its file and line, and tries it again the next time", async () => {
    const refuses = (id: string) => (id.startsWith("bad") ? "no such agent" : null);
    const ledger = () => openLedger(join(folder, "i"), here);
    const report = await go([source("a", lines("1", "bad", "2")), source("b", lines("bad-2"))], bento({ refuses }).api, ledger());
    expect(report).toMatchObject({ accepted: { runs: 2 }, refused_count: 2 });
    expect(report.refused.map(({ file, line, reason }) => [file, line, reason])).toEqual([
      ["a", 2, "no such agent"],
      ["b", 1, "no such agent"],
    ]);
    const only = await go([source("b", lines("bad-2", "bad-3"))], bento({ refuses }).api, ledger());
    expect(only.refused.map(({ line, reason }) => [line, reason])).toEqual([
      [1, "no such agent"],
      [2, "no such agent"],
    ]);
  });

  test("without a server only looks", async () => {
    const report = await go([source("a", `${lines("1", "2", "1")}\noh no`), source("b", "no trace")], null, null);
    expect(report).toMatchObject({ dry_run: true, accepted: { runs: 2 }, duplicates: { runs: 1 }, refused_count: 2 });
    expect(report.files.map(({ format, shape }) => [format, shape])).toEqual([
      ["jsonl", "lines"],
      [null, null],
    ]);
  });

  test("tells what happened in lines that no file name or reason can steer a terminal with", async () => {
    const report = await go([source("a\u001b[31m.jsonl", `${run("1")}\n{"id":"2","agent":"\u001b[2J"`)], null, null);
    const text = reportLines(report)
      .join("\n")
      .replaceAll(/\u001b\[\d+m/g, "");
    expect(text).not.toContain("\u001b");
    expect(text).toContain("would send    1 run");
    expect(text).toMatch(/a \[31m\.jsonl:2 {2}it is not JSON/);
  });

  test("does not name every one of many files and refusals, and says how many more there are", async () => {
    const report = await go(
      Array.from({ length: 30 }, (_, n) => source(`f${n}`, `${run(`r${n}`)}\nno`)),
      null,
      null,
    );
    const text = reportLines(report).join("\n");
    expect(text).toContain("and 10 more files; --json names all");
    expect(text).toContain("and 10 more refusals; --json names all");
  });
});
