// `bento loop`: by which policies the loop of an agent works, what it does next or waits for and why, and what it did. It only reads: policies are
// signed by a person, in the dashboard or with the API.
import type { Command } from "commander";
import { listOf, textOf } from "../../domain/wire/json-value.ts";
import { segment } from "../api-client.ts";
import { callOf, serverCommand, type SharedFlags } from "../command.ts";
import { amount, cut, moment, note, print, printJson, rowOf, table, type Column } from "../print.ts";

/** Rows of what was done; --json has all. */
const doneShown = 30;

export function loopCommand(): Command {
  return serverCommand("loop", "What the loop of an agent did, does and waits for, and why")
    .argument("<agent>", "its name")
    .action(showLoop);
}

async function showLoop(agent: string, flags: SharedFlags): Promise<void> {
  const { api, json } = callOf(flags);
  const page = rowOf(await api.get(`/v1/agents/${segment(agent)}/loop`));
  if (json) return printJson(page);
  const [policies, next, done] = [page["policies"], page["next"], page["done"]].map((rows) => listOf(rows).map(rowOf));
  if (page["is_on"] === true) {
    print(page["is_idle"] === true ? "It is on, with nothing to do now." : "It is on, and at work.");
    print(table(policyColumns, policies ?? []));
    if (next !== undefined && next.length > 0) print(`\nNext\n${table(nextColumns, next)}`);
  } else print("It does nothing: no policy that a person signed for it is in force.");
  if (done === undefined || done.length === 0) return;
  print(`\nDone\n${table(doneColumns, done.slice(0, doneShown))}`);
  if (done.length > doneShown) note(`${doneShown} of ${done.length}; --json has all.`);
}

const used = (value: unknown): string => `${amount(rowOf(value)["used"])} of ${amount(rowOf(value)["of"])}`;

const policyColumns: Column[] = [
  { head: "policy", cell: (row) => cut(row["id"], 32) },
  { head: "signed by", cell: (row) => cut(row["signed_by"], 40) },
  { head: "drafts today", cell: (row) => used(row["drafts"]), align: "right" },
  { head: "gates today", cell: (row) => used(row["gates"]), align: "right" },
  {
    head: "grants",
    cell: (row) =>
      listOf(row["grants"])
        .map((grant) => cut(textOf(grant), 24))
        .join(", "),
  },
];
const nextColumns: Column[] = [
  { head: "does", cell: (row) => cut(row["do"], 10) },
  { head: "about", cell: (row) => cut(row["about"], 60) },
  { head: "why", cell: (row) => cut(row["why"], 140) },
];
const doneColumns: Column[] = [
  { head: "when", cell: (row) => moment(row["at"]) },
  { head: "what", cell: (row) => cut(row["what"], 30) },
  { head: "which", cell: (row) => cut(row["about"], 60) },
  { head: "gate", cell: (row) => cut(row["gate_id"], 32) },
  { head: "why", cell: (row) => cut(row["why"], 100) },
];
