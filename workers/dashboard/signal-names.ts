// What signals are called, for pages that know only their ids. One that is gone keeps its id as its name.
import type { ApiClient } from "./api-client.ts";
import { segment } from "./links.ts";
import { readSignal } from "./read/signal.ts";

/** Signals that are asked for by name; a page with more shows the ids of the rest. */
const mostNamed = 12;

export async function signalNames(api: ApiClient, ids: readonly (string | null)[]): Promise<ReadonlyMap<string, string>> {
  const asked = [...new Set(ids.filter((id) => id !== null))].slice(0, mostNamed);
  const named = await Promise.all(
    asked.map(async (id): Promise<[string, string][]> => {
      const answer = await api.get(`/v1/signals/${segment(id)}`);
      const signal = answer.ok ? readSignal(answer.data) : null;
      return signal === null ? [] : [[id, signal.name]];
    }),
  );
  return new Map(named.flat());
}
