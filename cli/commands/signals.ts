// `bento signals`: how agents fail, ranked, one of them with its classes and history, and what people do with signals.
import type { Command } from "commander";
import { listOf, numberOf, textOf } from "../../domain/wire/json-value.ts";
import { segment } from "../api-client.ts";
import { callOf, group, listCommand, serverCommand, showList, type ListFlags, type SharedFlags } from "../command.ts";
import { CommandFailure } from "../failure.ts";
import { amount, cut, dash, facts, moment, note, plain, print, printJson, rowOf, table, type Column, type Row } from "../print.ts";

const path = "/v1/signals";

interface Filters {
  agent?: string;
  state?: string;
  sort?: string;
  wins?: boolean;
  families?: boolean;
}

interface Definition extends SharedFlags {
  definition: string;
  rule?: string;
  severity?: string;
  win?: boolean;
}

interface Reasoned extends SharedFlags {
  reason?: string;
}

export function signalsCommand(): Command {
  const list = listCommand("list", "Signals, the most pressing first")
    .option("--agent <name>", "of this agent")
    .option("--state <state>", "new, escalating, ongoing, regressed, resolved or archived")
    .option("--sort <order>", "priority, rate or last_seen")
    .option("--wins", "what goes well, in place of what fails")
    .option("--families", "whole kinds of failure, in place of the signals in them")
    .action(listSignals);
  const show = serverCommand("show", "One signal: rate, among whom, classes, history").argument("<id>").action(showSignal);
  const define = serverCommand("define", "Define a signal by a rule, or in plain words that Claude reads runs by")
    .argument("<agent>", "of which agent")
    .argument("<name>", "what it is called")
    .requiredOption("--definition <words>", "what it means, in plain words")
    .option("--rule <expression>", "CEL over `run`, true of the runs that are meant")
    .option("--severity <severity>", "low, medium, high or critical")
    .option("--win", "it is something that goes well")
    .action(defineSignal);
  const merge = reasoned("merge", "Join a signal into another")
    .argument("<into>", "id of the one that stays")
    .action((id: string, into: string, flags: Reasoned) => act(id, "merge", { into }, flags));
  const split = reasoned("split", "Part classes from a signal, into one of its own")
    .argument("[classes...]", "their keys, as `show` tells them; without any, all but the largest")
    .action((id: string, classes: string[], flags: Reasoned) => act(id, "split", classes.length === 0 ? {} : { classes }, flags));
  const propose = serverCommand("propose", "Have Claude propose a name, a definition or a merge")
    .argument("<id>", "the signal")
    .action(proposeFor);
  const accept = reasoned("accept", "Accept what Claude proposes")
    .argument("<what>", "name, definition, merge or all")
    .action((id: string, what: string, flags: Reasoned) => act(id, "accept", { what }, flags));
  return group("signals", "How agents fail, ranked, and what people say of it", [
    list,
    show,
    define,
    merge,
    split,
    word("confirm", "Say that it is a class of its own"),
    word("resolve", "Say that it is over; should it come back, it has regressed"),
    word("archive", "Say that it is not worth looking at"),
    word("reopen", "Take back that it is archived or resolved"),
    propose,
    accept,
    serverCommand("decline", "Decline what Claude proposes")
      .argument("<id>", "the signal")
      .action((id: string, flags: SharedFlags) => act(id, "decline", {}, flags)),
  ]);
}

const reasoned = (verb: string, description: string): Command =>
  serverCommand(verb, description).argument("<id>", "the signal").option("--reason <text>", "why, kept in its history");

const word = (verb: string, description: string): Command =>
  reasoned(verb, description).action((id: string, flags: Reasoned) => act(id, verb, {}, flags));

async function listSignals(flags: ListFlags & Filters): Promise<void> {
  const { agent, state, sort, wins = false, families = false } = flags;
  const query = { agent, state, sort, polarity: wins ? "win" : "failure", level: families ? "family" : "leaf" };
  const nothing = wins ? "No wins yet." : "No signals: nothing of that kind has failed.";
  await showList(callOf(flags), path, query, flags, columns, nothing);
}

const columns: Column[] = [
  { head: "signal", cell: (row) => cut(row["name"], 60) },
  { head: "agent", cell: (row) => cut(row["agent"], 24) },
  { head: "state", cell: (row) => cut(row["state"], 12) },
  { head: "severity", cell: (row) => cut(row["severity"], 10) },
  { head: "rate", cell: (row) => percent(row["rate"]), align: "right" },
  { head: "95 %", cell: interval },
  { head: "runs", cell: ofRuns, align: "right" },
  { head: "last seen", cell: (row) => moment(row["last_seen"]) },
  { head: "id", cell: (row) => cut(row["id"], 60) },
];

async function showSignal(id: string, flags: SharedFlags): Promise<void> {
  const { api, json } = callOf(flags);
  const signal = rowOf(await api.get(`${path}/${segment(id)}`));
  if (json) return printJson(signal);
  print(plain(textOf(signal["name"]) ?? ""));
  print(plain(textOf(signal["definition"]) ?? ""));
  print("");
  print(
    facts([
      ["id", cut(signal["id"], 60)],
      ["agent", cut(signal["agent"], 80)],
      ["state", cut(signal["state"], 20)],
      ["severity", cut(signal["severity"], 20)],
      ["rate", `${percent(signal["rate"])} (${interval(signal)}), ${ofRuns(signal)} runs`],
      ["of failures", percent(signal["share_of_failures"])],
      ["priority", amount(signal["priority"])],
      ["seen", `${moment(signal["first_seen"])} to ${moment(signal["last_seen"])}`],
      ["version", amount(signal["version"])],
      ...(textOf(signal["rule"]) === null ? [] : [["rule", cut(signal["rule"], 500)] as const]),
      [
        "examples",
        listOf(signal["examples"])
          .slice(0, 5)
          .map((run) => cut(run, 60))
          .join(" ") || dash,
      ],
    ]),
  );
  if (signal["proposal"] !== null && signal["proposal"] !== undefined) showProposal(rowOf(signal["proposal"]));
  for (const [property, entries] of Object.entries(rowOf(signal["by"])))
    print(`\n${cut(property, 40)}\n${table(breakdownColumns, listOf(entries).map(rowOf))}`);
  const classes = listOf(signal["classes"]).map(rowOf);
  if (classes.length > 0) print(`\nClasses\n${table(classColumns, classes)}`);
  const history = listOf(signal["history"]).map(rowOf);
  if (history.length > 0) print(`\nHistory\n${table(historyColumns, history)}`);
}

function showProposal(proposal: Row): void {
  print(`\nClaude proposes (${cut(proposal["status"], 20)})`);
  const told = (["name", "definition", "merge_into", "reason", "error"] as const).filter((field) => textOf(proposal[field]) !== null);
  print(facts(told.map((field) => [field === "merge_into" ? "merge into" : field, cut(proposal[field], 300)])));
}

const breakdownColumns: Column[] = [
  { head: "value", cell: (row) => cut(row["value"], 48) },
  { head: "rate", cell: (row) => percent(row["rate"]), align: "right" },
  { head: "95 %", cell: interval },
  { head: "runs", cell: ofRuns, align: "right" },
];

const classColumns: Column[] = [
  { head: "key", cell: (row) => cut(row["key"], 60) },
  { head: "findings", cell: (row) => amount(row["findings"]), align: "right" },
  { head: "text", cell: (row) => cut(row["template"], 100) },
];

const historyColumns: Column[] = [
  { head: "at", cell: (row) => moment(row["at"]) },
  { head: "by", cell: (row) => cut(row["by"], 24) },
  { head: "what", cell: (row) => cut(row["kind"], 12) },
  { head: "other", cell: (row) => cut(row["other"], 40) },
  { head: "reason", cell: (row) => cut(row["reason"], 80) },
];

async function defineSignal(agent: string, name: string, flags: Definition): Promise<void> {
  const { api, json } = callOf(flags);
  const { definition, rule, severity, win = false } = flags;
  const optional = { ...(rule === undefined ? {} : { rule }), ...(severity === undefined ? {} : { severity }) };
  const made = rowOf(await api.send("POST", path, { agent, name, definition, polarity: win ? "win" : "failure", ...optional }));
  if (json) return printJson(made);
  print(`${cut(made["name"], 120)} is defined: ${cut(made["id"], 60)}`);
  const tried = rowOf(made["tried"]);
  if (rule === undefined) note("Claude reads runs for it where Bento has a model key and a budget.");
  else note(`Its rule holds of ${amount(tried["matched"])} of the newest ${amount(tried["runs"])} runs.`);
  note("It judges runs from now on; a backfill looks for it in history.");
}

async function act(id: string, verb: string, body: Record<string, unknown>, { reason, ...flags }: Reasoned): Promise<void> {
  if (verb === "merge" && body["into"] === id) throw new CommandFailure("A signal cannot be merged into itself.");
  const { api, json } = callOf(flags);
  const given = { ...body, ...(reason === undefined ? {} : { reason }) };
  const signal = rowOf(await api.send("POST", `${path}/${segment(id)}/${verb}`, given));
  if (json) return printJson(signal);
  print(`${cut(signal["name"], 120)} is ${cut(signal["state"], 20)}, ${percent(signal["rate"])} of runs.`);
  if (textOf(signal["made"]) !== null) print(`What left it is ${cut(signal["made"], 60)}.`);
}

async function proposeFor(id: string, flags: SharedFlags): Promise<void> {
  const { api, json } = callOf(flags);
  const asked = rowOf(await api.send("POST", `${path}/${segment(id)}/propose`, {}));
  if (json) return printJson(asked);
  print(`The proposal is ${cut(asked["status"], 20)}.`);
  note(`See it with \`bento signals show ${plain(id)}\`; nothing of it is used before you accept it.`);
}

function percent(value: unknown): string {
  const share = numberOf(value);
  if (share === null) return dash;
  const digits = share > 0 && share < 0.01 ? 2 : 1;
  return `${(share * 100).toFixed(digits)} %`;
}

function interval(row: Row): string {
  return numberOf(row["rate_low"]) === null ? dash : `${percent(row["rate_low"])} to ${percent(row["rate_high"])}`;
}

function ofRuns(row: Row): string {
  return numberOf(row["denominator"]) === null ? dash : `${amount(row["count"])} of ${amount(row["denominator"])}`;
}
