// `bento artifacts`: what changes an agent, from a draft through its gate into use and back; and what came of what was shipped.
import { readFileSync } from "node:fs";
import type { Command } from "commander";
import pc from "picocolors";
import { listOf, numberOf, textOf } from "../../domain/wire/json-value.ts";
import { segment } from "../api-client.ts";
import { callOf, group, listCommand, serverCommand, showList, wholeNumber, type ListFlags, type SharedFlags } from "../command.ts";
import { CommandFailure } from "../failure.ts";
import { cut, dash, facts, moment, plain, print, printJson, rowOf, table, type Column, type Row } from "../print.ts";

const path = "/v1/artifacts";

interface StepFlags extends SharedFlags {
  gate?: string;
  reason?: string;
  signOff?: boolean;
  version?: number;
}

export function artifactsCommand(): Command {
  const list = listCommand("list", "Artifacts, newest first")
    .option("--agent <name>", "of this agent")
    .option("--kind <kind>", "skill, sub_agent, tool_wrapper or prompt_fragment")
    .option("--state <state>", "candidate, validated, promoted or deprecated")
    .action(async (flags: ListFlags & { agent?: string; kind?: string; state?: string }) => {
      const { agent, kind, state } = flags;
      await showList(callOf(flags), path, { agent, kind, state }, flags, columns, "No artifacts.");
    });
  const show = serverCommand("show", "One artifact: its versions, and what became of it").argument("<id>").action(showArtifact);
  const diff = serverCommand("diff", "What differs between two versions")
    .argument("<id>")
    .option("--from <version>", "the one before when absent", wholeNumber)
    .option("--to <version>", "the newest when absent", wholeNumber)
    .action(showDiff);
  const add = serverCommand("add", "Make an artifact, or a further version of it, as a candidate")
    .requiredOption("--file <file>", "the content: a SKILL.md, a text, or JSON")
    .option("--to <id>", "a further version of this artifact")
    .option("--agent <name>", "whose")
    .option("--kind <kind>", "skill, sub_agent, tool_wrapper or prompt_fragment")
    .option("--name <name>", "what it is called")
    .action(addOne);
  const draft = serverCommand("draft", "Draft a correction from a signal or an incident")
    .argument("<id>", "sig_… or inc_…")
    .action(draftOne);
  const shipped = listCommand("shipped", "What was shipped: promised and measured")
    .option("--agent <name>", "of this agent")
    .action(async (flags: ListFlags & { agent?: string }) => {
      await showList(callOf(flags), "/v1/optimisations", { agent: flags.agent }, flags, shippedColumns, "Nothing was shipped yet.");
    });
  return group("artifacts", "What changes an agent: drafts, versions, what is in use", [
    list,
    show,
    diff,
    add,
    draft,
    step("validate", "Say that a version has proven itself")
      .option("--gate <id>", "a gate that it passed")
      .option("--sign-off", "sign for it in place of a gate; with --reason"),
    step("promote", "Put a version into use").option("--gate <id>", "the gate that validated it when absent"),
    step("deprecate", "Take it out of use for good"),
    step("revert", "Take the last step back; with --reason"),
    shipped,
  ]);
}

const step = (verb: string, description: string): Command =>
  serverCommand(verb, description)
    .argument("<id>")
    .option("--version <n>", "which one", wholeNumber)
    .option("--reason <text>", "why; kept in its history")
    .action((id: string, flags: StepFlags) => act(id, verb, flags));

const columns: Column[] = [
  { head: "artifact", cell: (row) => cut(row["slug"], 48) },
  { head: "kind", cell: (row) => cut(row["kind"], 16) },
  { head: "agent", cell: (row) => cut(row["agent"], 24) },
  { head: "state", cell: (row) => cut(row["state"], 12) },
  { head: "in use", cell: (row) => versionText(row["promoted_version"]), align: "right" },
  { head: "newest", cell: (row) => versionText(row["latest_version"]), align: "right" },
  { head: "changed", cell: (row) => moment(row["updated_at"]) },
  { head: "id", cell: (row) => cut(row["id"], 60) },
];

const versionText = (value: unknown): string => (numberOf(value) === null ? dash : `v${numberOf(value)}`);

async function showArtifact(id: string, flags: SharedFlags): Promise<void> {
  const { api, json } = callOf(flags);
  const artifact = rowOf(await api.get(`${path}/${segment(id)}`));
  if (json) return printJson(artifact);
  print(
    facts([
      ["artifact", cut(artifact["slug"], 80)],
      ["kind", cut(artifact["kind"], 20)],
      ["agent", cut(artifact["agent"], 80)],
      ["state", cut(artifact["state"], 20)],
      ["in use", versionText(artifact["promoted_version"])],
    ]),
  );
  const versions = listOf(artifact["versions"]).map(rowOf);
  print(`\nVersions\n${table(versionColumns, versions)}`);
  const newest = rowOf(versions.at(-1));
  const statement = textOf(rowOf(newest["hypothesis"])["statement"]);
  if (statement !== null) print(`\n${plain(statement)}`);
  print(`\n${JSON.stringify(newest["content"], null, 2)}`);
  for (const one of listOf(artifact["conflicts"]).map(rowOf)) print(pc.yellow(`\n${cut(one["about"], 80)}: ${cut(one["message"], 300)}`));
  print(`\nHistory\n${table(historyColumns, listOf(artifact["history"]).map(rowOf))}`);
}

const versionColumns: Column[] = [
  { head: "version", cell: (row) => cut(row["ref"], 60) },
  { head: "state", cell: (row) => cut(row["state"], 12) },
  { head: "by", cell: (row) => cut(row["by"], 24) },
  { head: "made", cell: (row) => moment(row["created_at"]) },
  { head: "gate", cell: (row) => cut(row["gate_id"] ?? dash, 40) },
];

const historyColumns: Column[] = [
  { head: "at", cell: (row) => moment(row["at"]) },
  { head: "by", cell: (row) => cut(row["by"], 24) },
  { head: "what", cell: (row) => `${cut(row["action"], 14)} ${versionText(row["version"])}` },
  { head: "in use", cell: (row) => versionText(row["promoted_version"]) },
  { head: "reason", cell: (row) => cut(row["reason"] ?? dash, 80) },
];

const marks: Readonly<Record<string, (text: string) => string>> = {
  added: (text) => pc.green(`+${text}`),
  removed: (text) => pc.red(`-${text}`),
  same: (text) => ` ${text}`,
};

async function showDiff(id: string, flags: SharedFlags & { from?: number; to?: number }): Promise<void> {
  const { api, json } = callOf(flags);
  const diff = rowOf(await api.get(`${path}/${segment(id)}/diff`, { from: flags.from, to: flags.to }));
  if (json) return printJson(diff);
  print(`${cut(diff["from"], 80)} → ${cut(diff["to"], 80)}`);
  for (const file of listOf(diff["files"]).map(rowOf)) {
    print(`\n${cut(file["path"], 200)} (${cut(file["change"], 10)})`);
    for (const line of listOf(file["lines"]).map(rowOf)) print((marks[String(line["kind"])] ?? String)(plain(textOf(line["text"]) ?? "")));
  }
}

interface Addition extends SharedFlags {
  file: string;
  to?: string;
  agent?: string;
  kind?: string;
  name?: string;
}

async function addOne(flags: Addition): Promise<void> {
  const { api, json } = callOf(flags);
  const { file, to, agent, kind, name } = flags;
  const content = contentIn(file);
  if (to === undefined && (agent === undefined || kind === undefined || name === undefined))
    throw new CommandFailure("A new artifact needs --agent, --kind and --name; a further version needs --to.");
  const made = rowOf(
    to === undefined
      ? await api.send("POST", path, { agent, kind, name, content })
      : await api.send("POST", `${path}/${segment(to)}/versions`, { content }),
  );
  told(made, json);
}

/** JSON where the file's name says so, else its text. */
function contentIn(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new CommandFailure(`--file: ${file} cannot be read.`);
  }
  if (!file.endsWith(".json")) return text;
  try {
    return JSON.parse(text);
  } catch {
    throw new CommandFailure(`--file: ${file} is no JSON.`);
  }
}

async function draftOne(id: string, flags: SharedFlags): Promise<void> {
  const { api, json } = callOf(flags);
  const of = id.startsWith("inc_") ? "incidents" : "signals";
  const draft = rowOf(await api.send("POST", `/v1/${of}/${segment(id)}/draft`, {}));
  if (json) return printJson(draft);
  print(`${cut(draft["id"], 60)}: ${cut(draft["artifact"], 80)}, ${cut(draft["kind"], 20)}; ${cut(draft["status"], 20)}`);
}

async function act(id: string, verb: string, flags: StepFlags): Promise<void> {
  const { api, json } = callOf(flags);
  const { gate, reason, signOff, version } = flags;
  if (verb === "revert" && reason === undefined) throw new CommandFailure("Say why: --reason.");
  const body = {
    ...(gate === undefined ? {} : { gate_id: gate }),
    ...(reason === undefined ? {} : { reason }),
    ...(signOff === true ? { sign_off: true } : {}),
    ...(version === undefined || verb === "deprecate" ? {} : { version }),
  };
  told(rowOf(await api.send("POST", `${path}/${segment(id)}/${verb}`, body)), json);
}

function told(artifact: Row, json: boolean): void {
  if (json) return printJson(artifact);
  print(
    `${cut(artifact["id"], 60)}: ${cut(artifact["slug"], 80)} is ${cut(artifact["state"], 20)}; in use: ${versionText(artifact["promoted_version"])}`,
  );
  for (const one of listOf(artifact["conflicts"]).map(rowOf)) print(pc.yellow(`${cut(one["about"], 80)}: ${cut(one["message"], 300)}`));
}

const shippedColumns: Column[] = [
  { head: "artifact", cell: (row) => cut(row["artifact"], 48) },
  { head: "agent", cell: (row) => cut(row["agent"], 24) },
  { head: "state", cell: (row) => cut(row["state"], 10) },
  { head: "promised", cell: (row) => rateText(rowOf(row["expected"])["to"]), align: "right" },
  { head: "measured", cell: (row) => rateText(rowOf(rowOf(row["measured"])["signal"])["with"]), align: "right" },
  { head: "shipped", cell: (row) => moment(row["shipped_at"]) },
  { head: "says", cell: (row) => cut(rowOf(row["measured"])["sentence"] ?? dash, 100) },
];

const rateText = (value: unknown): string => {
  const rate = numberOf(value);
  return rate === null ? dash : `${Number((100 * rate).toFixed(1))} %`;
};
