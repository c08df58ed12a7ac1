// `bento report`: the days and weeks of agents, one of them in full, and making one now.
import type { Command } from "commander";
import { listOf, textOf } from "../../domain/wire/json-value.ts";
import { segment } from "../api-client.ts";
import { callOf, group, listCommand, serverCommand, showList, type ListFlags, type SharedFlags } from "../command.ts";
import { amount, cut, dash, plain, print, printJson, rowOf, table, type Column, type Row } from "../print.ts";

export function reportCommand(): Command {
  const list = listCommand("list", "Reports, newest day first")
    .option("--agent <name>", "of this agent")
    .option("--period <period>", "day or week")
    .action(async (flags: ListFlags & { agent?: string; period?: string }) => {
      const { agent, period } = flags;
      await showList(callOf(flags), "/v1/reports", { agent, period }, flags, columns, "No reports yet. `bento report make` makes one.");
    });
  const show = serverCommand("show", "One report")
    .argument("<id>", "of the report")
    .action(async (id: string, flags: SharedFlags) => {
      const { api, json } = callOf(flags);
      tell(rowOf(await api.get(`/v1/reports/${segment(id)}`)), json);
    });
  const make = serverCommand("make", "Make or remake a report now")
    .argument("<agent>", "its name")
    .argument("<day>", "such as 2026-11-23, in the project's time zone")
    .option("--period <period>", "day or week", "day")
    .action(async (agent: string, day: string, flags: SharedFlags & { period: string }) => {
      const { api, json } = callOf(flags);
      tell(rowOf(await api.send("POST", "/v1/reports", { agent, day, period: flags.period })), json);
    });
  return group("report", "What happened in a day or a week", [list, show, make]);
}

const columns: Column[] = [
  { head: "day", cell: (row) => cut(row["day"], 10) },
  { head: "period", cell: (row) => cut(row["period"], 6) },
  { head: "agent", cell: (row) => cut(row["agent"], 32) },
  { head: "report", cell: (row) => cut(row["id"], 32) },
  { head: "runs", cell: (row) => withChange(row, "runs"), align: "right" },
  { head: "tokens", cell: (row) => withChange(row, "tokens"), align: "right" },
  { head: "cost", cell: (row) => withChange(row, "cost_usd"), align: "right" },
];

function withChange(row: Row, name: string): string {
  const change = rowOf(row["change_pct"])[name];
  return typeof change === "number" ? `${amount(row[name])} (${change > 0 ? "+" : ""}${amount(change)} %)` : amount(row[name]);
}

function tell(report: Row, json: boolean): void {
  if (json) return printJson(report);
  const complete = report["complete"] === false ? ", not over yet" : "";
  print(
    `${cut(report["agent"], 60)}, ${cut(report["period"], 6)} ${cut(report["day"], 10)} (${amount(report["hours"])} h in ${cut(report["timezone"], 40)}${complete})`,
  );
  for (const sentence of listOf(report["summary"])) print(`  ${plain(textOf(sentence) ?? "")}`);
  for (const [name, title] of sections) {
    const lines = listOf(report[name]).map(rowOf);
    if (lines.length === 0) continue;
    print(`\n${title}`);
    print(table(name === "signals" ? signalColumns : lineColumns, lines));
  }
}

const sections = [
  ["incidents", "Incidents"],
  ["drifts", "Drifts"],
  ["signals", "Top signals"],
  ["experiments", "Experiments"],
  ["gates", "Gates"],
  ["changes", "Changes"],
  ["learned", "Learned"],
] as const;

const lineColumns: Column[] = [
  { head: "", cell: (row) => cut(row["slug"] ?? row["id"], 40) },
  { head: "", cell: (row) => cut(row["text"], 140) },
];
const signalColumns: Column[] = [
  { head: "signal", cell: (row) => cut(row["name"], 60) },
  { head: "runs", cell: (row) => amount(row["count"]), align: "right" },
  { head: "rate", cell: (row) => (row["rate"] === null ? dash : `${amount(Number(row["rate"]) * 100)} %`), align: "right" },
  { head: "", cell: (row) => (row["is_new"] === true ? "new" : "") },
];
