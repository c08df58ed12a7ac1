// What a project has set. PATCH changes what it names and leaves the rest; redaction is changed switch by switch.
import * as z from "zod";
import { recordHash } from "../../../domain/audit/chain.ts";
import { readProject, updateProject, type ProjectRecord } from "../../../d1/project.ts";
import { redactionSettings, settingsSchema } from "../../../domain/project/settings.ts";
import { customPatternProblem } from "../../../domain/run/redact.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { audited } from "./audited.ts";
import { bare, endpoint, type Api } from "./endpoint.ts";
import { timeZone } from "./time-zone.ts";

const tag = "Settings";
const { shape } = settingsSchema;
const redaction = redactionSettings.shape;

// Unwrapped: a default inside a patch would set what nobody named.
const patch = z
  .strictObject({
    timezone: timeZone.optional(),
    retention_days: shape.retention_days.unwrap().optional(),
    redaction: z
      .strictObject({
        email: redaction.email.unwrap().optional(),
        card: redaction.card.unwrap().optional(),
        phone: redaction.phone.unwrap().optional(),
        hash_user_ids: redaction.hash_user_ids.unwrap().optional(),
        patterns: redaction.patterns.unwrap().superRefine(refusePatterns).optional(),
      })
      .optional(),
    false_alarm_budget_days: shape.false_alarm_budget_days
      .unwrap()
      .optional()
      .meta({ description: "Days a quiet agent runs, on average, between two false incidents." }),
    user_keys: shape.user_keys.unwrap().optional(),
    cohort_keys: shape.cohort_keys.unwrap().optional(),
    model_budget_usd_day: shape.model_budget_usd_day.unwrap().optional(),
  })
  .meta({ id: "SettingsPatch" });

const answer = settingsSchema.extend({ timezone: z.string() }).meta({ id: "Settings", description: "All settings." });

const viewOf = ({ timezone, settings }: ProjectRecord) => ({ timezone, ...settings });

export function addSettings(api: Api): void {
  endpoint(
    api,
    { ...bare, method: "get", path: "/v1/settings", audience: "read", tag, summary: "Settings of the project", status: 200, answer },
    async ({ env, projectId }) => viewOf(await requireProject(env, projectId)),
  );
  endpoint(
    api,
    {
      ...bare,
      method: "patch",
      path: "/v1/settings",
      audience: "admin",
      tag,
      summary: "Change settings",
      description: "Redaction applies to what arrives from now on.",
      body: patch,
      status: 200,
      answer,
    },
    async ({ env, projectId, principal, body: { timezone, ...changes }, nowMs }) => {
      const project = await requireProject(env, projectId);
      const settings = settingsSchema.parse({
        ...project.settings,
        ...changes,
        redaction: { ...project.settings.redaction, ...changes.redaction },
      });
      const changed = { ...project, timezone: timezone ?? project.timezone, settings };
      const [before, after] = [project, changed].map((one) => ({ record: recordHash(viewOf(one)) }));
      const fields = [...Object.keys(changes), ...(timezone === undefined ? [] : ["timezone"])].sort().join(" ");
      const draft = audited(principal, nowMs, {
        action: "settings.changed",
        object: projectId,
        before: before ?? null,
        after: { ...after, fields },
      });
      await updateProject(env.INDEX, projectId, changed.timezone, settings, draft);
      return viewOf(changed);
    },
  );
}

function refusePatterns(patterns: readonly { name: string; pattern: string }[], ctx: z.RefinementCtx): void {
  for (const [i, { name, pattern }] of patterns.entries()) {
    const message = customPatternProblem(name, pattern);
    if (message !== null) ctx.addIssue({ code: "custom", path: [i], message });
  }
}

async function requireProject(env: Env, projectId: string): Promise<ProjectRecord> {
  const project = await readProject(env.INDEX, projectId);
  if (project === null) throw new Refusal(404, "This key's project was deleted.");
  return project;
}
