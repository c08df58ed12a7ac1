// What a request is told of parts whose trace was deleted before they came: they are not kept, and count as refused, each with its
// trace. A request that was processed before its trace was deleted keeps the receipt that it has.
import type { Receipt } from "../d1/receipts.ts";
import { erasedTraceMs } from "../domain/run/erasure.ts";
import type { ReadRequest } from "./read-request.ts";

const dayMs = 24 * 60 * 60_000;
const message = `The trace was deleted; what comes of it within ${erasedTraceMs / dayMs} days is not stored.`;

/** @param erased trace ids */
export function tellErased({ receipt, records }: Pick<ReadRequest, "receipt" | "records">, erased: ReadonlySet<string>): Receipt {
  const refused = records.flatMap(({ traceId }, index) => (erased.has(traceId) ? [{ index, id: traceId, code: "deleted", message }] : []));
  return { ...receipt, accepted: receipt.accepted - refused.length, rejected: [...receipt.rejected, ...refused] };
}
