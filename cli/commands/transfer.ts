// `bento transfer`: whether what was learned about an agent holds under another model. Where nothing could hold or not, that is said.
import type { Command } from "commander";
import { listOf, numberOf } from "../../domain/wire/json-value.ts";
import { segment } from "../api-client.ts";
import { callOf, serverCommand, type SharedFlags } from "../command.ts";
import { amount, cut, dash, print, printJson, rowOf, table, type Column, type Row } from "../print.ts";

export function transferCommand(): Command {
  return serverCommand("transfer", "Which learnings hold under another model")
    .argument("<agent>", "its name")
    .requiredOption("--from <model>", "the old one")
    .requiredOption("--to <model>", "the new one")
    .action((agent: string, flags: SharedFlags & { from: string; to: string }) => showTransfer(agent, flags.from, flags.to, flags));
}

export async function showTransfer(agent: string, from: string, to: string, flags: SharedFlags): Promise<void> {
  const { api, json } = callOf(flags);
  const answer = rowOf(await api.get(`/v1/agents/${segment(agent)}/transfer`, { from_model: from, to_model: to }));
  if (json) return printJson(answer);
  const rows = listOf(answer["rows"]).map(rowOf);
  if (rows.length === 0) return print("There is nothing that could hold or not: no artifact in use, no evaluator, no entry of the Book.");
  print(table(columns, rows));
}

const columns: Column[] = [
  { head: "what", cell: (row) => cut(row["kind"], 10) },
  { head: "name", cell: (row) => cut(row["name"], 60) },
  { head: "verdict", cell: (row) => cut(row["verdict"], 12) },
  { head: "before", cell: (row) => effect(row["from"]) },
  { head: "n", cell: (row) => amount(rowOf(row["from"])["n"]), align: "right" },
  { head: "after", cell: (row) => effect(row["to"]) },
  { head: "n", cell: (row) => amount(rowOf(row["to"])["n"]), align: "right" },
  { head: "why", cell: (row) => cut(row["reason"], 80) },
];

function effect(value: unknown): string {
  const { value: middle, low, high }: Row = rowOf(value);
  return numberOf(middle) === null ? dash : `${short(middle)} (${short(low)} to ${short(high)})`;
}

const short = (value: unknown): string => amount(Number((numberOf(value) ?? Number.NaN).toFixed(3)));
