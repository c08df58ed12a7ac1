// Values and keys that clients should never send and sooner or later do, as JSON texts (some of which are no JSON).
import fc from "fast-check";

const numbers = [
  "NaN", "-Infinity", '"NaN"', '"Infinity"', "1e999", "-1e999", "-0", "0", "-1", "0.1", "1e-320", "1e21", "2147483648", "-2147483649",
  "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551615",
  "18446744073709551616", "123456789012345678901234567890123456789012345678901234567890", '"18446744073709551615"',
  '"-9223372036854775808"', '"0x10"', '"1e400"', '"  12  "', "01", "+1", ".5",
]; // prettier-ignore

const times = [
  '"0000-00-00T00:00:00Z"', '"0001-01-01T00:00:00Z"', '"1969-12-31T23:59:59.999Z"', '"1970-01-01T00:00:00Z"',
  '"9999-12-31T23:59:59.999Z"', '"+275760-09-13T00:00:00.000Z"', '"-271821-04-20T00:00:00.000Z"', '"2026-02-30T00:00:00Z"',
  '"2026-11-24T25:61:61Z"', '"2026-11-24T10:00:00+99:99"', '"2026-11-24"', '"yesterday"', '"2262-04-11T23:47:16.854775807Z"',
  '"253402300800000000000"', '"9223372036854775807"', "8640000000000001", "-8640000000000001", "253402300800000", "1e300", "-62135596800000",
  '"20261124T100000000000Z"', "1764000000", "1764000000000", "1764000000000000", "1764000000000000000",
]; // prettier-ignore

const texts = [
  '""', '" "', '"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udc00\\ud800"', '"a\\ud83d"', '"\\ufeff\\u202e\\u2028\\u200b"',
  '"<script>alert(1)</script>"', '"../../../etc/passwd"', '"%00%ff%zz"', "\"' OR 1=1; DROP TABLE run; --\"", '"__proto__"', '"constructor"',
  '"run_"', '"run_run_run_"', '"null"', '"true"', '"[object Object]"', '"{\\"a\\":"', '"[[[["', '"{\\"a\\":1e999}"', '"😀"', '"\\n\\r\\t\\b"',
  '"00000000000000000000000000000000"', '"0000000000000000"', '"ffffffffffffffffffffffffffffffff"', '"zzzzzzzzzzzzzzzz"', '"\\u00e9\\u0301\\u0327"',
  '"ok"', '"error"', '"cancelled"', '"OK"', '"llm"', '"tool"',
]; // prettier-ignore

const shapes = [
  "null", "true", "false", "[]", "{}", "[[]]", "[null]", "[{}]", '[[["x"]]]', '{"":""}', '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}', '{"toString":1,"valueOf":1,"toJSON":1}', '{"length":4294967295}', '{"a":1,"a":2}',
  '{"stringValue":1}', '{"intValue":"x"}', '{"intValue":{"low":1,"high":2}}', '{"doubleValue":"NaN"}', '{"arrayValue":{}}',
  '{"arrayValue":{"values":null}}', '{"kvlistValue":{"values":[{"key":1}]}}', '{"bytesValue":"!"}', '{"then":1}', "undefined", "",
]; // prettier-ignore

const deep = (open: string, close: string, levels: number): string => open.repeat(levels) + close.repeat(levels);
const quoted = (length: number, unit: string): string => `"${unit.repeat(length)}"`;

/** Far beyond what a record may have, and a stack. */
const nested = [33, 65, 1_000, 6_000, 60_000].flatMap((levels) => [
  deep("[", "]", levels),
  deep('{"a":', "}", levels).replace(":}", ":1}"),
  deep('{"arrayValue":{"values":[', "]}}", levels),
  JSON.stringify(deep("[", "]", levels)),
]);

/** Below, at and above the limits of ids (200, 256), names, texts and records. */
const long = [121, 200, 201, 256, 257, 501, 5_000, 300_000].flatMap((length) => [
  quoted(length, "x"),
  quoted(length, "\\u0000"),
  quoted(length, "😀"),
]);
const wide = [1_001, 25_000].flatMap((count) => [
  `[${"0,".repeat(count)}0]`,
  `{${Array.from({ length: count }, (_, i) => `"k${i}":${i}`).join(",")}}`,
]);

/** Weighted so that most bodies stay small. */
export const oddValue: fc.Arbitrary<string> = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom(...numbers) },
  { weight: 10, arbitrary: fc.constantFrom(...times) },
  { weight: 10, arbitrary: fc.constantFrom(...texts) },
  { weight: 12, arbitrary: fc.constantFrom(...shapes) },
  { weight: 2, arbitrary: fc.constantFrom(...nested) },
  { weight: 3, arbitrary: fc.constantFrom(...long) },
  { weight: 1, arbitrary: fc.constantFrom(...wide) },
  { weight: 6, arbitrary: fc.json({ maxDepth: 3 }) },
  { weight: 3, arbitrary: fc.string({ unit: "binary" }).map((text) => JSON.stringify(text)) },
);

export const oddKey: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      '"__proto__"', '"constructor"', '"prototype"', '"hasOwnProperty"', '"toString"', '"toJSON"', '"then"', '""', '"\\u0000"', '"\\ud800"',
      '"id"', '"run"', '"agent"', '"steps"', '"traceId"', '"trace_id"', '"key"', '"value"', '"body"', '"type"', "unquoted", quoted(600, "k"),
    ), // prettier-ignore
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 20 }).map((text) => JSON.stringify(text)) },
);
