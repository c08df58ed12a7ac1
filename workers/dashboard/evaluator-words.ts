// What an evaluator asks, in one sentence from its definition.
import { list, number, record, text, texts } from "./json.ts";
import { textOf } from "./safe-text.tsx";
import type { EvaluatorType, EvaluatorView } from "./read/evaluation.ts";

export const typeWords: Record<EvaluatorType, string> = {
  equals: "The output is what is expected: a text as it is, data whatever the order of its keys.",
  contains: "The answer contains a text, or several, or none of them.",
  regex: "A pattern matches somewhere in the answer.",
  json_schema: "The output is JSON that fits a schema.",
  tool_calls: "The tools that were called are the expected ones.",
  expression: "An expression over the run is true.",
  judge: "Claude reads the run against a rubric, and its score reaches a threshold.",
  webhook: "Your own service says so.",
};

export function definitionText({ type, definition }: Pick<EvaluatorView, "type" | "definition">): string {
  const of = (name: string): string | null => text(definition[name]);
  switch (type) {
    case "equals":
      return definition["expected"] === undefined
        ? "the output is what the case expects"
        : `the output is ${textOf(definition["expected"])}`;
    case "contains":
      return containsText(definition);
    case "regex":
      return `${definition["absent"] === true ? "nothing" : "something"} matches ${of("pattern") ?? ""}`;
    case "json_schema":
      return `the output fits ${textOf(definition["schema"])}`;
    case "tool_calls":
      return callsText(definition);
    case "expression":
      return of("expression") ?? "";
    case "judge": {
      const [low, high] = list(definition["scale"]).map(number);
      const least = number(definition["threshold"]) ?? ((low ?? 0) + (high ?? 1)) / 2;
      return `Claude gives at least ${least} of ${high ?? 1}: ${of("rubric") ?? ""}`;
    }
    case "webhook":
      return `${of("url") ?? ""} says so`;
  }
}

function containsText(definition: EvaluatorView["definition"]): string {
  const given = definition["text"];
  const all = typeof given === "string" ? [given] : texts(given);
  const verb = definition["absent"] === true ? "does not contain" : "contains";
  if (all.length === 0) return `the answer ${verb} what the case expects`;
  return `the answer ${verb} ${all.map((each) => `“${each}”`).join(definition["match"] === "any" ? " or " : " and ")}`;
}

function callsText(definition: EvaluatorView["definition"]): string {
  const calls = list(definition["calls"]).flatMap((each) => text(record(each)["name"]) ?? []);
  const forbidden = texts(definition["forbidden"]);
  const order = definition["order"] === "exact" ? "exactly" : definition["order"] === "any" ? "in any order" : "in this order";
  const called =
    calls.length === 0 ? (definition["order"] === "exact" ? "no tool is called" : "") : `it calls ${calls.join(", ")}, ${order}`;
  return [called, forbidden.length === 0 ? "" : `never ${forbidden.join(", ")}`].filter((each) => each !== "").join("; ");
}
