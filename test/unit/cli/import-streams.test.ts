// Files in pieces: however the bytes are cut, the same lines, elements and messages come out, and none that is too large is held.
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openBytes } from "../../../cli/import/bytes.ts";
import { JsonElements, type JsonElement } from "../../../cli/import/json-elements.ts";
import { linesOf, type Line } from "../../../cli/import/lines.ts";
import { messagesIn } from "../../../cli/import/protobuf-messages.ts";
import { UnreadableFile } from "../../../cli/import/unreadable-file.ts";

const plenty = 1_000_000;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** In pieces of the sizes given, over and over. */
async function* pieces(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const size = sizes[n % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });

describe("lines", () => {
  test("are those of the text, however it is cut", async () => {
    const text = fc.string({ unit: "grapheme" }).map((line) => line.replaceAll(/[\r\n\ufeff]/g, ""));
    await fc.assert(
      fc.asyncProperty(fc.array(text), sizes, async (lines, cuts) => {
        const found = await Array.fromAsync(linesOf(pieces(bytesOf(lines.map((line) => `${line}\n`).join("")), cuts), plenty));
        expect(found).toEqual(lines.map((line, index): Line => ({ number: index + 1, text: line, isEnded: true })));
      }),
    );
  });

  test("keep their numbers where one is too long, and lose their marks and carriage returns", async () => {
    const text = `\ufeffa\r\n${"x".repeat(50)}\n\nb`;
    expect(await Array.fromAsync(linesOf(pieces(bytesOf(text), [7]), 20))).toEqual([
      { number: 1, text: "a", isEnded: true },
      { number: 2, text: null, isEnded: true },
      { number: 3, text: "", isEnded: true },
      { number: 4, text: "b", isEnded: false },
    ]);
  });
});

describe("elements", () => {
  const read = (
    text: string,
    wanted: "values" | readonly string[],
    cuts: readonly number[] = [7],
    most = plenty,
  ): [JsonElement[], string | null] => {
    const reader = new JsonElements(wanted === "values" ? wanted : new Set(wanted), most);
    const found: JsonElement[] = [];
    for (let at = 0, n = 0; at < text.length; n++) {
      const size = cuts[n % cuts.length] ?? 1;
      found.push(...reader.push(text.slice(at, at + size)));
      at += size;
    }
    return [found, reader.end()];
  };
  const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 }), { maxLength: 6 });

  test("are those of the list, however the text is cut and laid out", () => {
    fc.assert(
      fc.property(objects, objects, sizes, fc.constantFrom(0, 2), (list, other, cuts, indent) => {
        const text = JSON.stringify({ before: { list: other }, list, after: other }, null, indent);
        const [found, problem] = read(text, ["list"], cuts);
        expect(found.map((element) => JSON.parse(element.text ?? ""))).toEqual(JSON.parse(JSON.stringify(list)));
        expect(problem).toBeNull();
      }),
    );
  });

  test("are those of a list at the top, and whole values one after the other", () => {
    fc.assert(
      fc.property(objects, sizes, fc.constantFrom(0, 2), (list, cuts, indent) => {
        const wanted = JSON.parse(JSON.stringify(list)) as unknown;
        const parse = ([found]: [JsonElement[], string | null]) => found.map(({ text }) => JSON.parse(text ?? "") as unknown);
        expect(parse(read(JSON.stringify(list, null, indent), ["runs"], cuts))).toEqual(wanted);
        expect(parse(read(list.map((one) => JSON.stringify(one, null, indent)).join("\n"), "values", cuts))).toEqual(wanted);
      }),
    );
  });

  test("keep the exact text, their line and the name of their list", () => {
    const text = '{\n"resourceLogs":[{"a":12345678901234567890}],\n"resourceSpans": [\n{"b":"]}\\""},\n 7 ]}';
    expect(read(text, ["resourceLogs", "resourceSpans"])[0]).toEqual([
      { text: '{"a":12345678901234567890}', line: 2, list: "resourceLogs" },
      { text: '{"b":"]}\\""}', line: 4, list: "resourceSpans" },
      { text: "7", line: 5, list: "resourceSpans" },
    ]);
  });

  test("that are too long are named and not held", () => {
    const [found] = read(`[{"a":"${"x".repeat(100)}"},{"b":1}]`, ["runs"], [9], 50);
    expect(found).toEqual([
      { text: null, line: 1, list: null },
      { text: '{"b":1}', line: 1, list: null },
    ]);
  });

  test.each([
    ['{"runs":[{"a":1}', "ends in the middle"],
    ['{"runs":[{"a":"', "ends in the middle"],
    ['{"runs":[]}}', "do not match"],
  ])("of %s end with a problem", (text, problem) => {
    expect(read(text, ["runs"])[1]).toContain(problem);
  });
});

describe("messages", () => {
  /** Field 1, length-delimited, of `length` bytes. */
  const entry = (length: number): Uint8Array => {
    const head = length < 128 ? [0x0a, length] : [0x0a, (length & 0x7f) | 0x80, length >> 7];
    return Uint8Array.from([...head, ...Array.from({ length }, (_, index) => index % 251)]);
  };
  const framed = (bytes: Uint8Array): Uint8Array => Uint8Array.from([0, 0, bytes.length >> 8, bytes.length & 255, ...bytes]);
  const join = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));
  const plain = (found: (Uint8Array | null)[]) => found.map((one) => (one === null ? null : [...one]));

  test("are the entries of the request, or those with their length before them, however the bytes are cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 5 }), sizes, async (lengths, cuts) => {
        const entries = lengths.map(entry);
        expect(plain(await Array.fromAsync(messagesIn(pieces(join(entries), cuts), "protobuf", plenty)))).toEqual(plain(entries));
        expect(plain(await Array.fromAsync(messagesIn(pieces(join(entries.map(framed)), cuts), "framed", plenty)))).toEqual(plain(entries));
      }),
    );
  });

  test("that are too large are passed over", async () => {
    const bytes = join([entry(10), entry(200), entry(11)]);
    expect(plain(await Array.fromAsync(messagesIn(pieces(bytes, [16]), "protobuf", 100)))).toEqual(plain([entry(10), null, entry(11)]));
  });

  test.each([
    ["torn", join([entry(10), entry(10).subarray(0, 5)])],
    ["of something else", Uint8Array.from([0x12, 0x01, 0x00])],
    ["of a torn length", Uint8Array.from([0x0a, 0xff])],
    ["of a length that never ends", Uint8Array.from([0x0a, ...Array<number>(20).fill(0xff)])],
  ])("in a file %s end with a reason", async (_, bytes) => {
    await expect(Array.fromAsync(messagesIn(pieces(bytes, [3]), "protobuf", plenty))).rejects.toThrow(UnreadableFile);
  });
});

describe("opened bytes", () => {
  const content = bytesOf(`first line\n${"x".repeat(200_000)}`);

  test.each([
    ["plain", content, false],
    ["gzip", gzipSync(content), true],
    ["gzip in two parts", Buffer.concat([gzipSync(content.subarray(0, 50)), gzipSync(content.subarray(50))]), true],
  ])("come whole, %s, with the head looked at first", async (_, bytes, isGzip) => {
    const open = await openBytes(pieces(bytes, [5_000]), plenty);
    expect(open.isGzip).toBe(isGzip);
    expect(Buffer.from(open.head.bytes).toString()).toMatch(/^first line\nx/);
    expect(open.head.isAll).toBe(false);
    expect(Buffer.concat(await Array.fromAsync(open.bytes)).equals(content)).toBe(true);
  });

  test("of a short file are all there is", async () => {
    const open = await openBytes(pieces(bytesOf("a"), [1]), plenty);
    expect(open.head).toEqual({ bytes: Buffer.from("a"), isAll: true });
    expect(Buffer.concat(await Array.fromAsync(open.bytes)).toString()).toBe("a");
  });
});
