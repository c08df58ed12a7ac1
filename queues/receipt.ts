// A receipt is a ULID: the moment at which a request was received, in order.
import { decodeTime } from "ulidx";

/** Epoch milliseconds. */
export function receiptMs(receipt: string): number {
  return decodeTime(receipt);
}
