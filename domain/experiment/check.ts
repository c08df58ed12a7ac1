// The checks that code makes: what one evaluator says of one run, without a call out. A run that lacks what a check needs fails it; a
// check that has nothing to hold the run against is skipped; one that cannot be worked out is errored.
import { readExpression } from "../run/expression.ts";
import { memory } from "../run/memory.ts";
import type { Run } from "../run/run.ts";
import { errored, failed, passed, type CheckResult, type Subject } from "./check-result.ts";
import { checkSchema } from "./check-json-schema.ts";
import { checkContains, checkEquals, checkRegex } from "./check-text.ts";
import { checkToolCalls } from "./check-tool-calls.ts";
import type { EvaluatorDefinition, Judge, WebhookCheck } from "./evaluator.ts";

export type CodeCheck = Exclude<EvaluatorDefinition, Judge | WebhookCheck>;

export function check(definition: CodeCheck, subject: Subject): CheckResult {
  switch (definition.type) {
    case "equals":
      return checkEquals(definition, subject);
    case "contains":
      return checkContains(definition, subject);
    case "regex":
      return checkRegex(definition, subject);
    case "json_schema":
      return checkSchema(definition, subject);
    case "tool_calls":
      return checkToolCalls(definition, subject);
    case "expression":
      return checkExpression(definition.expression, subject.run);
  }
}

const readings = memory<ReturnType<typeof readExpression>>({ entries: 200, keyChars: 500 });

function checkExpression(expression: string, run: Run): CheckResult {
  const reading = readings(expression, () => readExpression(expression));
  if (!reading.ok) return errored(`the expression ${reading.message}`);
  const value = reading.evaluate(run);
  if (value === true) return passed;
  if (value === false) return failed("the expression is false of this run");
  return errored(value === undefined ? "the run lacks what the expression asks for" : "the expression gives neither true nor false");
}
