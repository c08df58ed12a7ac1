// What the routes of alert rules share: finding one, and whether its targets may be told.
import * as z from "zod";
import { findAlertRule } from "../../../d1/alert-rules.ts";
import { knownWebhooks } from "../../../d1/webhooks.ts";
import type { AlertRule, AlertTarget } from "../../../domain/incident/alert-rule.ts";
import type { Env } from "../env.ts";
import { Refusal, type RefusalDetail } from "../refusal.ts";
import { pathText } from "./endpoint.ts";
import { webhookUrlProblem } from "./webhook-url.ts";

export const alertTag = "Alerts";
export const alertRuleParams = z.strictObject({ id: pathText });

/** Another project's rule and one that never was are refused alike. */
export async function requireAlertRule(env: Env, projectId: string, id: string): Promise<AlertRule> {
  const rule = await findAlertRule(env.INDEX, projectId, id);
  if (rule === null) throw noSuchRule();
  return rule;
}

/** Throws Refusal 422 for a webhook of nobody's and for an address that Bento does not call. */
export async function checkTargets(env: Env, projectId: string, targets: readonly AlertTarget[]): Promise<void> {
  const ids = targets.flatMap((target) => (target.type === "webhook" ? [target.webhook_id] : []));
  const known = ids.length === 0 ? new Set() : await knownWebhooks(env.INDEX, projectId, ids);
  const details = targets.flatMap((target, i): RefusalDetail[] => {
    if (target.type === "webhook")
      return known.has(target.webhook_id) ? [] : [{ path: `targets[${i}].webhook_id`, message: "no webhook of this project" }];
    const problem = webhookUrlProblem(target.url, env.BENTO_EMBEDDED === "1");
    return problem === null ? [] : [{ path: `targets[${i}].url`, message: problem }];
  });
  if (details.length > 0) throw new Refusal(422, "Bento cannot send to one of the targets.", details);
}

export function noSuchRule(): Refusal {
  return new Refusal(404, "There is no such alert rule in this key's project.");
}
