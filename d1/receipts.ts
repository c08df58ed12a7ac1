// What became of the requests that were acknowledged, in numbers. Waiting ones are not here: they stand in the R2 inbox.
import { eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { deadLetter, receipt, run } from "./schema.ts";

export interface Tally {
  /** Requests whose meaning is stored. */
  processedRequests: number;
  /** Runs, traces and scores inside processed requests that could not be read. */
  rejectedItems: number;
  /** Requests set aside after they failed again and again. */
  deadLetters: number;
  /** Runs that can be listed. */
  storedRuns: number;
}

export async function tallyReceipts(db: D1Database, projectId: string): Promise<Tally> {
  const d = drizzle(db);
  const [[receipts], [dead], [runs]] = await d.batch([
    d
      .select({ n: sql<number>`count(*)`, rejected: sql<number>`coalesce(sum(${receipt.rejected}), 0)` })
      .from(receipt)
      .where(eq(receipt.projectId, projectId)),
    d
      .select({ n: sql<number>`count(*)` })
      .from(deadLetter)
      .where(eq(deadLetter.projectId, projectId)),
    d
      .select({ n: sql<number>`count(*)` })
      .from(run)
      .where(eq(run.projectId, projectId)),
  ]);
  return {
    processedRequests: receipts?.n ?? 0,
    rejectedItems: receipts?.rejected ?? 0,
    deadLetters: dead?.n ?? 0,
    storedRuns: runs?.n ?? 0,
  };
}
