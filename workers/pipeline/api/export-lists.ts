// Everything but runs as one stream: findings, signals, incidents, drifts, changes, experiments, the Book, reports and the audit log. Complete,
// or without the line that counts.
import * as z from "zod";
import type { Env } from "../env.ts";
import { csvLine } from "./csv.ts";
import { bare, endpoint, type Api } from "./endpoint.ts";
import { acceptedFormat, exportFormat, exportResponse, exportTypes } from "./export-stream.ts";
import { cellAt, exportTables, type ExportTable } from "./export-tables.ts";
import { exactly } from "./list.ts";

export function addExportLists(api: Api): void {
  for (const [name, table] of Object.entries<ExportTable>(exportTables)) {
    // The audit log is one for the project.
    const query = name === "audit" ? z.strictObject({ format: exportFormat }) : z.strictObject({ agent: exactly, format: exportFormat });
    endpoint(
      api,
      {
        ...bare,
        method: "get",
        path: `/v1/export/${name}`,
        audience: "read",
        tag: "Export",
        summary: `${name === "book" ? "The whole Book" : name === "audit" ? "The whole audit log" : `All ${name}`} as NDJSON or CSV`,
        description:
          'Complete. NDJSON has whole records and ends with `{"count": n}`; CSV ends with `# n rows`, and what is no plain value stands in it as JSON. ' +
          "Without `format` the `Accept` header decides. In CSV, a text that would be a formula begins with `'`.",
        query,
        status: 200,
        mediaTypes: Object.values(exportTypes),
        answer: z.string().meta({ description: "Line by line, as long as there are records." }),
      },
      async ({ env, projectId, query: asked, headers, nowMs }) => {
        const agent = "agent" in asked && typeof asked.agent === "string" ? asked.agent : undefined;
        await table.before(env, projectId, agent, nowMs);
        const format = asked.format ?? acceptedFormat(headers.get("accept"));
        return exportResponse(name, format, (format === "csv" ? csvLines : ndjsonLines)(table, env, projectId, agent));
      },
    );
  }
}

async function* ndjsonLines({ pages }: ExportTable, env: Env, projectId: string, agent: string | undefined): AsyncGenerator<string> {
  let count = 0;
  for await (const records of pages(env, projectId, agent)) {
    count += records.length;
    for (const record of records) yield `${JSON.stringify(record)}\n`;
  }
  yield `${JSON.stringify({ count })}\n`;
}

async function* csvLines({ pages, columns }: ExportTable, env: Env, projectId: string, agent: string | undefined): AsyncGenerator<string> {
  let count = 0;
  yield csvLine(columns);
  for await (const records of pages(env, projectId, agent)) {
    count += records.length;
    for (const record of records) yield csvLine(columns.map((path) => cellAt(record, path)));
  }
  yield `# ${count} rows\r\n`;
}
