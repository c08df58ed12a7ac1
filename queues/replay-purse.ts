// Money of a replay: what a call may cost is set aside before it is made, within the experiment's own cap and the project's model budget of the
// day, and becomes what it did cost afterwards. A model without a price is only called where neither is set.
import { reserveExperimentUsd, settleExperimentUsd } from "../d1/experiments.ts";
import { reserveSpend, settleSpend } from "../d1/model-spend.ts";
import type { ProjectRecord } from "../d1/project.ts";
import { dayIn, nextDayMs } from "../domain/finding/reading-day.ts";
import type { Clock } from "./reading-model.ts";

export interface Purse {
  db: D1Database;
  clock: Clock;
  project: ProjectRecord;
  experimentId: string;
  /** Of the experiment; null for none. */
  capUsd: number | null;
}

export type Reserved =
  | { kind: "reserved"; usd: number; day: string }
  /** The experiment's own cap is reached, or it does not run any more. */
  | { kind: "cap" }
  | { kind: "tomorrow"; waitMs: number }
  | { kind: "refused"; reason: string };

/** @param usd null where the model has no price */
export async function reserve({ db, clock, project, experimentId, capUsd }: Purse, model: string, usd: number | null): Promise<Reserved> {
  const dayCapUsd = project.settings.model_budget_usd_day;
  const day = dayIn(project.timezone, clock.nowMs());
  if (usd === null && (capUsd !== null || dayCapUsd !== null))
    return { kind: "refused", reason: `no price is known for ${model}, so no cap could be held: set one with PUT /v1/prices` };
  const most = usd ?? 0;
  if (dayCapUsd !== null && most > dayCapUsd) return { kind: "refused", reason: "one call may cost more than the day's model budget" };
  if (!(await reserveExperimentUsd(db, project.id, experimentId, most, capUsd))) return { kind: "cap" };
  if (await reserveSpend(db, project.id, day, most, dayCapUsd)) return { kind: "reserved", usd: most, day };
  await settleExperimentUsd(db, project.id, experimentId, most, 0);
  const nowMs = clock.nowMs();
  return { kind: "tomorrow", waitMs: nextDayMs(project.timezone, nowMs) - nowMs };
}

export async function settle(
  { db, project, experimentId }: Purse,
  reserved: { usd: number; day: string },
  actualUsd: number,
): Promise<void> {
  await settleSpend(db, project.id, reserved.day, reserved.usd, actualUsd);
  await settleExperimentUsd(db, project.id, experimentId, reserved.usd, actualUsd);
}
