// What suites are called, for pages that know only their ids. One that is gone keeps its id as its name.
import type { ApiClient } from "./api-client.ts";
import { segment } from "./links.ts";
import { readSuite } from "./read/suite.ts";

/** Suites that are asked for by name; a page with more shows the ids of the rest. */
const mostNamed = 12;

export async function suiteNames(api: ApiClient, ids: readonly (string | null)[]): Promise<ReadonlyMap<string, string>> {
  const asked = [...new Set(ids.filter((id) => id !== null && id !== ""))].slice(0, mostNamed);
  const named = await Promise.all(
    asked.map(async (id): Promise<[string, string][]> => {
      const answer = id === null ? null : await api.get(`/v1/suites/${segment(id)}`);
      const suite = answer?.ok === true ? readSuite(answer.data) : null;
      return suite === null ? [] : [[suite.id, suite.name]];
    }),
  );
  return new Map(named.flat());
}
