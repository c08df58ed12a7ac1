// A shift of who asks as a cause for the record, with the split behind it. The attribute whose mix moved is asked first; without one,
// the attribute that explains most.
import type { Cause } from "./drift.ts";
import { leastConfidence } from "./event-causes.ts";
import { cohortEvidence, headline } from "./evidence.ts";
import { type MixSplit, mixShare, splitBy } from "./mix-shift.ts";
import type { Draw } from "./resample.ts";
import type { Competition, Surroundings } from "./rivals.ts";
import type { MixShift } from "./strata.ts";

export interface CohortCause {
  cause: Cause;
  split: MixSplit | null;
  share: number | null;
}

/** The shift of who asks as a cause, with the attribute whose mix explains most; null where no attribute splits the change. */
export function cohortCause(
  shift: MixShift | null,
  competition: Competition,
  { changes }: Surroundings,
  draws: readonly Draw[],
): CohortCause | null {
  const primary = headline(competition);
  if (primary === undefined) return null;
  const { window, onset } = competition;
  const splits = competition.shifts.flatMap(({ attribute }) => splitBy(attribute, window, primary, onset.atMs) ?? []);
  const shareOf = (split: MixSplit): number => (split.total === 0 ? 0 : split.mix / split.total);
  const best =
    (shift === null ? undefined : splits.find(({ attribute }) => attribute === shift.attribute)) ??
    splits.toSorted((a, b) => shareOf(b) - shareOf(a))[0];
  if (best === undefined) return null;
  const moved = competition.shifts.find(({ attribute }) => attribute === best.attribute) ?? null;
  // Nobody reads the interval of a rival that is not listed.
  const share = mixShare(best.attribute, window, competition.moved, onset.atMs, competition.mix < leastConfidence ? [] : draws);
  const ref = moved === null ? best.attribute : `${moved.attribute}=${moved.value}`;
  const recorded = changes.find((change) => change.kind === "cohort" && change.ref === ref) ?? null;
  const cause: Cause = {
    kind: "cohort",
    ref,
    change_id: recorded?.id ?? null,
    at: recorded?.at ?? new Date(onset.atMs).toISOString(),
    from: null,
    to: moved?.value ?? null,
    share: share?.share ?? null,
    share_low: share?.low ?? null,
    share_high: share?.high ?? null,
    confidence: competition.mix,
    declared: recorded?.declared ?? false,
    evidence: cohortEvidence(moved, best, share, competition),
  };
  return { cause, split: best, share: share?.share ?? null };
}
