// `bento audit`: who did what, whether the log is whole, and all of it as lines. `verify` ends with 1 where the chain is broken.
import type { Command } from "commander";
import { textOf } from "../../domain/wire/json-value.ts";
import { callOf, group, listCommand, serverCommand, showList, type ListFlags, type SharedFlags } from "../command.ts";
import { exitCodes } from "../failure.ts";
import { amount, cut, moment, note, plain, print, printJson, rowOf, type Column, type Row } from "../print.ts";

interface Filters {
  object?: string;
  actor?: string;
  from?: string;
  to?: string;
}

export function auditCommand(): Command {
  const list = filtered(listCommand("list", "Entries, newest first")).action(async (flags: ListFlags & Filters) => {
    await showList(callOf(flags), "/v1/audit", queryOf(flags), flags, columns, "No entries.");
  });
  const verify = serverCommand("verify", "Check that the log is whole; ends with 1 where it is not").action(verifyLog);
  const export_ = filtered(serverCommand("export", "Every entry as a line of JSON, newest first; the last line counts them")).action(
    exportLog,
  );
  return group("audit", "The audit log: who did what", [list, verify, export_]);
}

const filtered = (command: Command): Command =>
  command
    .option("--object <id>", "of this object (also a user id)")
    .option("--actor <who>", "by this key id or owner")
    .option("--from <time>", "from then on")
    .option("--to <time>", "before then");

const queryOf = ({ object, actor, from, to }: Filters) => ({ object, actor, from, to });

const columns: Column[] = [
  { head: "seq", cell: (row) => amount(row["seq"]), align: "right" },
  { head: "at", cell: (row) => moment(row["at"]) },
  { head: "by", cell: actor },
  { head: "action", cell: (row) => cut(row["action"], 32) },
  { head: "object", cell: (row) => cut(row["object"], 36) },
  { head: "reason", cell: (row) => cut(row["reason"], 40) },
];

function actor(row: Row): string {
  const who = rowOf(row["actor"]);
  return cut(textOf(who["owner"]) ?? textOf(who["key_id"]) ?? who["kind"], 24);
}

async function verifyLog(flags: SharedFlags): Promise<void> {
  const { api, json } = callOf(flags);
  const answer = rowOf(await api.get("/v1/audit/verify"));
  if (answer["ok"] !== true) process.exitCode = exitCodes.no;
  if (json) return printJson(answer);
  const entries = amount(answer["entries"]);
  if (answer["ok"] !== true) return print(`The log is broken at entry ${amount(answer["broken_at"])} of ${entries}.`);
  print(`The log is whole: ${entries} entries. Its head is`);
  print(plain(textOf(answer["head"]) ?? ""));
}

/** Page by page, so that a log of any length takes no memory. `--json` changes nothing: it is JSON already. */
async function exportLog(flags: SharedFlags & Filters): Promise<void> {
  const { api } = callOf(flags);
  let count = 0;
  for (let cursor: string | null = null; ;) {
    const page = await api.page("/v1/audit", { ...queryOf(flags), limit: 200, cursor });
    for (const entry of page.data) print(JSON.stringify(entry));
    count += page.data.length;
    cursor = page.nextCursor;
    if (cursor === null) break;
  }
  print(JSON.stringify({ count }));
  note(`${count.toLocaleString("en-US")} entries`);
}
