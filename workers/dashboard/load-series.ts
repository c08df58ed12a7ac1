// Series of many dimensions at once, a few questions at a time, so that one page never floods the API. A series that
// cannot be read is an empty one: the page shows the numbers without the picture.
import { segment } from "./links.ts";
import { readSeries, type Bucket } from "./read/dimension.ts";
import type { ApiClient } from "./api-client.ts";

/** Questions under way at once. */
const atOnce = 6;

export interface SeriesWindow {
  fromMs: number;
  toMs: number;
  bucket: "hour" | "day";
}

export async function loadSeries(
  api: ApiClient,
  wanted: readonly { agent: string; dimension: string; window: SeriesWindow }[],
): Promise<Bucket[][]> {
  const found: Bucket[][] = wanted.map(() => []);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < wanted.length; index = next++) {
      const each = wanted[index];
      if (each !== undefined) found[index] = await loadOne(api, each.agent, each.dimension, each.window);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, wanted.length) }, worker));
  return found;
}

async function loadOne(api: ApiClient, agent: string, dimension: string, window: SeriesWindow): Promise<Bucket[]> {
  const answer = await api.get(`/v1/agents/${segment(agent)}/dimensions/${segment(dimension)}/series`, {
    from: new Date(window.fromMs).toISOString(),
    to: new Date(window.toMs).toISOString(),
    bucket: window.bucket,
  });
  return answer.ok ? readSeries(answer.data) : [];
}
