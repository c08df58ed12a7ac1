// Bento's id of a run, made from the sender's. The rule is one to one, so that a retry is the same run and the sender's id finds it.
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";

/** What every run id starts with. */
export const runIdPrefix = "run_";

/** The sender's id with the prefix, or as it is when it has it. */
export function runIdOf(sourceId: string): string {
  return sourceId.startsWith(runIdPrefix) ? sourceId : runIdPrefix + sourceId;
}

/**
 * The id of a run whose sender gave none: the prefix and a ULID of the time of receipt, whose random part is drawn from the request's
 * own receipt and the run's place in it, so that reading the same bytes again gives the same run.
 */
export function newRunId(receipt: string, index: number, receivedMs: number): string {
  const time = crockford(BigInt(Math.max(0, Math.trunc(receivedMs))), timeDigits);
  const seed = sha256(utf8ToBytes(`${receipt}\u0000${index}`)).subarray(0, 10);
  const random = seed.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  return runIdPrefix + time + crockford(random, randomDigits);
}

/** A ULID has 48 bits of time and 80 of chance, five to a digit. */
const timeDigits = 10;
const randomDigits = 16;
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

function crockford(value: bigint, digits: number): string {
  let text = "";
  for (let rest = value, i = 0; i < digits; i += 1, rest >>= 5n) text = (alphabet[Number(rest & 31n)] ?? "0") + text;
  return text;
}

/** The sender's trace id behind a run id: without our prefix, or with it where the sender's own began so. Assembly knows which. */
export function traceIdsOf(runId: string): string[] {
  return [runId, runId.slice(runIdPrefix.length)];
}
