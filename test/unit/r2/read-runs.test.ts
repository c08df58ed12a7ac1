import fc from "fast-check";
import { expect, it } from "vitest";
import { packLine } from "../../../r2/packed-line.ts";
import { runIn } from "../../../r2/segments.ts";

const lineOf = (run: unknown, raw: unknown): Uint8Array => new TextEncoder().encode(`${JSON.stringify({ run, raw })}\n`);

it("reads the run of a line, whatever run and raw say, packed or not", async () => {
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.constantFrom("raw", "run", "a", ',"raw":'), fc.jsonValue()), fc.jsonValue(), async (run, raw) => {
      const line = lineOf(run, raw);
      expect(runIn("x.ndjson", line)).toEqual(JSON.parse(JSON.stringify(run)));
      expect(runIn("x.ndjson.gz", await packLine(line))).toEqual(JSON.parse(JSON.stringify(run)));
    }),
  );
});

it("reads a run that names raw many times over", () => {
  const run = { id: "r", metadata: Array.from({ length: 50 }, (_, i) => ({ a: i, raw: `,"raw":{"run":${i}}` })) };
  expect(runIn("x.ndjson", lineOf(run, { run: 1, raw: 2 }))).toEqual(run);
});

it("reads a line without anything sent, and nothing in a blank one", () => {
  expect(runIn("x.ndjson", lineOf({ id: "r" }, undefined))).toEqual({ id: "r" });
  expect(runIn("x.ndjson", new TextEncoder().encode("      \n"))).toBeNull();
});

it("refuses what is no line", () => {
  expect(() => runIn("x.ndjson", new TextEncoder().encode('{"run":{"id"'))).toThrow(SyntaxError);
  expect(() => runIn("x.ndjson.gz", new Uint8Array([1, 2, 3]))).toThrow(/header/);
});
