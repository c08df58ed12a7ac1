// `bento changes`: what may have moved behaviour, and the declaration of one more, best from CI.
import type { Command } from "commander";
import { callOf, group, listCommand, serverCommand, showList, type ListFlags, type SharedFlags } from "../command.ts";
import { cut, dash, moment, print, printJson, rowOf, type Column } from "../print.ts";

interface Declaration {
  agent: string;
  kind: string;
  ref: string;
  at?: string;
  description?: string;
  author?: string;
  from?: string;
  to?: string;
}

export function changesCommand(): Command {
  const list = listCommand("list", "Changes, newest first")
    .option("--agent <name>", "of this agent")
    .option("--kind <kind>", "prompt, model, tool, cohort, artifact, environment or instrumentation")
    .option("--from <time>", "from then on")
    .option("--to <time>", "before then")
    .action(async (flags: ListFlags & { agent?: string; kind?: string; from?: string; to?: string }) => {
      const { agent, kind, from, to } = flags;
      await showList(callOf(flags), "/v1/changes", { agent, kind, from, to }, flags, columns, "No changes.");
    });
  const declare = serverCommand("declare", "Declare a change; the same declaration again is the same change")
    .requiredOption("--agent <name>", "the agent that it concerns")
    .requiredOption("--kind <kind>", "prompt, model, tool, cohort, artifact, environment or instrumentation")
    .requiredOption("--ref <what>", "model id, prompt hash or version, tool name, attribute=value, slug@version")
    .option("--at <time>", "when it took effect, ISO 8601; give it, so that a retry is the same change (default: now)")
    .option("--description <text>", "what it is about")
    .option("--author <name>", "whose change it is")
    .option("--from <value>", "the value before")
    .option("--to <value>", "the value after")
    .action(declareChange);
  return group("changes", "What may have moved behaviour", [list, declare]);
}

const columns: Column[] = [
  { head: "at", cell: (row) => moment(row["at"]) },
  { head: "agent", cell: (row) => cut(row["agent"], 28) },
  { head: "kind", cell: (row) => cut(row["kind"], 16) },
  { head: "ref", cell: (row) => cut(row["ref"], 36) },
  {
    head: "from → to",
    cell: (row) => (row["from"] === null && row["to"] === null ? dash : `${cut(row["from"], 18)} → ${cut(row["to"], 18)}`),
  },
  {
    head: "known by",
    cell: (row) => (row["declared"] === true ? `declared${row["author"] === null ? "" : ` by ${cut(row["author"], 20)}`}` : "inferred"),
  },
];

async function declareChange(flags: SharedFlags & Declaration): Promise<void> {
  const { api, json } = callOf(flags);
  const { agent, kind, ref, at, description, author, from, to } = flags;
  const answer = rowOf(await api.send("POST", "/v1/changes", { agent, kind, ref, at, description, author, from, to }));
  if (json) return printJson(answer);
  print(
    `${cut(answer["id"], 60)}: ${cut(answer["kind"], 20)} ${cut(answer["ref"], 80)} of ${cut(answer["agent"], 60)}, at ${moment(answer["at"])}`,
  );
}
