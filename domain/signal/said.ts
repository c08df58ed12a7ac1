// What people said of a signal. It outlives every re-counting; what is not said is worked out.
import * as z from "zod";

/** What Claude proposes for a signal, and how far that is. It stands until a person accepts or declines it; by itself it changes nothing. */
export const proposalSchema = z.object({
  name: z.string().nullable(),
  definition: z.string().nullable(),
  /** Slug of the signal that it is said to be the same as. */
  merge_into: z.string().nullable(),
  reason: z.string().nullable(),
  model: z.string().nullable(),
  /** When it was asked for; tells one proposal from the next. */
  at: z.string(),
  status: z.enum(["pending", "ready", "failed", "off"]),
  /** Why it failed, waits or is off, in words of ours. */
  error: z.string().nullable(),
  /** Calls so far. */
  calls: z.number().default(0),
  /** Until then somebody calls, or it has to wait; null: nobody does. */
  held_until_ms: z.number().nullable().default(null),
});

export type Proposal = z.infer<typeof proposalSchema>;

export const saidSchema = z.object({
  name: z.string().nullable().default(null),
  definition: z.string().nullable().default(null),
  severity: z.enum(["low", "medium", "high", "critical"]).nullable().default(null),
  archived: z.boolean().default(false),
  /** Event time up to which it is over; null: nobody said so. */
  resolved_ms: z.number().nullable().default(null),
  /**
   * Of a declared signal: start of the first run that its present definition was asked of. Runs before it are in no denominator, because
   * nobody asked them; a backfill moves it back.
   */
  asked_from_ms: z.number().nullable().default(null),
  /** The key's owner who confirmed that this is a class of its own. */
  confirmed_by: z.string().nullable().default(null),
  /** Nobody's word yet: written by d1/signal-proposals.ts only. */
  proposal: proposalSchema.nullable().default(null),
});

export type Said = z.infer<typeof saidSchema>;

/** Whether a person touched it: such a signal stays when its last finding goes. */
export function isTouched(said: Said): boolean {
  const { asked_from_ms: _, proposal: __, ...words } = said;
  return Object.values(words).some((value) => value !== null && value !== false);
}

/** What became of a signal, newest last. */
export const historySchema = z.array(
  z.object({
    at: z.string(),
    by: z.string(),
    kind: z.enum(["made", "merged", "split", "renamed", "defined", "resolved", "archived", "confirmed"]),
    /** The other signal of a merge or split. */
    other: z.string().nullable(),
    reason: z.string().nullable(),
  }),
);

export type SignalHistory = z.infer<typeof historySchema>;

/** Entries that are kept. */
export const mostHistory = 50;
