// `bento export`: everything of one kind as lines or as a table, on standard output. Complete, or the command fails: the last line counts, and
// an export that breaks off has none.
import { once } from "node:events";
import { Argument, Option, type Command } from "commander";
import { queryString } from "../api-client.ts";
import { callOf, serverCommand, type SharedFlags } from "../command.ts";
import { CommandFailure } from "../failure.ts";
import { note, plain } from "../print.ts";

const kinds = ["runs", "findings", "signals", "incidents", "drifts", "changes", "experiments", "book", "reports", "audit"];
/** Characters at the end in which the counting line must stand. */
const tailLength = 200;

interface Flags extends SharedFlags {
  agent?: string;
  format: "ndjson" | "csv";
}

export function exportCommand(): Command {
  return serverCommand("export", "Everything of one kind, on standard output; fails where it does not come whole")
    .addArgument(new Argument("<kind>", "what").choices(kinds))
    .option("--agent <name>", "of this agent")
    .addOption(new Option("--format <format>", "lines of JSON, or a table").choices(["ndjson", "csv"]).default("ndjson"))
    .action(exportAll);
}

async function exportAll(kind: string, { agent, format, ...flags }: Flags): Promise<void> {
  const { url, key } = callOf(flags).connection;
  const headers: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
  const reply = await fetch(`${url}/v1/export/${kind}${queryString({ agent, format })}`, { headers }).catch(() => {
    throw new CommandFailure(`No Bento answers at ${url}.`);
  });
  if (!reply.ok || reply.body === null)
    throw new CommandFailure(`Bento answered ${reply.status}: ${plain((await reply.text()).slice(0, 500))}`);
  let tail = "";
  const decoder = new TextDecoder();
  try {
    for await (const bytes of reply.body) {
      if (!process.stdout.write(bytes)) await once(process.stdout, "drain");
      tail = (tail + decoder.decode(bytes, { stream: true })).slice(-tailLength);
    }
  } catch {
    throw new CommandFailure("The export broke off: what came is not all.");
  }
  const count = countIn(tail, format);
  if (count === null) throw new CommandFailure("The export broke off: what came is not all.");
  note(`${count.toLocaleString("en-US")} of ${kind}`);
}

/** What the last line counts; null where there is no such line. */
export function countIn(tail: string, format: Flags["format"]): number | null {
  const pattern = format === "csv" ? /(?:^|\n)# (\d+) rows\r?\n$/ : /(?:^|\n)\{"count":(\d+)\}\n$/;
  const found = pattern.exec(tail)?.[1];
  return found === undefined ? null : Number(found);
}
