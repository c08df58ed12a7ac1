import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { misfitsOf } from "../../../domain/finding/json-schema.ts";
import { nested } from "./arbitrary-run.ts";

const schema = {
  type: "object",
  properties: {
    order: { type: "string" },
    size: { enum: ["S", "M"] },
    items: { type: "array", items: { type: "object", properties: { sku: { type: "string" } }, required: ["sku"] } },
    limit: { type: ["integer", "null"] },
    when: { anyOf: [{ type: "string" }, { type: "number" }] },
    other: { $ref: "#/$defs/Other" },
  },
  required: ["order"],
};

describe("what does not fit a schema", () => {
  test.each<[string, unknown, string[]]>([
    ["nothing", { order: "1", size: "M", items: [{ sku: "a" }], limit: 3, when: 5, other: { x: 1 } }, []],
    ["a key that is missing", {}, ["order is missing"]],
    ["a value of another type", { order: 1 }, ["order is number, not string"]],
    ["a value that is not among the options", { order: "1", size: "XL" }, ["size is none of the declared values"]],
    ["a key inside a list", { order: "1", items: [{ sku: "a" }, {}] }, ["items[].sku is missing"]],
    ["a fraction where whole numbers are", { order: "1", limit: 1.5 }, ["limit is number, not integer or null"]],
    ["none of the forms", { order: "1", when: true }, ["when fits none of the declared forms"]],
    ["null is how models leave out what they need not give", { order: "1", size: null }, []],
    ["null does not stand for what must be given", { order: null }, ["order is null, not string"]],
    ["something else than a record", "order 1", ["the value is string, not object"]],
  ])("%s", (_, value, expected) => expect(misfitsOf(value, schema).map(({ words }) => words)).toEqual(expected));
  it("is judged in bounded time, whatever the value and the schema", () => {
    expect(misfitsOf(nested(20_000), nested(20_000))).toEqual([]);
    const bomb = Array.from({ length: 30 }).reduce<unknown>((inner) => ({ anyOf: Array(8).fill(inner) }), { type: "string" });
    expect(misfitsOf(1, bomb).length).toBeLessThanOrEqual(5);
    fc.assert(fc.property(fc.jsonValue(), fc.jsonValue(), (value, any) => misfitsOf(value, any).length <= 5));
  });
});
