// `bento backfill`: scan an agent's history for a signal, a detector's findings or a dimension. It says what would be done and asks nothing
// more of whoever said --yes; then it follows the job, which goes on without it.
import { setTimeout as pause } from "node:timers/promises";
import { SingleBar } from "cli-progress";
import type { Command } from "commander";
import { listOf, numberOf, textOf } from "../../domain/wire/json-value.ts";
import { segment, type ApiClient } from "../api-client.ts";
import { callOf, group, listCommand, serverCommand, showList, type Call, type ListFlags, type SharedFlags } from "../command.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import {
  amount,
  cut,
  dash,
  facts,
  moment,
  note,
  plain,
  plural,
  print,
  printJson,
  rowOf,
  size,
  table,
  type Column,
  type Row,
} from "../print.ts";

const path = "/v1/backfills";
const betweenLooksMs = 500;
/** Days of a report that are shown, the newest ones. */
const daysShown = 14;

interface Asked extends SharedFlags {
  signal?: string;
  detector?: string;
  dimension?: string;
  from?: string;
  to?: string;
  sample?: number;
  maxCost?: number;
  yes?: boolean;
  wait: boolean;
}

export function backfillCommand(): Command {
  const list = listCommand("list", "Backfills, newest first")
    .option("--agent <name>", "of this agent")
    .option("--status <status>", "queued, running, paused, done, cancelled or failed")
    .action(async (flags: ListFlags & { agent?: string; status?: string }) => {
      await showList(callOf(flags), path, { agent: flags.agent, status: flags.status }, flags, columns, "No backfills.");
    });
  const start = serverCommand("start", "Say what a backfill would do; with --yes, do it")
    .argument("<agent>", "whose history")
    .option("--signal <id>", "for a signal")
    .option("--detector <name>", "for a detector's findings, in its present version")
    .option("--dimension <name>", "for a dimension that was defined")
    .option("--from <time>", "runs begun then or later, ISO 8601")
    .option("--to <time>", "runs begun before then")
    .option("--sample <n>", "a share of the runs up to 1, else how many", positive)
    .option("--max-cost <usd>", "begin nothing that costs more", positive)
    .option("--yes", "do it")
    .option("--no-wait", "do not follow it")
    .action(startBackfill);
  const show = serverCommand("show", "One backfill: how far it is, and what history adds").argument("<id>").action(showBackfill);
  return group("backfill", "Scan history for a signal, a detector's findings or a dimension", [
    list,
    start,
    show,
    act("pause", "Hold it up where it is"),
    act("resume", "Go on with it"),
    act("cancel", "End it; what it found stays"),
  ]);
}

const columns: Column[] = [
  { head: "backfill", cell: (row) => cut(row["id"], 40) },
  { head: "agent", cell: (row) => cut(row["agent"], 24) },
  { head: "for", cell: (row) => targetOf(row) },
  { head: "status", cell: (row) => cut(row["status"], 10) },
  { head: "scanned", cell: (row) => `${amount(row["scanned"])} of ${amount(row["total"])}`, align: "right" },
  { head: "matched", cell: (row) => amount(row["matched"]), align: "right" },
];

const targetOf = (row: Row): string =>
  Object.entries(rowOf(row["target"]))
    .map(([kind, ref]) => `${kind.replace("_id", "")} ${cut(ref, 40)}`)
    .join(" ") || dash;

function positive(text: string): number {
  const number = Number(text);
  if (text.trim() === "" || !Number.isFinite(number) || number <= 0) throw new CommandFailure(`"${text}" must be a number above 0.`);
  return number;
}

async function startBackfill(agent: string, flags: Asked): Promise<void> {
  const call = callOf(flags);
  const { signal, detector, dimension, from, to, sample, maxCost } = flags;
  const target = { signal_id: signal, detector, dimension };
  if (Object.values(target).filter((one) => one !== undefined).length !== 1)
    throw new CommandFailure("Say what history is to be scanned for: one of --signal, --detector and --dimension.");
  const body = { agent, target, from, to, sample, max_cost_usd: maxCost };
  if (flags.yes !== true) return preview(call, body);
  const job = rowOf(await call.api.send("POST", path, body));
  await tell(call, flags.wait ? await follow(call, textOf(job["id"]) ?? "") : job);
}

async function preview({ api, json }: Call, body: object): Promise<void> {
  const told = rowOf(await api.send("POST", path, { ...body, preview: true }));
  if (json) return printJson(told);
  print(cut(rowOf(told["plan"])["text"], 2_000));
  note(
    `${plural(numberOf(told["runs"]) ?? 0, "run")}, ${size(told["bytes"])}, ${amount(told["cost_usd"])} USD for models. Nothing was begun; --yes begins it.`,
  );
}

/** The job once nothing moves any more. */
async function follow({ api, json }: Call, id: string): Promise<Row> {
  const bar =
    process.stderr.isTTY && !json
      ? new SingleBar({ format: "{bar} {value} of {total} runs, {matched} matched", hideCursor: true, clearOnComplete: true })
      : null;
  for (;;) {
    const job = await find(api, id);
    const [scanned, total] = [numberOf(job["scanned"]) ?? 0, numberOf(job["total"]) ?? 0];
    if (bar?.isActive === false) bar.start(total, scanned, { matched: 0 });
    bar?.setTotal(total);
    bar?.update(scanned, { matched: amount(job["matched"]) });
    if (job["status"] !== "queued" && job["status"] !== "running") {
      bar?.stop();
      return job;
    }
    await pause(betweenLooksMs);
  }
}

const find = async (api: ApiClient, id: string): Promise<Row> => rowOf(await api.get(`${path}/${segment(id)}`));

async function showBackfill(id: string, flags: SharedFlags): Promise<void> {
  const call = callOf(flags);
  await tell(call, await find(call.api, id));
}

async function tell({ json }: Call, job: Row): Promise<void> {
  if (job["status"] === "failed") process.exitCode = exitCodes.no;
  if (json) return printJson(job);
  const report = rowOf(job["report"]);
  const eta = numberOf(job["eta_s"]);
  print(
    facts([
      ["backfill", cut(job["id"], 60)],
      ["agent", cut(job["agent"], 80)],
      ["for", `${targetOf(job)}, version ${cut(job["target_version"], 60)}`],
      ["status", `${cut(job["status"], 12)}${job["error"] === null ? "" : `: ${cut(job["error"], 300)}`}`],
      ["scanned", `${amount(job["scanned"])} of ${amount(job["total"])} runs${eta === null || eta === 0 ? "" : `, ${eta} s left`}`],
      ["matched", `${amount(job["matched"])}: ${amount(report["recovered"])} new, ${amount(report["overlap"])} known before`],
      ["rate", rateOf(report)],
      ["unreadable", amount(job["errors"])],
      ["first seen", moment(report["first_seen"])],
    ]),
  );
  const days = listOf(report["series"]).map(rowOf).slice(-daysShown);
  if (days.length > 0) print(`\n${table(dayColumns, days)}`);
}

const percent = (value: unknown): string => {
  const share = numberOf(value);
  return share === null ? dash : `${(100 * share).toFixed(1)} %`;
};
const rateOf = (row: Row): string =>
  row["rate"] === null || row["rate"] === undefined
    ? dash
    : `${percent(row["rate"])} (${percent(row["rate_low"])} to ${percent(row["rate_high"])})`;

const dayColumns: Column[] = [
  { head: "day", cell: (row) => plain(textOf(row["at"]) ?? dash).slice(0, 10) },
  { head: "matched", cell: (row) => amount(row["count"]), align: "right" },
  { head: "of", cell: (row) => amount(row["denominator"]), align: "right" },
  { head: "rate", cell: rateOf, align: "right" },
];

function act(verb: string, description: string): Command {
  return serverCommand(verb, description)
    .argument("<id>")
    .action(async (id: string, flags: SharedFlags) => {
      const call = callOf(flags);
      const job = rowOf(await call.api.send("POST", `${path}/${segment(id)}/${verb}`, {}));
      if (call.json) return printJson(job);
      print(`${cut(job["id"], 60)} is ${cut(job["status"], 12)}: ${amount(job["scanned"])} of ${amount(job["total"])} runs are scanned.`);
    });
}
