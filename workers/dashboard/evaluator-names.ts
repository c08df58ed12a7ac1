// What evaluators are called, for pages that know only their ids. One that was removed keeps its id as its name.
import type { ApiClient } from "./api-client.ts";
import { segment } from "./links.ts";
import { readEvaluator } from "./read/evaluation.ts";

/** Evaluators that are asked for by name; a page with more shows the ids of the rest. */
const mostNamed = 12;

export async function evaluatorNames(api: ApiClient, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const named = await Promise.all(
    [...new Set(ids)].slice(0, mostNamed).map(async (id): Promise<[string, string][]> => {
      const answer = await api.get(`/v1/evaluators/${segment(id)}`);
      const evaluator = answer.ok ? readEvaluator(answer.data) : null;
      return evaluator === null ? [] : [[id, evaluator.name]];
    }),
  );
  return new Map(named.flat());
}
