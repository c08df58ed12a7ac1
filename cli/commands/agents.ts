// `bento agents`: the agents of the project, and what is known of one of them, dimension by dimension.
import type { Command } from "commander";
import { numberOf, textOf } from "../../domain/wire/json-value.ts";
import { segment } from "../api-client.ts";
import { callOf, group, listCommand, readList, serverCommand, showList, type ListFlags, type SharedFlags } from "../command.ts";
import { amount, cut, dash, facts, moment, print, printJson, rowOf, table, type Column, type Row } from "../print.ts";

export function agentsCommand(): Command {
  const list = listCommand("list", "The agents of the project").action(async (flags: ListFlags) => {
    await showList(callOf(flags), "/v1/agents", {}, flags, agentColumns, "No agents yet. An agent is known from its first run on.");
  });
  const show = serverCommand("show", "One agent and its dimensions").argument("<agent>", "its name").action(showAgent);
  return group("agents", "The agents of the project and what is known of them", [list, show]);
}

const agentColumns: Column[] = [
  { head: "agent", cell: (row) => cut(row["name"], 48) },
  { head: "first run", cell: (row) => moment(row["first_run_at"]) },
  { head: "newest run", cell: (row) => moment(row["last_run_at"]) },
  { head: "open incidents", cell: (row) => amount(row["open_incidents"]), align: "right" },
];

async function showAgent(agent: string, flags: SharedFlags): Promise<void> {
  const { api, json } = callOf(flags);
  const path = `/v1/agents/${segment(agent)}`;
  const found = rowOf(await api.get(path));
  const { data } = await readList(api, `${path}/dimensions`, {}, { limit: 1, all: true });
  if (json) return printJson({ ...found, dimensions: data });
  print(
    facts([
      ["agent", cut(found["name"], 100)],
      ["first run", moment(found["first_run_at"])],
      ["newest run", moment(found["last_run_at"])],
      ["open incidents", amount(found["open_incidents"])],
    ]),
  );
  if (data.length > 0) print(`\n${table(dimensionColumns, data.map(rowOf))}`);
}

const dimensionColumns: Column[] = [
  { head: "dimension", cell: (row) => cut(row["name"], 48) },
  { head: "status", cell: (row) => cut(row["status"], 12) },
  { head: "baseline", cell: (row) => valueOf(row, "baseline"), align: "right" },
  { head: "current", cell: (row) => valueOf(row, "current"), align: "right" },
  { head: "unit", cell: (row) => cut(row["unit"], 16) },
  { head: "needs", cell: needs },
];

/** A categorical dimension's value is the share of its commonest category. */
function valueOf(row: Row, side: "baseline" | "current"): string {
  const band = rowOf(row[side]);
  const value = numberOf(band["value"]);
  const category = textOf(band["category"]);
  if (value === null) return dash;
  return category === null ? amount(Number(value.toPrecision(4))) : `${cut(category, 24)} ${Math.round(value * 100)} %`;
}

function needs(row: Row): string {
  const missing = rowOf(row["needs"]);
  const runs = numberOf(missing["runs"]);
  return runs === null ? "" : `${amount(runs)} runs, ${amount(missing["days"])} days more`;
}
