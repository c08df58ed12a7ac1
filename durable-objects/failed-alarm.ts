// What an object does when its alarm fails: a queue that is down, an analysis that throws. The platform tries an alarm some times and
// then drops it, after which nobody would wake the object; so it is set again, for ever, and says so each time.

/** Long enough not to press what is down, short enough that nobody waits for it. */
const againMs = 60_000;

export async function setAgain(storage: DurableObjectStorage, where: string, error: unknown, nowMs: number): Promise<void> {
  // A message may quote a customer's text, a name of a platform's own form cannot.
  const kind = error instanceof Error && /^[A-Z][A-Za-z]{2,40}$/.test(error.name) ? error.name : "unknown";
  console.error(JSON.stringify({ level: "error", where: `alarm of ${where}`, reason: kind }));
  await storage.setAlarm(nowMs + againMs);
}
