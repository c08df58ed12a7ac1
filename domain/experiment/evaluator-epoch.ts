// The epoch of an evaluator: a short name of everything that its results depend on. Results of two epochs are never mixed.
import { canonicalJson, fingerprint } from "../run/fingerprint.ts";
import type { EvaluatorDefinition } from "./evaluator.ts";
import { judgePrompts } from "./judge.ts";

/**
 * 12 hex digits that change with the definition and, for a judge, with what it is asked and with the model.
 * @param model null where it is not known yet: then the epoch is of the definition
 */
export function epochOf(definition: EvaluatorDefinition, model: string | null): string {
  return fingerprint(canonicalJson(definition.type === "judge" ? [definition, judgePrompts, model] : definition));
}
