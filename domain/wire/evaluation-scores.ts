// Scores that a trace carries: OpenTelemetry's evaluation results and OpenInference's annotations. A value that is no number
// may be a label; a score without either is none.
import type { Score } from "../run/run.ts";
import { flatList } from "./flat-list.ts";
import { firstOf, numberOf, textOf } from "./json-value.ts";
import type { JsonObject } from "./record.ts";

/** The scores among the attributes of a span, an event or a log record. */
export function evaluationScores(attributes: JsonObject): Score[] {
  const single = scoreOf(attributes, "gen_ai.evaluation", "check");
  return [
    ...(single === null ? [] : [single]),
    ...["annotations", "trace.annotations", "session.annotations"].flatMap((prefix) =>
      flatList(attributes, prefix).flatMap((entry) => scoreOf(entry, "annotation", sourceOf(entry["annotation.annotator_kind"])) ?? []),
    ),
    ...["evaluations", "trace.evaluations"].flatMap((prefix) =>
      flatList(attributes, prefix).flatMap((entry) => scoreOf(entry, "evaluation", "check") ?? []),
    ),
  ];
}

function scoreOf(attributes: JsonObject, prefix: string, source: Score["source"]): Score | null {
  const name = textOf(attributes[`${prefix}.name`]);
  if (name === null) return null;
  const value = firstOf<number | string | boolean>(
    numberOf(attributes[`${prefix}.score.value`]),
    numberOf(attributes[`${prefix}.score`]),
    textOf(attributes[`${prefix}.score.label`]),
    textOf(attributes[`${prefix}.label`]),
  );
  return value === null ? null : { name, value, source, comment: textOf(attributes[`${prefix}.explanation`]) };
}

function sourceOf(kind: unknown): Score["source"] {
  if (kind === "HUMAN") return "human";
  return kind === "LLM" ? "judge" : kind === "CODE" ? "check" : null;
}
