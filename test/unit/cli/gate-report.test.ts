import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { gateExitCode } from "../../../cli/commands/gate.ts";
import { escapeXml, gateJunit } from "../../../cli/gate-junit.ts";
import { gateMarkdown } from "../../../cli/gate-markdown.ts";

const aCase = (result: string, more: object = {}) => ({
  case_id: `cas_${result}`,
  baseline: "pass",
  candidate: result === "broken" ? "fail" : "pass",
  result,
  reason: null,
  must_pass: false,
  ever_passed: false,
  tries: 1,
  passes: result === "broken" ? 0 : 1,
  ...more,
});
const aGate = (more: object = {}) => ({
  id: "gat_1",
  agent: "support-bot",
  suite_id: "ste_1",
  suite_version: 3,
  status: "done",
  verdict: "regressed",
  reasons: ["1 case that passed before fails now, and none may: cas_broken."],
  counts: { fixed: 1, broken: 1, same_pass: 1, same_fail: 0, unstable: 0, incomparable: 0 },
  cases: ["broken", "fixed", "same_pass"].map((result) => aCase(result)),
  waiver: null,
  decided_at: "2026-11-24T10:00:00.000Z",
  expires_at: "2026-12-01T10:00:00.000Z",
  ...more,
});
const waiver = { by: "ann@example.com", key_id: "key_1", reason: "known", at: "2026-11-24T11:00:00.000Z" };

describe("the exit code", () => {
  test.each([
    ["pass", 0], ["regressed", 1], ["unstable", 1], ["insufficient", 2], ["incomparable", 2], ["nothing_to_compare", 2], ["who knows", 3],
  ])("of %s is %s, and 0 when it is waived", (verdict, code) => {
    expect(gateExitCode({ verdict, waiver: null })).toBe(code);
    expect(gateExitCode({ verdict, waiver })).toBe(0);
  }); // prettier-ignore
});

interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
}

/** A small and strict reader: anything that is not well-formed throws. */
function readXml(text: string): Element {
  if (/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(text)) throw new Error("a character that XML cannot hold");
  const head = '<?xml version="1.0" encoding="UTF-8"?>';
  if (!text.startsWith(head)) throw new Error("no head");
  const root: Element = { name: "", attributes: {}, children: [] };
  const open = [root];
  let rest = text.slice(head.length);
  for (let next; (rest = rest.replace(/^\s+/, "")) !== ""; rest = rest.slice(next[0].length)) {
    next = /^<(\/?)([a-z]+)((?:\s+[a-z]+="(?:[^<>&"]|&#\d+;)*")*)(\/?)>/.exec(rest);
    if (next === null) throw new Error(`not well-formed at ${rest.slice(0, 80)}`);
    const [, close, name = "", attributes = "", empty] = next;
    if (close === "/") {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes something else`);
      continue;
    }
    const pairs = [...attributes.matchAll(/([a-z]+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [
      key,
      value.replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code))),
    ]);
    const element: Element = { name, attributes: Object.fromEntries(pairs), children: [] };
    open.at(-1)?.children.push(element);
    if (empty !== "/") open.push(element);
  }
  const [only] = root.children;
  if (open.length !== 1 || only === undefined || root.children.length !== 1) throw new Error("not one whole element");
  return only;
}

describe("JUnit XML", () => {
  const testsOf = (gate: object) => readXml(gateJunit({ ...gate })).children[0]?.children ?? [];

  it("has the gate and every case as tests, and counts what failed", () => {
    const suites = readXml(gateJunit(aGate()));
    expect(suites).toMatchObject({ name: "testsuites", attributes: { tests: "4", failures: "2", errors: "0", skipped: "0" } });
    const [first, broken, fixed] = testsOf(aGate());
    expect(first?.children).toMatchObject([
      { name: "failure", attributes: { type: "regressed", message: expect.stringContaining("cas_broken") } },
    ]);
    expect(broken).toMatchObject({ attributes: { name: "cas_broken" }, children: [{ name: "failure" }] });
    expect(fixed?.children).toEqual([]);
  });

  it("has no failure where the gate is open, and says what was accepted", () => {
    for (const gate of [aGate({ verdict: "pass" }), aGate({ waiver })]) {
      expect(readXml(gateJunit(gate)).attributes).toMatchObject({ failures: "0", errors: "0", skipped: "1" });
      expect(testsOf(gate)[1]?.children).toMatchObject([
        { name: "skipped", attributes: { message: "accepted: it passed before: 0 of 1 tries passed" } },
      ]);
    }
  });

  it("has an error where nobody can tell", () => {
    const [first] = testsOf(aGate({ verdict: "insufficient", cases: [] }));
    expect(first?.children).toMatchObject([{ name: "error", attributes: { type: "insufficient" } }]);
  });

  test.each([
    ["a case that must pass", { ...aCase("same_fail", { must_pass: true, candidate: "fail", passes: 0 }) }, "failure"],
    ["one that fails as ever", aCase("same_fail"), "skipped"],
    ["an unstable one", aCase("unstable"), "skipped"],
    ["one that nobody could compare", aCase("incomparable", { reason: "no_baseline", tries: 0 }), "skipped"],
  ])("shows %s", (_, one, kind) => {
    expect(testsOf(aGate({ cases: [one] }))[1]?.children[0]?.name).toBe(kind);
  });

  it("stays well-formed and says the same, whatever texts it is given", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.constantFrom("<", ">", "&", '"', "'", "]]>", "\0", "\n", "\uD800", "￾", "-->") }),
    );
    fc.assert(
      fc.property(text, text, text, (suite_id, reason, case_id) => {
        const told = readXml(gateJunit(aGate({ suite_id, reasons: [reason], cases: [aCase("broken", { case_id })] })));
        const readable = (given: string) => given.toWellFormed().replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "�");
        const [suite] = told.children;
        expect(suite?.attributes["name"]).toBe(`bento gate ${readable(suite_id)}`);
        expect(suite?.children[0]?.children[0]?.attributes["message"]).toBe(readable(reason));
        expect(suite?.children[1]?.attributes["name"]).toBe(readable(case_id));
      }),
    );
    expect(escapeXml(`<a b="c">&'\n\u0001`)).toBe("&#60;a b=&#34;c&#34;&#62;&#38;&#39;&#10;�");
  });
});

describe("the comment for a pull request", () => {
  it("shows the verdict, why, and the cases that moved", () => {
    const text = gateMarkdown(aGate());
    expect(text).toContain("### ❌ Bento gate: regressed");
    expect(text).toContain("<code>cas&#95;broken</code> | pass | fail | broken |");
    expect(text).toContain("fixed");
    expect(text).not.toContain("same&#95;pass</code>");
    expect(text).toContain("1 fixed, 1 broken, 1 same pass");
    expect(text).toContain("2026-12-01 10:00Z");
  });

  it("says who waived it, and why", () => {
    const text = gateMarkdown(aGate({ waiver: { ...waiver, reason: "see #12" } }));
    expect(text).toContain("### ✅ Bento gate: regressed (waived)");
    expect(text).toContain("<code>ann&#64;example&#46;com</code>");
    expect(text).toContain("see &#35;&#8203;12");
  });

  it("puts a case that must pass first, though it never did", () => {
    const must = aCase("same_fail", { case_id: "cas_must", must_pass: true, baseline: "fail", candidate: "mixed", tries: 3, passes: 1 });
    const rows = gateMarkdown(aGate({ cases: [...aGate().cases, must] }))
      .split("\n")
      .filter((line) => line.startsWith("| <"));
    expect(rows[0]).toBe("| <code>cas&#95;must</code> (must pass) | fail | 1 of 3 passed | same&#95;fail |");
  });

  it("stays short, however many cases and reasons there are", () => {
    const cases = Array.from({ length: 2_000 }, (_, i) => aCase("broken", { case_id: `cas_${"x".repeat(300)}${i}` }));
    const text = gateMarkdown(aGate({ cases, reasons: Array.from({ length: 500 }, () => "|".repeat(5_000)) }));
    expect(text.length).toBeLessThan(65_536);
    expect(text).toContain("1,970 cases more");
  });

  it("lets no text begin anything: no row, link, image, mention, reference or HTML", () => {
    const evil = "<img src=x onerror=alert(1)> | a | @team #12 ![x](http://evil) **b** `c`\n# head\n| x |\u202e";
    const text = gateMarkdown(
      aGate({ agent: evil, reasons: [evil], waiver: { ...waiver, by: evil, reason: evil }, cases: [aCase("broken", { case_id: evil })] }),
    );
    const calm = gateMarkdown(
      aGate({ agent: "a", reasons: ["a"], waiver: { ...waiver, by: "a", reason: "a" }, cases: [aCase("broken", { case_id: "a" })] }),
    );
    // The same lines, and in each the same marks: none came with the texts.
    const bones = (given: string) => given.split("\n").map((line) => line.replaceAll(/&#\d+;|[A-Za-z0-9 =]/g, ""));
    expect(bones(text)).toEqual(bones(calm));
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (given) => {
        const told = gateMarkdown(aGate({ reasons: [given], cases: [aCase("broken", { case_id: given })] }));
        expect(told.split("\n")).toHaveLength(gateMarkdown(aGate({ reasons: ["a"], cases: [aCase("broken")] })).split("\n").length);
        expect(told.replaceAll(/<\/?(?:code|sub)>/g, "")).not.toMatch(/[<>@`[\]]/);
      }),
    );
  });
});
