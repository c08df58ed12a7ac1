import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { softError } from "../../../domain/run/soft-error.ts";

const failing: [string, unknown][] = [
  ["ok: false", { ok: false, error: "channel_not_found" }],
  ["ok: false alone", { ok: false }],
  ["success: false", { success: false, reason: "quota" }],
  ["an error text", { error: "not found" }],
  ["an error object", { error: { code: 404, message: "no such order" } }],
  ["a true error", { error: true }],
  ["isError of MCP", { isError: true, content: [{ type: "text", text: "boom" }] }],
  ["is_error of Anthropic", { is_error: true, content: "boom" }],
  ["status error with a message", { status: "error", message: "no such order" }],
  ["an error number with a message", { error: 7, message: "quota" }],
  ["text that starts with Error", "Error: user not found"],
  ["text that starts with Error and no colon", "Error executing query: no such column"],
  ["upper case", "ERROR 1064 (42000): You have an error"],
  ["lower case with a colon", "error: pathspec did not match"],
  ["leading space", "\n  Error: x"],
  ["JSON in text", '{"ok": false, "error": "x"}'],
  ["JSON text in JSON text", JSON.stringify('{"error":"x"}')],
  ["a wrapped object", { output: { error: "x" } }],
  ["wrapped JSON text", { result: '{"ok":false}' }],
  ["content blocks", [{ type: "text", text: "Error: x" }]],
  ["GraphQL without data", { data: null, errors: [{ message: "x" }] }],
  ["GraphQL errors alone", { errors: [{ message: "x" }] }],
];

const good: [string, unknown][] = [
  ["the word in a good result", { summary: "No error found. error_count: 0, failed: 0", ok: true }],
  ["a null error", { error: null, rows: [] }],
  ["an empty error", { error: "" }],
  ["an error that says none", { error: "none" }],
  ["a false error", { error: false }],
  ["an empty error object", { error: {} }],
  ["an error object of nulls", { error: { code: null, message: null } }],
  ["an empty list of errors", { errors: [] }],
  ["a linter's list of errors", { file: "a.ts", errors: ["unused variable"] }],
  ["a measured error", { error: 0.03, model: "linear" }],
  ["a zero error with a message", { error: 0, message: "done" }],
  ["an explicit success beside an error field", { ok: true, error: "ignored" }],
  ["a stored order that failed", { order: 12, state: "failed", status: "failed" }],
  ["a job's status", { status: "error" }],
  ["text about errors", "The log has errors in line 3"],
  ["Errors in the plural", "Errors: 0"],
  ["Error-free", "Error-free build"],
  ["an error rate", "Error rate is 0.1 %"],
  ["Error: none", "Error: none"],
  ["an exit code", { exit_code: 1, stdout: "" }],
  ["null", null],
  ["a number", 500],
  ["an empty list", []],
  ["an empty text", ""],
  ["a wrapped null", { result: null }],
];

describe("softError", () => {
  it.each(failing)("sees %s", (_, result) => expect(softError(result)).toBe(true));
  it.each(good)("is not misled by %s", (_, result) => expect(softError(result)).toBe(false));

  it("answers for any JSON value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect([true, false]).toContain(softError(value));
      }),
    );
  });

  it("says the same of an object and of its JSON text", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("ok", "error", "isError", "data", "rows"), fc.jsonValue()), (value) => {
        expect(softError(JSON.stringify(value))).toBe(softError(value));
      }),
    );
  });

  it("does not follow wrappers without end", () => {
    let nested: unknown = { ok: false };
    for (let i = 0; i < 100_000; i += 1) nested = { result: nested };
    expect(softError(nested)).toBe(false);
  });
});
