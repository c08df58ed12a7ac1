// Series of many dimensions: one question for each agent and window, because the behaviour of an agent is read as a whole.
// A series that cannot be read is an empty one: the page shows the numbers without the picture.
import { isRecord, list, text } from "./json.ts";
import { segment } from "./links.ts";
import { readSeries, type Bucket } from "./read/dimension.ts";
import type { ApiClient } from "./api-client.ts";

export interface SeriesWindow {
  fromMs: number;
  toMs: number;
  bucket: "hour" | "day";
}

interface Wanted {
  agent: string;
  dimension: string;
  window: SeriesWindow;
}

/** In the order of `wanted`. */
export async function loadSeries(api: ApiClient, wanted: readonly Wanted[]): Promise<Bucket[][]> {
  const questions = Map.groupBy(wanted, ({ agent, window }) => JSON.stringify([agent, window]));
  const answers = await Promise.all([...questions].map(async ([question, ofQuestion]) => [question, await load(api, ofQuestion)] as const));
  const found = new Map(answers);
  return wanted.map(({ agent, dimension, window }) => found.get(JSON.stringify([agent, window]))?.get(dimension) ?? []);
}

/** Series by dimension, for things wanted of one agent in one window. */
async function load(api: ApiClient, wanted: readonly Wanted[]): Promise<Map<string, Bucket[]>> {
  const [first, second] = wanted;
  if (first === undefined) return new Map();
  const { agent, dimension, window } = first;
  const query = { from: new Date(window.fromMs).toISOString(), to: new Date(window.toMs).toISOString(), bucket: window.bucket };
  if (second === undefined) {
    const answer = await api.get(`/v1/agents/${segment(agent)}/dimensions/${segment(dimension)}/series`, query);
    return new Map([[dimension, answer.ok ? readSeries(answer.data) : []]]);
  }
  const answer = await api.get(`/v1/agents/${segment(agent)}/series`, query);
  const all = answer.ok && isRecord(answer.data) ? list(answer.data["data"]).filter(isRecord) : [];
  return new Map(all.map((one) => [text(one["dimension"]) ?? "", readSeries(one["buckets"])]));
}
