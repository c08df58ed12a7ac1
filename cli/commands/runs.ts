// `bento runs`: the list with the API's filters, one run with its steps, what its sender sent, and its deletion.
import type { Command } from "commander";
import { listOf, textOf } from "../../domain/wire/json-value.ts";
import { lastText, messagesOf } from "../../domain/wire/messages.ts";
import { segment } from "../api-client.ts";
import { callOf, group, listCommand, serverCommand, showList, type ListFlags, type SharedFlags } from "../command.ts";
import { CommandFailure } from "../failure.ts";
import { amount, cut, dash, duration, facts, moment, print, printJson, rowOf, table, type Column, type Row } from "../print.ts";

const path = "/v1/runs";

interface Filters {
  agent?: string;
  status?: string;
  session?: string;
  user?: string;
  model?: string;
  from?: string;
  to?: string;
  q?: string;
}

export function runsCommand(): Command {
  const list = listCommand("list", "Runs, newest first")
    .option("--agent <name>", "of this agent")
    .option("--status <status>", "ok, error, cancelled or incomplete")
    .option("--session <id>", "of this session")
    .option("--user <id>", "of this user")
    .option("--model <model>", "on this model")
    .option("--from <time>", "begun then or later, ISO 8601")
    .option("--to <time>", "begun before then")
    .option("--q <text>", "with this text in ids, input, output, errors or steps")
    .action(async (flags: ListFlags & Filters) => {
      const { agent, status, session, user, model, from, to, q } = flags;
      const query = { agent, status, session_id: session, user_id: user, model, from, to, q };
      await showList(callOf(flags), path, query, flags, columns, "No runs.");
    });
  const show = serverCommand("show", "One run with its steps")
    .argument("<id>", "Bento's id or the sender's")
    .option("--raw", "what the sender sent, after redaction")
    .action(showRun);
  const remove = serverCommand("delete", "Delete a run from the archive, the index and its agent's behaviour")
    .argument("<id>", "Bento's id or the sender's")
    .option("--yes", "I mean it")
    .action(deleteRun);
  return group("runs", "Runs: the list, one with its steps", [list, show, remove]);
}

const columns: Column[] = [
  { head: "run", cell: (row) => cut(row["id"], 80) },
  { head: "agent", cell: (row) => cut(row["agent"], 24) },
  { head: "started", cell: (row) => moment(row["started_at"]) },
  { head: "status", cell: (row) => cut(row["status"], 12) },
  { head: "took", cell: (row) => duration(row["duration_ms"]), align: "right" },
  { head: "input", cell: (row) => cut(row["input"], 48) },
];

async function showRun(id: string, flags: SharedFlags & { raw?: boolean }): Promise<void> {
  const { api, json } = callOf(flags);
  if (flags.raw === true) return printJson(await api.get(`${path}/${segment(id)}/raw`));
  const run = rowOf(await api.get(`${path}/${segment(id)}`));
  if (json) return printJson(run);
  const usage = rowOf(run["usage"]);
  print(
    facts([
      ["run", cut(run["id"], 200)],
      ["agent", `${cut(run["agent"], 80)} ${cut(run["agent_version"], 40)}`],
      ["started", `${moment(run["started_at"])}, took ${duration(run["duration_ms"])}`],
      ["status", `${cut(run["status"], 20)}${run["error"] === null ? "" : `: ${errorOf(run)}`}`],
      ["session, user", `${cut(run["session_id"], 60)}, ${cut(run["user_id"], 60)}`],
      ["model", cut(rowOf(run["config"])["model"], 60)],
      [
        "tokens",
        `${amount(usage["input_tokens"])} in (${amount(usage["cache_read_tokens"])} cached), ${amount(usage["output_tokens"])} out`,
      ],
      ["cost", run["cost_usd"] === null ? dash : `${amount(run["cost_usd"])} USD`],
      ["input", cut(run["input"], 400)],
      ["output", cut(run["output"], 400)],
    ]),
  );
  const steps = listOf(run["steps"]).map(rowOf);
  if (steps.length > 0) print(`\n${table(stepColumns, steps)}`);
}

const stepColumns: Column[] = [
  { head: "step", cell: (row) => cut(row["type"], 10) },
  { head: "name", cell: (row) => cut(row["name"], 36) },
  { head: "took", cell: (row) => duration(row["duration_ms"]), align: "right" },
  { head: "status", cell: (row) => (row["soft_error"] === true ? "soft error" : cut(row["status"], 10)) },
  { head: "said", cell: said },
];

function said(row: Row): string {
  if (row["error"] !== null) return errorOf(row);
  if (row["type"] !== "llm") return cut(row["result"], 60);
  const messages = messagesOf(row["output"], "assistant");
  const calls = messages?.flatMap((message) => message.tool_calls ?? []) ?? [];
  return cut(lastText(messages) ?? (calls.length > 0 ? `calls ${calls.map(({ name }) => name).join(", ")}` : row["output"]), 60);
}

function errorOf(row: Row): string {
  const error = rowOf(row["error"]);
  return [textOf(error["type"]), textOf(error["message"])].flatMap((part) => (part === null ? [] : [cut(part, 120)])).join(": ") || dash;
}

async function deleteRun(id: string, flags: SharedFlags & { yes?: boolean }): Promise<void> {
  const { api, json } = callOf(flags);
  if (flags.yes !== true) throw new CommandFailure("This deletes the run everywhere and for good. Say --yes.");
  await api.send("DELETE", `${path}/${segment(id)}`);
  if (json) printJson({ deleted: id });
  else print(`${cut(id, 200)} is deleted.`);
}
