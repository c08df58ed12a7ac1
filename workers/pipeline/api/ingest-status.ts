// How far processing is behind what was acknowledged, in numbers of the key's project.
import * as z from "zod";
import { decodeTime } from "ulidx";
import { tallyReceipts } from "../../../d1/receipts.ts";
import { countPending } from "../../../r2/inbox.ts";
import type { Env } from "../env.ts";
import { bare, endpoint, type Api } from "./endpoint.ts";

const answer = z
  .object({
    received: z
      .number()
      .meta({ description: "Requests acknowledged with 2xx: processed, pending, dead letters and discarded ones together." }),
    stored: z.number().meta({ description: "Runs that can be listed." }),
    processed: z.number().meta({ description: "Requests whose runs, spans or scores are visible in every read." }),
    rejected: z.number().meta({ description: "Runs, spans or scores inside processed requests that could not be read." }),
    dead_letters: z.number().meta({ description: "Requests set aside after they failed again and again." }),
    discarded: z.number().meta({ description: "Dead letters that were thrown away, or are past the project's retention." }),
    pending: z.number().meta({ description: "Requests acknowledged and not processed yet. 0: all that was acknowledged can be read." }),
    oldest_pending_ms: z.number().nullable().meta({ description: "Age of the request that waits longest; null when none waits." }),
  })
  .meta({ id: "IngestStatus", description: "Counts of the key's project." });

export type IngestStatus = z.output<typeof answer>;

export async function ingestStatusOf(env: Env, projectId: string, nowMs: number): Promise<IngestStatus> {
  // The inbox first: a request that is processed meanwhile is counted twice for a moment, never missed.
  const { count, oldestReceipt } = await countPending(env.ARCHIVE, projectId);
  const tally = await tallyReceipts(env.INDEX, projectId);
  return {
    received: tally.processedRequests + tally.deadLetters + tally.discardedRequests + count,
    stored: tally.storedRuns,
    processed: tally.processedRequests,
    rejected: tally.rejectedItems,
    dead_letters: tally.deadLetters,
    discarded: tally.discardedRequests,
    pending: count,
    oldest_pending_ms: oldestReceipt === null ? null : Math.max(0, nowMs - decodeTime(oldestReceipt)),
  };
}

export function addIngestStatus(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/ingest/status",
      audience: "read",
      tag: "Ingest",
      summary: "How far processing is behind",
      status: 200,
      answer,
    },
    async ({ env, projectId, nowMs }) => ingestStatusOf(env, projectId, nowMs),
  );
}
