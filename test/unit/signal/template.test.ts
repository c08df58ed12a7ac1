import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { classOf } from "../../../domain/signal/class.ts";
import { templateTokens } from "../../../domain/signal/template.ts";
import type { Detected } from "../../../domain/finding/finding.ts";

const masked = (text: string): string => templateTokens(text).join(" ");

describe("what varies is masked", () => {
  test.each([
    ["uuid", "order a4c123b1-612d-4d27-82d1-371c17149d43 is gone", "order <*> is gone"],
    ["hex digits", "request 06b40928b5b7a767 failed, at 0xdeadbeef", "request <*> failed, at <*>"],
    ["addresses", "dial tcp 10.1.2.3:5432: connection refused by fe80::1ff:fe23:4567:890a", "dial tcp <*>: connection refused by <*>"],
    ["hardware addresses", "from 00:1b:44:11:3a:b7", "from <*>"],
    ["URLs", "GET https://api.example.com/v1/orders?id=7&x=y failed", "GET <*> failed"],
    ["paths", "cannot open /tmp/x.csv or ./a/b or C:\\Users\\bob\\a.txt", "cannot open <*> or <*> or <*>"],
    ["times", "at 2026-11-24T10:00:29.673Z", "at <*>"],
    ["dates in words", "on Thu Jul 21 09:04:43 2005 and 21 July 2005", "on <*> and <*>"],
    ["hours of the day", "closed at 10:30 PM.", "closed at <*>."],
    ["durations", "took 1m30s after 30585ms", "took <*> after <*>"],
    ["durations with a word", "Timeout after 30041 ms", "Timeout after <*> ms"],
    ["numbers", "1,234.5 of 99% for $12.50, minus -7", "<*> of <*> for $<*>, minus <*>"],
    ["e-mail addresses", "user bob@example.com is locked", "user <*> is locked"],
    ["names with a number", "ORD-12345 of user_42", "<*> of <*>"],
    ["quoted phrases", "no product 'Blue Widget' in \"Store 7\"", "no product <*> in <*>"],
    ["lists of values", "ids [1, 2, 3] and [4] and 5, 6", "ids [<*>] and [<*>] and <*>"],
    [
      "values of JSON, not its keys",
      '{"ok": false, "customer": "Ann Lee", "n": 12, "tags": ["a", "b c"]}',
      '{"ok": false, "customer": <*>, "n": <*>, "tags": [<*>]}',
    ],
    [
      "stacks of JavaScript",
      "TypeError: x is not a function\n    at foo (/app/x.js:12:3)\n    at bar (/app/y.js:1:2)",
      "TypeError: x is not a function",
    ],
    [
      "stacks of Python",
      "Traceback (most recent call last):\n  File \"/app/a.py\", line 3, in f\n    x = y[1]\nKeyError: 'x'",
      "KeyError: 'x'",
    ],
  ])("%s", (_, text, expected) => {
    expect(masked(text)).toBe(expected);
  });
});

describe("what names a kind stays", () => {
  test.each([
    ["HTTP statuses", "HTTP 404: Not Found"],
    ["HTTP statuses behind the version", "HTTP/1.1 502 Bad Gateway"],
    ["statuses by word", "Request failed with status code 503"],
    ["statuses by sign", "upstream status=429"],
    ["statuses before their phrase", "404 Client Error: Not Found"],
    ["exit codes", "process exited with code 137"],
    ["exit codes by word", "exit status 2"],
    ["system errors", "[Errno 2] No such file or directory"],
    ["SQL states", "SQLSTATE[42S02]: table not found"],
    ["quoted names", "field 'order' is required"],
    ["words with a slash", "read/write and/or application/json"],
    ["words with a digit in their name", "utf8 and sha256 and ipv4 over http2"],
    ["apostrophes", "it isn't what the users' list doesn't say"],
    ["messages in JSON", '{"error": "out of stock", "code": 409}'],
  ])("%s", (_, text) => {
    expect(masked(text)).toBe(text);
  });

  test("a number that only stands near such a word is a value", () => {
    expect(masked("status of order 404 after 200 tries")).toBe("status of order <*> after <*> tries");
    expect(masked("code 1234567 and keycode 12")).toBe("code <*> and keycode <*>");
  });

  test("the error within a quoted message is masked word by word", () => {
    expect(masked('{"error": "order ORD-12345 not found"}')).toBe('{"error": "order <*> not found"}');
    expect(masked('Error: "Order 7 is gone"')).toBe('Error: "Order <*> is gone"');
  });
});

/** Texts like those of traces, and worse. */
const oddParts =
  `Error: at status code 404 7 -1 1:2 a.b 'x' " ' \` [ ] { } ( , : = <*> < * > May Thu PM UTC x@y.z http://a/b /tmp/x C:\\a :: fe80::1 ORD-1 ` +
  `user_4 {"a": "error": \\' \u202e \u0338 ﷺ é \ud800 … 12ms % #1`;
const word = fc.constantFrom("\n", "'a b'", ...oddParts.split(" "));
const traceText = fc.array(fc.tuple(word, fc.constantFrom("", " ", "")), { maxLength: 40 }).map((parts) => parts.flat().join(""));
const anyText = fc.oneof(traceText, fc.string({ unit: "binary", maxLength: 200 }), fc.string({ unit: "grapheme", maxLength: 200 }));

describe("whatever the text", () => {
  test("masking the masked text changes nothing", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const once = templateTokens(text);
        expect(templateTokens(once.join(" "))).toEqual(once);
      }),
      { numRuns: 20_000 },
    );
  });

  test("it is at most 300 words and 4,000 characters, without characters that steer", () => {
    for (const text of [
      "a ".repeat(9000),
      "x".repeat(9000),
      "ﷺ".repeat(4000),
      "\u202eab\u0000c\u001b[31mred",
      "<*>".repeat(3000),
      "é".repeat(5000),
    ]) {
      const tokens = templateTokens(text);
      expect(tokens.length).toBeLessThanOrEqual(300);
      expect(tokens.join(" ").length).toBeLessThanOrEqual(4000);
      expect(tokens.join(" ")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(templateTokens(tokens.join(" "))).toEqual(tokens);
    }
  });

  test("hostile texts cost no more than a hundred times a plain one of their length", () => {
    const cpuMs = (text: string): number => {
      const began = process.cpuUsage();
      for (let i = 0; i < 5; i++) templateTokens(text);
      const { user, system } = process.cpuUsage(began);
      return (user + system) / 1000;
    };
    const plain = "the order could not be found ".repeat(140);
    cpuMs(plain);
    const base = Math.max(2, cpuMs(plain));
    for (const part of [
      '"',
      "'a ",
      "a@",
      "a:",
      ":",
      "/",
      "a/",
      "http:",
      "-",
      ".",
      "[",
      '"a":',
      "<*>",
      "<*>,",
      "0x",
      "é\u0301",
      "at (\n",
      'File "a',
      '", line 1, in ',
      "E   A: b\n",
      "\n== 1 failed in 1",
      "\\'",
      "a'b",
    ]) {
      expect(cpuMs(part.repeat(Math.floor(4000 / part.length)))).toBeLessThan(100 * base);
    }
  });
});

describe("the class of a finding", () => {
  const detected = (over: Partial<Detected["about"]>, detector = "tool_error"): Detected => ({
    detector,
    detector_version: "1",
    polarity: "failure",
    severity: "medium",
    step_id: "s1",
    what: "",
    why: null,
    where: null,
    context: {},
    expected: null,
    recovered: false,
    evidence: [],
    about: { subject: "lookup_order", text: "order 7 not found", ...over },
  });
  const keyOf = (one: Detected, agent = "support-bot"): string => classOf(agent, one).key;

  test("is the same for texts that differ only in what varies", () => {
    const one = classOf("support-bot", detected({}));
    expect(one).toEqual(classOf("support-bot", detected({ text: "order 8 not found" })));
    expect(one).toMatchObject({
      family: { polarity: "failure", detector: "tool_error", subject: "lookup_order" },
      tokens: ["order", "<*>", "not", "found"],
    });
    expect(one.key).toMatch(/^cls_[0-9a-f]{16}$/);
  });

  test("differs by agent, polarity, detector, subject and text", () => {
    const base = detected({});
    const keys = [
      keyOf(base),
      keyOf(base, "other-bot"),
      keyOf({ ...base, polarity: "win" }),
      keyOf({ ...base, detector: "loop" }),
      keyOf(detected({ subject: "other" })),
      keyOf(detected({ subject: null })),
      keyOf(detected({ subject: "-" })),
      keyOf(detected({ text: "user 7 not found" })),
      keyOf(detected({ text: null })),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  test("bounds names that come from traces", () => {
    const { family } = classOf("a", detected({ subject: `x\u202e\n${"y".repeat(500)}` }, "d".repeat(500)));
    expect(family.subject?.length).toBe(120);
    expect(family.subject).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(family.detector.length).toBe(60);
  });
});
