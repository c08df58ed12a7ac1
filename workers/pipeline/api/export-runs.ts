// Every run that a filter finds, as one stream: whole runs as NDJSON, or a table as CSV. The last line says how many there were, so a
// reader knows whether it has all of them; an export that breaks off has no such line.
import * as z from "zod";
import { customDimensionsOf } from "../../../d1/custom-dimensions.ts";
import { pagesOfRuns, type RunFilter } from "../../../d1/runs.ts";
import type { Env } from "../env.ts";
import { csvLine } from "./csv.ts";
import { bare, endpoint, type Api } from "./endpoint.ts";
import { acceptedFormat, exportFormat, exportResponse, exportTypes, type Format } from "./export-stream.ts";
import { runFilterOf, runFilters } from "./run-filter.ts";
import { headOf, rowOf } from "./run-table.ts";
import { readListedRuns, readWholeRuns } from "./run-view.ts";
import { runTag } from "./runs.ts";
import { upToDate } from "./up-to-date.ts";

/** Rows of the index that are held at once. */
const rowsAtATime = 200;

export function addExportRuns(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/export/runs",
      audience: "read",
      tag: runTag,
      summary: "All runs as NDJSON or CSV",
      description:
        'Newest first, complete. NDJSON has whole runs and ends with `{"count": n}`; CSV has a row each without steps, a column for each score, and ends with `# n rows`. ' +
        "Without `format` the `Accept` header decides. In CSV, a text that would be a formula begins with `'`.",
      query: z.strictObject({ ...runFilters, format: exportFormat }),
      status: 200,
      mediaTypes: Object.values(exportTypes),
      answer: z.string().meta({ description: "Line by line, as long as there are runs." }),
    },
    async ({ env, projectId, query, headers, nowMs }) => {
      await upToDate(env, projectId, query.agent, nowMs);
      const { format = acceptedFormat(headers.get("accept")), ...filters } = query;
      const lines = exportLines[format](env, projectId, runFilterOf(filters));
      return exportResponse("runs", format, lines);
    },
  );
}

/** The lines of an export, each with its end. */
export const exportLines = { ndjson: ndjsonLines, csv: csvLines } satisfies Record<Format, unknown>;

async function* ndjsonLines(env: Env, projectId: string, filter: RunFilter): AsyncGenerator<string> {
  let count = 0;
  const custom = await customDimensionsOf(env.INDEX, projectId);
  for await (const rows of pagesOfRuns(env.INDEX, projectId, filter, rowsAtATime)) {
    for await (const run of readWholeRuns(env, projectId, rows, custom)) {
      count += 1;
      yield `${JSON.stringify(run)}\n`;
    }
  }
  yield `${JSON.stringify({ count })}\n`;
}

async function* csvLines(env: Env, projectId: string, filter: RunFilter): AsyncGenerator<string> {
  let count = 0;
  // The head comes first, so the runs are read twice.
  const names = new Set<string>();
  for await (const rows of pagesOfRuns(env.INDEX, projectId, filter, rowsAtATime))
    for (const run of await readListedRuns(env, projectId, rows)) for (const { name } of run.scores) names.add(name);
  const scores = [...names].sort();
  yield csvLine(headOf(scores));
  for await (const rows of pagesOfRuns(env.INDEX, projectId, filter, rowsAtATime)) {
    for (const run of await readListedRuns(env, projectId, rows)) {
      // Left out without a word it would look like a run without that score. Asked for again, it has a column.
      if (run.scores.some(({ name }) => !names.has(name))) throw new Error("a score with a new name came while the runs were exported");
      count += 1;
      yield csvLine(rowOf(run, scores));
    }
  }
  yield `# ${count} rows\r\n`;
}
