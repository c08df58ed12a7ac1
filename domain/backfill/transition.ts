// What people may do to a backfill, and when. Doing again what is done already changes nothing; what cannot be is refused with the reason.
import type { BackfillStatus } from "./backfill.ts";

export const backfillActions = ["pause", "resume", "cancel"] as const;
export type BackfillAction = (typeof backfillActions)[number];

export type Transition =
  | { kind: "to"; status: BackfillStatus }
  /** It is so already. */
  | { kind: "same" }
  | { kind: "refused"; reason: string };

/** Where `action` leads from `status`. A job that is resumed waits for its turn in the queue like a new one. */
export function transition(status: BackfillStatus, action: BackfillAction): Transition {
  if (status === "done" || status === "failed") return refused(`it is ${status}: there is nothing left to ${action}`);
  switch (action) {
    case "pause":
      if (status === "cancelled") return refused("it was cancelled: there is nothing left to pause");
      return status === "paused" ? same : { kind: "to", status: "paused" };
    case "resume":
      if (status === "cancelled") return refused("it was cancelled, which is for good: make a new backfill");
      return status === "paused" ? { kind: "to", status: "queued" } : same;
    case "cancel":
      return status === "cancelled" ? same : { kind: "to", status: "cancelled" };
  }
}

const same: Transition = { kind: "same" };
const refused = (reason: string): Transition => ({ kind: "refused", reason });
