import { expect, it } from "vitest";
import { failureWords } from "../../../queues/failure-words.ts";
import { UnreadableBody } from "../../../r2/unreadable-body.ts";

/** The same error under another name and with other marks, as platforms give them. */
const error = (name: string, message: string, marks: object = {}): Error => Object.assign(new Error(message), { name }, marks);

it.each([
  ["our own words as they are", new UnreadableBody("the gzip does not unpack"), "the gzip does not unpack"],
  [
    "D1 by its code",
    error("Error", "D1_ERROR: UNIQUE constraint failed: run.id 'ursula': SQLITE_CONSTRAINT"),
    "the index failed (SQLITE_CONSTRAINT)",
  ],
  [
    "drizzle by its cause's code",
    error("DrizzleQueryError", "Failed query: select ursula", { cause: new Error("D1_ERROR: too big: SQLITE_TOOBIG") }),
    "the index failed (SQLITE_TOOBIG)",
  ],
  [
    "R2 by its operation and code",
    error("Error", "put: We encountered an internal error. Please try again. (10001)"),
    "the archive failed (put, 10001)",
  ],
  ["an overloaded object", error("Error", "Durable Object is overloaded: ursula", { overloaded: true }), "an object was overloaded"],
  [
    "an object that could not be reached",
    error("Error", "Network connection lost.", { retryable: true }),
    "an object could not be reached",
  ],
  ["what is no error", "ursula", "an unknown failure"],
])("names %s", (_, thrown, words) => {
  expect(failureWords(thrown)).toBe(words);
});

it("names the kind of any other error and the function that threw it, never its message", () => {
  function readSecret(): unknown {
    return JSON.parse("{ursula at readUrsula (x.ts:1:1)");
  }
  const thrown = caught(readSecret);
  expect(failureWords(thrown)).toMatch(/^SyntaxError in (?:JSON\.parse|readSecret)$/);
  expect(failureWords(error("ursula said: so", "x"))).toMatch(/^Error\b/);
  expect(failureWords(error("TypeError", "ursula\n    at readUrsula (x.ts:1:1)"))).not.toContain("rsula");
  const reworded = error("TypeError", "ursula\n    at readUrsula (x.ts:1:1)");
  expect(reworded.stack).toContain("readUrsula");
  reworded.message = "something went wrong";
  expect(failureWords(reworded)).toBe("TypeError");
});

function caught(work: () => unknown): unknown {
  try {
    return work();
  } catch (thrown) {
    return thrown;
  }
}
