// How a project's bodies are read: what is redacted, and what tokens cost. null for a project that is gone.
import { priceBookOf } from "../domain/run/price.ts";
import { redactionRulesOf } from "../domain/run/redact.ts";
import { listPrices } from "../d1/prices.ts";
import { readProject } from "../d1/project.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import type { ReadingRules } from "./read-request.ts";
import { userSalt } from "./user-key.ts";

export async function readingRulesOf(env: Bindings, projectId: string): Promise<ReadingRules | null> {
  const project = await readProject(env.INDEX, projectId);
  if (project === null) return null;
  const prices = await listPrices(env.INDEX, projectId);
  const redaction = redactionRulesOf(project.settings.redaction, userSalt(env, projectId));
  const { user_keys: userKeys, cohort_keys: cohortKeys } = project.settings;
  return { redaction, prices: priceBookOf(prices), userKeys, cohortKeys };
}
