import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tellingLines } from "../../../domain/signal/telling-lines.ts";
import { templateTokens } from "../../../domain/signal/template.ts";

const stack = 'Traceback (most recent call last):\n  File "/app/a.py", line 3, in f\n    x = y[1]\n';
const rule = "-".repeat(70);

describe("of an error that is a log", () => {
  test.each([
    ["a Python stack tells what was raised", `${stack}KeyError: 'x'`, "KeyError: 'x'"],
    [
      "what was printed before names no kind",
      `exit code 1: <output>\nStep 1: ok\n${stack}KeyError: 'x'\n</output>`,
      "exit code 1: KeyError: 'x'",
    ],
    [
      "of a chain the last exception counts",
      `${stack}ValueError: a\n\nDuring handling of the above exception:\n\n${stack}b.Oops: c`,
      "b.Oops: c",
    ],
    [
      "a message of several lines stays whole",
      `${stack}ConfigError: two settings are wrong:\n  a\n  b\n\nbye`,
      "ConfigError: two settings are wrong:\n  a\n  b",
    ],
    ["an exception may say nothing more", `${stack}AssertionError\n`, "AssertionError"],
    [
      "a stack that was cut is one too",
      'exit code 1: …[cut]…\n__.py", line 57, in setup\n    go()\nNotReady: no\n',
      "exit code 1: NotReady: no",
    ],
    [
      "a syntax error has one frame and no heading",
      'exit code 1: \n  File "<string>", line 1\n    x = = 1\n        ^\nSyntaxError: invalid syntax\n',
      "exit code 1: SyntaxError: invalid syntax",
    ],
    [
      "pytest tells the last failure in its words",
      "exit code 1: <output>\n===== test session starts =====\nE       TypeError: f() takes none\n\na.py:3: TypeError\nE   assert 1 == 2\n\nb.py:4: AssertionError\n" +
        "===== 2 failed in 0.12s =====",
      "exit code 1: AssertionError",
    ],
    [
      "and where it failed, if a line says so",
      "===== test session starts =====\nE       ValueError: other\nE       TypeError: f() takes none\n\na.py:3: TypeError\n===== 1 failed in 0.12s =====",
      "TypeError: f() takes none",
    ],
    [
      "else the reason of its summary",
      "===== short test summary info =====\nFAILED tests/a.py::test_b - KeyError: 'x'\n===== 1 failed in 0.12s =====",
      "FAILED - KeyError: 'x'",
    ],
    ["else that it failed", "…\n===== 3 failed, 4 passed in 0.12s =====", "FAILED"],
    ["or could not begin", "…\n\u001b[31m===== 4 passed, 2 errors in 0.12s =====\u001b[0m", "ERROR"],
    [
      "unittest tells the last exception",
      `x.DoesNotExist: S does not exist.\n\n${rule}\nRan 42 tests in 0.5s\n\nFAILED (errors=1)`,
      "x.DoesNotExist: S does not exist.",
    ],
    ["else that it failed", `+ ('a', 3)]\n\n${rule}\nRan 1 test in 0.5s\n\nFAILED (failures=1)`, "FAILED"],
  ])("%s", (_, text, expected) => {
    expect(tellingLines(text)).toBe(expected);
  });

  test.each([
    "order 7 not found",
    "KeyError: 'x'",
    "exit code 1: <output>\nrm: cannot remove 'a': No such file or directory\n</output>",
    "TypeError: x is not a function\n    at foo (/app/x.js:12:3)",
    "java.io.IOException: gone\n\tat a.B.c(B.java:3)\nCaused by: java.net.ConnectException: refused",
    'cannot parse "a.json", line 3\nHint: commas',
    "===== 4 passed in 0.12s =====\nbye",
    `Ran 3 tests in 0.5s\n\nOK`,
  ])("%j stays as it is", (text) => {
    expect(tellingLines(text)).toBe(text);
  });

  test("the end of a very long one is read", () => {
    expect(tellingLines(`exit code 2: ${"noise\n".repeat(50_000)}${stack}KeyError: 'x'`)).toBe("exit code 2: KeyError: 'x'");
  });
});

const parts = [
  "\n",
  stack,
  "exit code 1: ",
  "===== test session starts =====",
  "E   A: b",
  "a.py:3: A",
  "FAILED a - b",
  "Ran 1 test in 1s",
  "X: y",
  " ",
];

test("what it leaves is masked as ever: masking again changes nothing", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...parts), fc.string()), { maxLength: 20 }), (texts) => {
      const once = templateTokens(texts.join(""));
      expect(templateTokens(once.join(" "))).toEqual(once);
    }),
    { numRuns: 2_000 },
  );
});
