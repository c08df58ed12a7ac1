// Findings where they are: on the run's page, at the step that they are about, with what they cite marked in the step's own text.
import { describe, expect, test } from "vitest";
import { fullScript, session } from "../../browser/pages.fixture.ts";
import { limitSignal } from "../../browser/signals.fixture.ts";
import { plainRun, plainStep } from "../../browser/runs.fixture.ts";
import { readingText } from "../../../workers/dashboard/findings.tsx";
import type { ReadingView } from "../../../workers/dashboard/read/finding.ts";
import { render, textOf } from "./render.ts";

const evil = `<img src=x onerror=alert(1)>`;
const frames = Array.from({ length: 120 }, (_, i) => `frame ${i} at /srv/app/lookup.ts:${i}`);
const result = { ok: false, error: `not found ${evil}`, trace: frames };
const errorText = `Timeout: waited ${evil}`;

const place = (text: string, quote: string): { quote: string; start: number; end: number } => ({
  quote,
  start: text.indexOf(quote),
  end: text.indexOf(quote) + quote.length,
});
const finding = {
  id: "fnd_7",
  step_id: "s2",
  what: `lookup failed: ${evil}`,
  why: "It did not answer well again.",
  severity: "high",
  polarity: "failure",
  recovered: false,
  signal_id: "sig_01",
  evidence: [
    { step_id: "s2", field: "result", ...place(JSON.stringify(result), `not found ${evil}`) },
    { step_id: "s3", field: "error", ...place(errorText, `waited ${evil}`) },
    { step_id: null, field: "output", ...place("all is well", "well") },
  ],
};
const run = {
  ...plainRun,
  id: "run_found",
  output: "all is well",
  steps: [
    { ...plainStep, id: "s1" },
    { ...plainStep, id: "s2", type: "tool", name: "lookup", result },
    { ...plainStep, id: "s3", type: "tool", name: "search", status: "error", error: { type: "Timeout", message: `waited ${evil}` } },
  ],
  findings: [finding, { ...finding, id: "fnd_8", severity: "low", recovered: true, what: "tried again", evidence: [] }],
};
const script = { ...fullScript(), "/v1/runs/run_found": run };
const marksOf = (html: string): string[] => [...html.matchAll(/<mark>(.*?)<\/mark>/gs)].map(([, text]) => textOf(text ?? ""));

describe("a run with findings", () => {
  test("says them above its steps, the worse first, each with its signal's name, its step and its label", async () => {
    const { html } = await render("/runs/run_found", script);
    const above = html.slice(html.indexOf('id="findings"'), html.indexOf('id="steps"'));
    expect(above.indexOf("lookup failed")).toBeLessThan(above.indexOf("tried again"));
    expect(above).toContain(`href="/signals/sig_01"`);
    expect(textOf(above)).toContain(limitSignal.name);
    expect(above).toContain("/runs/run_found?step=s2#step");
    expect(above).toContain('action="/act/findings/fnd_7/label"');
  });

  test("marks the step with severity as a word, and counts the rest", async () => {
    const { html } = await render("/runs/run_found", script);
    const row = html.slice(html.indexOf('class="step-finding'), html.indexOf("</summary>", html.indexOf('class="step-finding')));
    expect(textOf(row)).toContain("Finding: High");
    expect(textOf(row)).toContain("and 1 more finding");
    expect(html.match(/class="step-finding/g)).toHaveLength(1);
  });

  test("marks exactly what is cited, in the step's result, in another step's error and in the run's output, as text", async () => {
    const { html } = await render("/runs/run_found?step=s2", script);
    expect(marksOf(html)).toEqual(["well", `not found ${evil}`, `waited ${evil}`]);
    expect(html).not.toContain("<img");
  });

  test("shows a long field around what is cited, and where the rest is", async () => {
    const { html } = await render("/runs/run_found?step=s2", script);
    expect(textOf(html)).toMatch(/Shown around what is cited, of [0-9,]+ characters/);
    expect(html).not.toContain("frame 119");
  });

  test("lists the steps that have findings", async () => {
    const { html } = await render("/runs/run_found?only=findings", script);
    expect(html.match(/<li class="step /g)).toHaveLength(1);
    expect(textOf(html)).toContain("With findings 1");
  });

  test("whose quote stands nowhere shows the field as it is", async () => {
    const strange = { ...finding, evidence: [{ step_id: "s2", field: "result", quote: "never said", start: 0, end: 10 }] };
    const { html } = await render("/runs/run_found?step=s2", { ...script, "/v1/runs/run_found": { ...run, findings: [strange] } });
    expect(marksOf(html)).toEqual([]);
    expect(textOf(html)).toContain("frame 3 at");
  });

  test("offers no label and no reading to a key that only reads", async () => {
    const { html } = await render("/runs/run_found", script, { session: { ...session, scopes: ["read"], isInstanceAdmin: false } });
    expect(html).not.toMatch(/act\/(findings|runs)/);
  });
});

describe("Claude's reading", () => {
  test.each<[string, ReadingView | null, string]>([
    ["not asked", null, "Claude has not read this run."],
    [
      "off",
      { status: "off", findings: null, error: "no model key is set" },
      "Claude does not read runs here: no model key is set. With a key",
    ],
    ["pending", { status: "pending", findings: null, error: null }, "Claude is reading this run."],
    ["ok", { status: "ok", findings: 2, error: null }, "Claude read this run: 2 findings."],
    ["ok without findings", { status: "ok", findings: 0, error: null }, "Claude read this run and found nothing more."],
    [
      "failed",
      { status: "failed", findings: null, error: "asked 5 times in vain" },
      "Claude could not read this run: asked 5 times in vain.",
    ],
  ])("%s", (_, reading, said) => expect(readingText(reading)).toContain(said));

  test("is asked for with a button, but not twice", async () => {
    const asked = await render("/runs/run_found", script);
    expect(asked.html).toContain('action="/act/runs/run_found/read"');
    const pending = { ...run, reading: { status: "pending", findings: null, error: null } };
    const again = await render("/runs/run_found", { ...script, "/v1/runs/run_found": pending });
    expect(again.html).not.toContain('action="/act/runs/run_found/read"');
  });
});
