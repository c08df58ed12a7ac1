// How a project's bodies are read: what is redacted, and what tokens cost. null for a project that is gone.
import { priceBookOf } from "../domain/run/price.ts";
import { redactionRulesOf } from "../domain/run/redact.ts";
import { listPrices } from "../d1/prices.ts";
import { readProject } from "../d1/project.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import type { ReadingRules } from "./read-request.ts";

export async function readingRulesOf(env: Bindings, projectId: string): Promise<ReadingRules | null> {
  const project = await readProject(env.INDEX, projectId);
  if (project === null) return null;
  const prices = await listPrices(env.INDEX, projectId);
  // The salt names the project, so that one user has different hashes in two of them.
  const redaction = redactionRulesOf(project.settings.redaction, `${env.BENTO_INBOX_KEY} ${projectId}`);
  const { user_keys: userKeys, cohort_keys: cohortKeys } = project.settings;
  return { redaction, prices: priceBookOf(prices), userKeys, cohortKeys };
}
