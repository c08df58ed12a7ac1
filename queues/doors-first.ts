// On one machine the doors and the consumers share a thread, and a consumer that has begun keeps every caller waiting. So a
// consumer lets a burst of requests pass first, as a queue is there to absorb it; work that has waited long goes on all the same.
// In the cloud consumers have isolates of their own, where no request is ever under way and nothing waits.

/** Requests that are being answered in this isolate, and when one was last. */
let underWay = 0;
let lastSeenMs = 0;

/** A client that sends one request after the other pauses for less. */
const pauseMs = 150;
/** A look at the doors costs nothing; looking more often would only keep the thread awake. */
const lookMs = 20;
/** One consumer's longest wait: what is pending stays a matter of seconds. */
const longestWaitMs = 5_000;
/** Messages older than this have waited enough: under a load that never ends, storing gets its share. */
const overdueMs = 15_000;

/** Counts a request while it is being answered. */
export async function countingDoor<T>(answer: () => Promise<T>): Promise<T> {
  underWay += 1;
  try {
    return await answer();
  } finally {
    underWay -= 1;
    lastSeenMs = Date.now();
  }
}

/** Returns when no request is under way, or when waiting longer would be wrong. */
export async function doorsFirst(oldestMs: number): Promise<void> {
  const untilMs = Math.min(Date.now() + longestWaitMs, oldestMs + overdueMs);
  while ((underWay > 0 || Date.now() - lastSeenMs < pauseMs) && Date.now() < untilMs)
    await new Promise((resolve) => setTimeout(resolve, lookMs));
}

/** On one machine a consumer that only waits for its stores never lets the thread look at the network: what has arrived begins now. */
export async function letIn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1));
}
