// What a project may set. Parsed at the door and again when read from the index, so that an older row gains today's defaults.
import * as z from "zod";

const defaultRetentionDays = 90;
/** Days a quiet agent runs, on average, between two false incidents. */
const defaultFalseAlarmBudgetDays = 30;
/** A pattern longer than this is a mistake or an attack on the matcher. */
const maxPatternLength = 200;
const maxPatterns = 20;

export const redactionSettings = z.strictObject({
  email: z.boolean().default(false),
  card: z.boolean().default(false),
  phone: z.boolean().default(false),
  hash_user_ids: z.boolean().default(false),
  patterns: z
    .array(z.strictObject({ name: z.string().min(1).max(40), pattern: z.string().min(1).max(maxPatternLength) }))
    .max(maxPatterns)
    .default([]),
});

export const settingsSchema = z.strictObject({
  retention_days: z.int().min(1).max(3650).default(defaultRetentionDays),
  redaction: redactionSettings.prefault({}),
  false_alarm_budget_days: z.number().min(1).max(3650).default(defaultFalseAlarmBudgetDays),
  /** Names under which the project's senders carry the user and cohort attributes, before the usual ones. */
  user_keys: z.array(z.string().min(1).max(120)).max(20).default([]),
  cohort_keys: z.array(z.string().min(1).max(120)).max(20).default([]),
  model_budget_usd_day: z.number().min(0).nullable().default(null),
});

export type ProjectSettings = z.infer<typeof settingsSchema>;
