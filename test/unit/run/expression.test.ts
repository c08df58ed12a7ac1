// An expression is only shown what it names. That must change nothing: the same question, asked in a way that needs the whole run, gets
// the same answer.
import { expect, it } from "vitest";
import { readExpression } from "../../../domain/run/expression.ts";
import { finishRun } from "../../../domain/run/finish.ts";
import { listedPrices } from "../../../domain/run/price.ts";
import { aDraft, aStep, tokens } from "./a-run.ts";

const draft = aDraft({
  output: "Sorry, no.",
  cohort: { plan: "pro" },
  scores: [{ name: "success", value: 0, source: null, comment: null }],
  steps: [
    aStep("s1", "tool", { name: "search", result: { ok: false }, usage: tokens(5, 2) }),
    aStep("s2", "llm", { name: "chat", model: "m", duration_ms: 700, error: { type: "Timeout", message: "too late" } }),
  ],
});
const run = finishRun(draft, { id: "run_r1", prices: listedPrices, nowMs: 0 });
/** True, and uses the run as a whole. */
const whole = "[run].size() == 1";
const answerTo = (text: string): unknown => {
  const reading = readExpression(text);
  return reading.ok ? reading.evaluate(run) : reading.message;
};

it.each([
  ["run.output.contains('Sorry')", true],
  ["run.scores.success < 0.5 && run.steps.exists(s, s.name == 'search')", true],
  ["run.steps.exists(s, has(s.error) && s.error.type == 'Timeout')", true],
  ["run.steps.all(s, s.type == 'tool' || s.duration_ms > 500)", true],
  ["run.steps.exists_one(s, s.type == 'tool' && s.result.ok == false)", true],
  ["run.steps.filter(s, s.type == 'tool').exists(s, s.usage.input_tokens == 5)", true],
  ["run.steps.filter(s, s.type == 'llm')[0].duration_ms > 500", true],
  ["run.steps[1].model == 'm'", true],
  ["size(run.steps) == 2", true],
  ["run.steps.map(s, s)[1].name == 'chat'", true],
  ["run.steps.map(s, s.name)[0] == 'search'", true],
  ["run['output'] == 'Sorry, no.'", true],
  ["has(run.error)", false],
  ["run.cohort.plan == 'pro'", true],
  ["run.agent_version == 'x'", undefined],
])("%s is %s, whatever else of the run is shown", (text, expected) => {
  expect(answerTo(text)).toBe(expected);
  expect(answerTo(`(${text}) && ${whole}`)).toBe(expected);
});
