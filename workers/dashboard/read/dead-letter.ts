// A dead letter as a page needs it, and what a person can do about it, judged by the reason that Bento gave.
import { isRecord, text, timeMs, number } from "../json.ts";

export interface DeadLetterView {
  id: string;
  door: string | null;
  reason: string;
  receivedMs: number | null;
  expiresMs: number | null;
  bytes: number | null;
  /** Its bytes are deleted: it cannot be driven again. */
  isExpired: boolean;
}

/** Null where it has no id. */
export function readDeadLetter(value: unknown): DeadLetterView | null {
  if (!isRecord(value)) return null;
  const id = text(value["id"]);
  if (id === null) return null;
  return {
    id,
    door: text(value["door"]),
    reason: text(value["reason"]) ?? "no reason was kept",
    receivedMs: timeMs(value["received_at"]),
    expiresMs: timeMs(value["expires_at"]),
    bytes: number(value["bytes"]),
    isExpired: value["status"] === "expired",
  };
}

/** The first that fits; the reasons are those of queues/failure-words.ts and of bodies that cannot be read. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [/do not open with this instance's key/, "Start Bento with the inbox key that it had when this came in, then redrive it."],
  [/^the reader of the door/, "A fault of Bento's own reading: redrive it after an update. Nothing is wrong with what was sent."],
  [/gzip|unpack/, "The bytes are damaged. Have it sent again, then delete it."],
  [/^the (index|archive) failed|overloaded|could not be reached/, "A store failed at that time. Redrive it now."],
];

export function remedyOf({ reason, isExpired }: Pick<DeadLetterView, "reason" | "isExpired">): string {
  if (isExpired) return "Its bytes were deleted after a day, because they could not be redacted. Have it sent again, then delete it.";
  return (
    remedies.find(([sign]) => sign.test(reason))?.[1] ??
    "Redrive it once what failed is mended; if it fails again it comes back with its new reason."
  );
}
