// Deletes the data of one user, page by page, until it is done or time is up; what is left is found by the same query again.
import { ulid } from "ulidx";
import { canarySalts } from "../d1/canaries.ts";
import { runsOfUser } from "../d1/delete-run.ts";
import { endUserErasure, runningUserErasure, type UserErasure } from "../d1/erasures.ts";
import { forgetUnits } from "../d1/outcomes.ts";
import type { AuditDraft } from "../domain/audit/entry.ts";
import { unitKey } from "../domain/experiment/assignment.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { forgetRuns } from "./forget.ts";

/** Runs a page: each may stand in a segment of its own, which is rewritten. */
const runsAtATime = 50;

export interface UserForgotten {
  /** Runs deleted since it was asked for. */
  runs: number;
  isDone: boolean;
}

export async function forgetUser(
  env: Bindings,
  { projectId, key, userId, actor }: UserErasure,
  isOver: () => boolean,
): Promise<UserForgotten> {
  for (;;) {
    const page = await runsOfUser(env.INDEX, projectId, [userId, key], runsAtATime);
    if (page.length === 0) break;
    await forgetRuns(env, projectId, page, Date.now(), { userKey: key });
    if (isOver()) return { runs: await runsSoFar(env, projectId, key), isDone: false };
  }
  await forgetUnitsOf(env, projectId, userId);
  const runs = await runsSoFar(env, projectId, key);
  const at = new Date().toISOString();
  const draft: AuditDraft = {
    id: `aud_${ulid()}`,
    at,
    actor,
    action: "user_data.deleted",
    object: key,
    before: { runs },
    after: { runs: 0 },
    reason: null,
  };
  await endUserErasure(env.INDEX, projectId, key, draft);
  return { runs, isDone: true };
}

async function runsSoFar(env: Bindings, projectId: string, key: string): Promise<number> {
  return (await runningUserErasure(env.INDEX, projectId, key))?.runs ?? 0;
}

/** Canaries know a unit by a hash of their own; where the unit is the user, that is found by hashing again. */
async function forgetUnitsOf(env: Bindings, projectId: string, userId: string): Promise<void> {
  const units = (await canarySalts(env.INDEX, projectId)).flatMap(({ id, salt }) => {
    const unit = unitKey(salt, userId);
    return unit === null ? [] : [{ experimentId: id, unit }];
  });
  await forgetUnits(env.INDEX, projectId, units);
}
