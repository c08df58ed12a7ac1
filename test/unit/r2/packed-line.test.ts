import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, it } from "vitest";
import { blankMember, memberLength, packLine, unpackLine } from "../../../r2/packed-line.ts";

const join = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const line = fc.string({ unit: "grapheme", maxLength: 400 }).map((text) => bytesOf(`${JSON.stringify({ text })}\n`));

/** The members of an hour, told apart by their headers alone. */
function membersOf(hour: Uint8Array): Uint8Array[] {
  const members: Uint8Array[] = [];
  for (let offset = 0; offset < hour.length;) {
    const length = memberLength(hour, offset);
    members.push(hour.subarray(offset, offset + length));
    offset += length;
  }
  return members;
}

it("gives a line back byte for byte", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 5_000 }), async (bytes) => {
      expect(unpackLine(await packLine(bytes))).toEqual(bytes);
    }),
  );
});

it("makes the same bytes of the same line", async () => {
  expect(await packLine(bytesOf("words"))).toEqual(await packLine(bytesOf("words")));
});

it("lets members be told apart, and any tool read all of them as one text, whichever were blanked", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ line, isBlank: fc.boolean() }), { minLength: 1, maxLength: 12 }), async (given) => {
      const packed = await Promise.all(given.map(({ line }) => packLine(line)));
      const members = packed.map((member, i) => (given[i]?.isBlank === true ? blankMember(member.length) : member));
      const hour = join(members);
      expect(membersOf(hour)).toEqual(members);
      const left = given.filter(({ isBlank }) => !isBlank);
      expect(new Uint8Array(gunzipSync(hour))).toEqual(join(left.map(({ line }) => line)));
      for (const [i, member] of members.entries())
        expect(unpackLine(member)).toEqual(given[i]?.isBlank === true ? new Uint8Array() : given[i]?.line);
    }),
  );
});

it("leaves nothing of a line in the blank that takes its place, also beyond 64 KB", async () => {
  const noise = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7_919) % 251)).toString("base64");
  const packed = await packLine(bytesOf(noise));
  const blank = blankMember(packed.length);
  expect(blank.length).toBe(packed.length);
  expect(unpackLine(blank)).toEqual(new Uint8Array());
});

it.each([
  ["in the middle of a member", 1],
  ["behind the last", 1_000_000],
])("refuses to go on %s", async (_, offset) => {
  const hour = await packLine(bytesOf("words"));
  expect(() => memberLength(hour, offset)).toThrow(RangeError);
});

it("refuses a member that is cut off", async () => {
  const member = await packLine(bytesOf("words"));
  expect(() => memberLength(member.subarray(0, member.length - 1), 0)).toThrow(RangeError);
  expect(() => blankMember(30)).toThrow(RangeError);
});
