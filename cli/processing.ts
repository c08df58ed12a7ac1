// Waits until what was acknowledged by now can be read. Traffic that comes in meanwhile is not waited for, so that it ends on a busy
// project too.
import { setTimeout as pause } from "node:timers/promises";
import { isObject, numberOf } from "../domain/wire/json-value.ts";
import type { ApiClient } from "./api-client.ts";
import { CommandFailure } from "./failure.ts";

const betweenLooksMs = 250;
/** Beyond this nothing moves any more: a queue of that length was never seen. */
const longestStandstillMs = 10 * 60_000;

/** @param tell how many requests are still pending, at every look */
export async function waitUntilProcessed(api: ApiClient, tell: (pending: number) => void): Promise<void> {
  const startMs = Date.now();
  let fewest = Number.POSITIVE_INFINITY;
  let fewestAtMs = startMs;
  for (;;) {
    const askedMs = Date.now();
    const status = await api.get("/v1/ingest/status");
    const pending = isObject(status) ? (numberOf(status["pending"]) ?? 0) : 0;
    const oldestMs = isObject(status) ? (numberOf(status["oldest_pending_ms"]) ?? 0) : 0;
    tell(pending);
    if (pending === 0 || oldestMs < askedMs - startMs) return;
    if (pending < fewest) [fewest, fewestAtMs] = [pending, Date.now()];
    if (Date.now() - fewestAtMs > longestStandstillMs)
      throw new CommandFailure(`${pending} requests are still not processed, and nothing has moved for ten minutes.`);
    await pause(betweenLooksMs);
  }
}
