// `bento flush`: has agents judged now, as if the time that closes windows and silent runs had passed. After an import.
import type { Command } from "commander";
import { textOf } from "../../domain/wire/json-value.ts";
import { segment, type ApiClient } from "../api-client.ts";
import { callOf, readList, serverCommand, type SharedFlags } from "../command.ts";
import { CommandFailure } from "../failure.ts";
import { amount, cut, note, print, printJson, rowOf, table, type Column, type Row } from "../print.ts";

interface Flags extends SharedFlags {
  all?: boolean;
}

export function flushCommand(): Command {
  return serverCommand("flush", "Judge agents now, up to their newest run, instead of when windows close")
    .argument("[agents...]", "their names")
    .option("--all", "every agent of the project")
    .action(flush);
}

const columns: Column[] = [
  { head: "agent", cell: (row) => cut(row["agent"], 48) },
  { head: "runs closed", cell: (row) => amount(row["closed_runs"]), align: "right" },
  { head: "drifts", cell: (row) => amount(row["drifts"]), align: "right" },
  { head: "incidents touched", cell: (row) => amount(row["incidents_touched"]), align: "right" },
];

async function flush(names: string[], flags: Flags): Promise<void> {
  const { api, json } = callOf(flags);
  if (names.length > 0 === (flags.all === true)) throw new CommandFailure("Name the agents, or say --all.");
  const answers: Row[] = [];
  for (const name of flags.all === true ? await agentNames(api) : names)
    answers.push(rowOf(await api.send("POST", `/v1/agents/${segment(name)}/flush`, {})));
  if (json) return printJson(answers);
  if (answers.length === 0) return print("No agents yet.");
  print(table(columns, answers));
  note("`bento incidents` lists what was found.");
}

async function agentNames(api: ApiClient): Promise<string[]> {
  const { data } = await readList(api, "/v1/agents", {}, { limit: 1, all: true });
  return data.flatMap((one) => textOf(rowOf(one)["name"]) ?? []);
}
