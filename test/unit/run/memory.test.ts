import fc from "fast-check";
import { expect, test } from "vitest";
import { memory } from "../../../domain/run/memory.ts";

test("gives what making would give, for any order of keys and whatever was forgotten", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 6 }), { maxLength: 60 }), (keys) => {
      const lengths = memory<number>({ entries: 3, keyChars: 4 });
      for (const key of keys) expect(lengths(key, () => key.length)).toBe(key.length);
    }),
  );
});

test("makes once what it remembers, and again what is too long or was forgotten", () => {
  const hashes = memory<string>({ entries: 2, keyChars: 3 });
  const made: string[] = [];
  const ask = (key: string) => hashes(key, () => (made.push(key), key));
  for (const key of ["a", "a", "long", "long", "b", "c", "a"]) ask(key);
  expect(made).toEqual(["a", "long", "long", "b", "c", "a"]);
});
