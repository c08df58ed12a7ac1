// What is named or comes through a pipe, sent at once and without a ledger.
import { callOf } from "../command.ts";
import type { IngestFlags } from "../commands/ingest.ts";
import { exitCodes } from "../failure.ts";
import { print, printJson } from "../print.ts";
import { fileBytes } from "./bytes.ts";
import { reportLines } from "./report.ts";
import { runImport, type Source } from "./run-import.ts";

export async function ingest(files: string[], flags: IngestFlags): Promise<void> {
  const { api, json } = callOf(flags);
  const sources = (files.length === 0 ? ["-"] : files).map(sourceOf);
  const report = await runImport({ sources, format: null, agent: flags.agent ?? null, api, ledger: null, onFile: () => {} });
  if (report.refused_count > 0) process.exitCode = exitCodes.no;
  if (json) return printJson(report);
  for (const line of reportLines(report)) print(line);
}

function sourceOf(name: string): Source {
  if (name !== "-") return { name, path: name, isNamed: true, bytes: () => fileBytes(name) };
  return { name: "(standard input)", path: null, isNamed: true, bytes: () => process.stdin };
}
