// An evaluator as its form says it: the fields of its type, texts to the body that the API takes. A field that must be JSON and is none is said
// here, because the API would only see a text.
import { filled, lines, names, numberIn } from "./experiment-form.ts";
import { evaluatorTypes, type EvaluatorType } from "./read/evaluation.ts";
import type { Form } from "./view.ts";

/** Fields of the form by the names that the API's complaints use. */
export const evaluatorFields = ["agent", "name", "type", "expected", "ignore_case", "text", "match", "absent", "pattern", "schema", "calls", "order", "forbidden", "expression", "rubric", "scale", "threshold", "sees", "url"]; // prettier-ignore

export const typeOf = (value: string): EvaluatorType => evaluatorTypes.find((each) => each === value) ?? "expression";

/** @returns `wrong`: the field that should be JSON and is none; null where all are */
export function evaluatorBody({ field }: Pick<Form, "field">): { body: Record<string, unknown>; wrong: string | null } {
  const type = typeOf(field("type"));
  const common = { agent: field("agent"), name: field("name"), type };
  const json = jsonFieldOf(type);
  const parsed = json === null || field(json) === "" ? null : parse(field(json));
  // An expected text need not be quoted.
  const isPlain = type === "equals" && parsed === undefined;
  if (parsed === undefined && !isPlain) return { body: {}, wrong: json };
  return { body: filled({ ...common, ...partsOf(type, field, isPlain ? lines(field("expected")) : parsed) }), wrong: null };
}

function jsonFieldOf(type: EvaluatorType): string | null {
  if (type === "equals") return "expected";
  if (type === "json_schema") return "schema";
  return type === "tool_calls" ? "calls" : null;
}

/** @param json the value of the field that holds JSON; null where it is empty */
function partsOf(type: EvaluatorType, field: Form["field"], json: unknown): Record<string, unknown> {
  const flag = (name: string): true | null => (field(name) === "" ? null : true);
  switch (type) {
    case "equals":
      return { expected: json, ignore_case: flag("ignore_case") };
    case "contains": {
      const texts = lines(field("text"))
        .split("\n")
        .filter((each) => each.trim() !== "");
      return {
        text: texts.length === 0 ? null : texts,
        match: field("match"),
        ignore_case: flag("ignore_case"),
        absent: flag("absent"),
      };
    }
    case "regex":
      return { pattern: field("pattern"), absent: flag("absent") };
    case "json_schema":
      return { schema: json };
    case "tool_calls": {
      const forbidden = names(field("forbidden"));
      return { calls: json, order: field("order"), forbidden: forbidden.length === 0 ? null : forbidden };
    }
    case "expression":
      return { expression: lines(field("expression")) };
    case "judge": {
      const scale = [numberIn(field("low")) ?? 0, numberIn(field("high")) ?? 1];
      return { rubric: lines(field("rubric")), scale, threshold: numberIn(field("threshold")), sees: field("sees") };
    }
    case "webhook":
      return { url: field("url"), threshold: numberIn(field("threshold")) };
  }
}

/** undefined where it is no JSON. */
function parse(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
