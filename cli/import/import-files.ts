// From the command's arguments to what is told at the end: which files, what was acknowledged before, the import, and the wait until
// everything can be read.
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { ApiRefusal, segment, type ApiClient } from "../api-client.ts";
import { callOf, type Call } from "../command.ts";
import type { ImportFlags } from "../commands/import.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import { waitUntilProcessed } from "../processing.ts";
import { note, plain, print, printJson } from "../print.ts";
import { fileBytes } from "./bytes.ts";
import { filesOf } from "./files.ts";
import { formatNames, type FormatName } from "./format.ts";
import { openLedger, stateFolder, type Ledger, type Task } from "./ledger.ts";
import { importProgress, type ImportProgress } from "./progress.ts";
import { reportLines, type ImportReport } from "./report.ts";
import { runImport, type Source } from "./run-import.ts";

export async function importFiles(paths: string[], flags: ImportFlags): Promise<void> {
  const call = callOf(flags);
  const isDry = flags.dryRun === true;
  const ledger = isDry ? null : openLedger(stateFolder(process.env), call.connection);
  const task = taskOf(paths, flags, ledger);
  const sources = await sourcesOf(task);
  const progress = importProgress(sources.reduce((sum, { size }) => sum + size, 0));
  const mayLook = isDry || (await looksInto(call.api));
  if (ledger !== null) await prepare(ledger, call.api, task, flags.again === true);
  const report = await runImport({
    sources: sources.map((source) => ({ ...source, bytes: () => fileBytes(source.path ?? "", progress.read) })),
    format: formatOf(task.format),
    agent: task.agent,
    api: isDry ? null : call.api,
    ledger,
    onFile: progress.file,
  }).finally(progress.stop);
  ledger?.finish();
  if (!isDry && flags.wait && mayLook && sentAnything(report)) report.processed = await waited(call.api, progress);
  tell(call, report, flags, mayLook);
}

function taskOf(paths: readonly string[], flags: ImportFlags, ledger: Ledger | null): Task {
  if (paths.length > 0)
    return { paths: paths.map((path) => resolve(path)), format: flags.format === "auto" ? null : flags.format, agent: flags.agent ?? null };
  if (flags.resume !== true) throw new CommandFailure("Name files or folders, for example: bento import ~/.claude/projects");
  const task = ledger?.unfinished() ?? null;
  if (task === null) throw new CommandFailure("No import to this Bento with this key was interrupted. Name files or folders.");
  return task;
}

function formatOf(name: string | null): FormatName | null {
  if (name === null) return null;
  const format = formatNames.find((each) => each === name);
  if (format === undefined) throw new CommandFailure(`"${name}" is no format. Say auto, ${formatNames.join(", ")}.`);
  return format;
}

async function sourcesOf({ paths, format }: Task): Promise<(Omit<Source, "bytes"> & { size: number })[]> {
  formatOf(format);
  const files = await filesOf(paths);
  if (files.length === 0)
    throw new CommandFailure(
      "There are no files to import: in folders, .jsonl, .ndjson, .json, .pb and .bin are looked at, also with .gz.",
    );
  const here = `${process.cwd()}/`;
  return Promise.all(
    files.map(async ({ path, isNamed }) => ({
      name: path.startsWith(here) ? path.slice(here.length) : path,
      path,
      isNamed,
      size: (await stat(path)).size,
    })),
  );
}

/** Also finds out, before anything is read, that Bento is there and knows the key. A key that may only ingest may not look. */
async function looksInto(api: ApiClient): Promise<boolean> {
  try {
    await api.get("/v1/ingest/status");
    return true;
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 403) return false;
    throw error;
  }
}

async function prepare(ledger: Ledger, api: ApiClient, task: Task, isAgain: boolean): Promise<void> {
  if (isAgain || (await isStrange(ledger, api))) ledger.forget();
  ledger.begin(task);
}

/** Bento was emptied since: it knows nothing of what it acknowledged, though nothing waits any more. */
async function isStrange(ledger: Ledger, api: ApiClient): Promise<boolean> {
  const probes = ledger.probes();
  if (probes.length === 0) return false;
  for (const isSettled of [false, true]) {
    if (isSettled) await waitUntilProcessed(api, () => {}).catch(ignoreForbidden);
    for (const id of probes) if (await mayBeKnown(api, id)) return false;
  }
  note("This Bento does not hold what was imported into it before; everything is sent again.");
  return true;
}

async function mayBeKnown(api: ApiClient, id: string): Promise<boolean> {
  try {
    await api.get(`/v1/runs/${segment(id)}`);
    return true;
  } catch (error) {
    if (!(error instanceof ApiRefusal)) throw error;
    return error.status !== 404;
  }
}

function ignoreForbidden(error: unknown): void {
  if (!(error instanceof ApiRefusal) || error.status !== 403) throw error;
}

const sentAnything = ({ accepted }: ImportReport): boolean => Object.values(accepted).some((count) => count > 0);

async function waited(api: ApiClient, progress: ImportProgress): Promise<true> {
  await waitUntilProcessed(api, progress.pending).finally(progress.stop);
  return true;
}

function tell({ json }: Call, report: ImportReport, flags: ImportFlags, mayLook: boolean): void {
  if (report.refused_count > 0) process.exitCode = exitCodes.no;
  if (json) return printJson(report);
  for (const line of reportLines(report)) print(line);
  if (flags.agent !== undefined && report.files.some(({ format }) => format === "otlp"))
    note("--agent says nothing of OTLP: spans name their agent themselves.");
  if (!mayLook) note("This key may not read, so nothing was waited for.");
  else if (!report.dry_run && sentAnything(report) && !report.processed) note("Processing goes on: bento status --wait");
  const [agent] = report.agents;
  if (!report.dry_run && sentAnything(report))
    note(
      `To have it judged now: bento flush ${report.agents.length === 1 && agent !== undefined ? JSON.stringify(plain(agent)) : "--all"}`,
    );
}
