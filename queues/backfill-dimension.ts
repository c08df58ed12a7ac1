// A dimension that people defined, measured over history: in the summaries that lists and exports read, and, as far back as behaviour
// reaches, in the facts that its baseline and its course are made from.
import { observeCustom } from "../domain/run/custom-dimension.ts";
import { fingerprint } from "../domain/run/fingerprint.ts";
import { summaryStatement, type HeldColumn } from "../d1/backfill-runs.ts";
import { jsonChunks } from "../d1/json-chunks.ts";
import { summaryText } from "../d1/run-summary.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { agentFacts, type AgentFacts } from "./backfill-facts.ts";
import type { Opened, PageScan, TargetName } from "./backfill-scan.ts";

/** Hex digits that stand for a definition: it has no number of its own. */
const versionDigits = 8;
const measured = "1";
/** The index has no summary of the run, because it is too large. */
const unsaid = "?";

export async function openDimension(env: Bindings, { projectId, agent, ref }: TargetName): Promise<Opened> {
  const facts = await agentFacts(env, projectId, agent);
  if (facts === null) return { ok: false, isMissing: true, reason: "there is no such agent any more" };
  const dimension = facts.custom.find(({ name }) => name === ref);
  if (dimension === undefined) return { ok: false, isMissing: true, reason: "nobody defined such a dimension for this agent" };
  const { name, kind, expression } = dimension;
  return {
    ok: true,
    scan: {
      version: fingerprint(JSON.stringify([kind, expression]), versionDigits),
      held: heldOf(name),
      guard: {
        sql: "EXISTS (SELECT 1 FROM custom_dimension d WHERE d.project_id = ?1 AND d.agent = ?3 AND d.name = ?4 AND d.kind = ?5 AND d.expression = ?6)",
        values: [agent, name, kind, expression],
      },
      page: () => dimensionPage(env, projectId, name, facts),
    },
  };
}

/** Whether the index's summary of the run measures it. */
const heldOf = (name: string): HeldColumn => ({
  sql: `CASE WHEN summary IS NULL THEN '${unsaid}'
      WHEN EXISTS (SELECT 1 FROM json_each(summary, '$.observations') o WHERE o.value->>0 = ?7) THEN '${measured}' END`,
  values: [name],
});

function dimensionPage(env: Bindings, projectId: string, name: string, { custom, page }: AgentFacts): PageScan {
  const defined = custom.filter((one) => one.name === name);
  const facts = page();
  const summaries: string[] = [];
  return {
    look: (seen) => {
      const { run, stored, row } = seen;
      const shows = observeCustom(run, defined).length > 0;
      // One that measures nothing now may have measured something under an earlier definition.
      if (shows || row.held !== null) {
        const summary = summaryText(stored, custom);
        facts.add(seen);
        if (summary !== null) summaries.push(JSON.stringify({ id: run.id, version: row.version, summary }));
      }
      return { shows, wasKnown: row.held === measured };
    },
    statements: async (nowMs) => {
      await facts.fold(nowMs);
      return jsonChunks(summaries).map((json) => summaryStatement(env.INDEX, projectId, json));
    },
  };
}
