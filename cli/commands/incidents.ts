// `bento incidents`: what moved, since when and why; and what a person does about it.
import type { Command } from "commander";
import { listOf, numberOf, textOf } from "../../domain/wire/json-value.ts";
import { segment } from "../api-client.ts";
import { callOf, group, listCommand, serverCommand, showList, type ListFlags, type SharedFlags } from "../command.ts";
import { amount, cut, dash, facts, moment, plain, print, printJson, rowOf, table, type Column, type Row } from "../print.ts";

const path = "/v1/incidents";

export function incidentsCommand(): Command {
  const list = listCommand("list", "Incidents, newest first")
    .option("--agent <name>", "of this agent")
    .option("--status <status>", "open, acknowledged, mitigated or resolved")
    .option("--severity <severity>", "low, medium, high or critical")
    .action(async (flags: ListFlags & { agent?: string; status?: string; severity?: string }) => {
      const { agent, status, severity } = flags;
      await showList(callOf(flags), path, { agent, status, severity }, flags, columns, "No incidents.");
    });
  const show = serverCommand("show", "One incident: what moved, since when, why").argument("<id>", "its id or slug").action(showIncident);
  return group("incidents", "What moved, since when and why", [
    list,
    show,
    act("acknowledge", "Say that somebody is looking into it"),
    act("mitigate", "Say that its effect is contained"),
    act("resolve", "Say that it is over"),
    act("reopen", "Say that it is not over"),
    assign(),
    comment(),
  ]);
}

const columns: Column[] = [
  { head: "incident", cell: (row) => cut(textOf(row["slug"]) ?? row["id"], 80) },
  { head: "severity", cell: (row) => cut(row["severity"], 10) },
  { head: "status", cell: (row) => cut(row["status"], 14) },
  { head: "since", cell: (row) => moment(row["onset_at"]) },
  { head: "what", cell: (row) => cut(row["title"], 160) },
];

function act(verb: string, description: string): Command {
  return serverCommand(verb, description)
    .argument("<id>", "its id or slug")
    .option("--comment <text>", "why")
    .action(async (id: string, flags: SharedFlags & { comment?: string }) => {
      await say(id, verb, flags.comment === undefined ? {} : { comment: flags.comment }, flags);
    });
}

const assign = (): Command =>
  serverCommand("assign", "Give it to somebody, or without a name to nobody")
    .argument("<id>", "its id or slug")
    .argument("[owner]", "whose it is from now on")
    .action(async (id: string, owner: string | undefined, flags: SharedFlags) => {
      await say(id, "assign", { owner: owner ?? null }, flags);
    });

const comment = (): Command =>
  serverCommand("comment", "Add a comment")
    .argument("<id>", "its id or slug")
    .argument("<text>", "the comment")
    .action(async (id: string, text: string, flags: SharedFlags) => {
      await say(id, "comment", { comment: text }, flags);
    });

async function say(id: string, verb: string, body: unknown, flags: SharedFlags): Promise<void> {
  const { api, json } = callOf(flags);
  const incident = rowOf(await api.send("POST", `${path}/${segment(id)}/${verb}`, body));
  if (json) return printJson(incident);
  print(`${cut(incident["slug"], 80)} is ${cut(incident["status"], 20)}, owner ${cut(incident["owner"], 60)}.`);
}

async function showIncident(id: string, flags: SharedFlags): Promise<void> {
  const { api, json } = callOf(flags);
  const incident = rowOf(await api.get(`${path}/${segment(id)}`));
  if (json) return printJson(incident);
  print(plain(textOf(incident["title"]) ?? ""));
  const summary = textOf(incident["summary"]);
  if (summary !== null) print(`\n${summary.split("\n").map(plain).join("\n")}`);
  print("");
  print(
    facts([
      ["id", cut(incident["id"], 60)],
      ["agent", cut(incident["agent"], 80)],
      ["severity", cut(incident["severity"], 20)],
      ["status", cut(incident["status"], 20)],
      ["since", moment(incident["onset_at"])],
      ["opened", moment(incident["opened_at"])],
      ["owner", cut(incident["owner"], 80)],
    ]),
  );
  const drifts = listOf(incident["drifts"]).map(rowOf);
  if (drifts.length > 0) print(`\nWhat moved\n${table(driftColumns, drifts)}`);
  print(`\nWhy\n${whyLines(rowOf(incident["attribution"])).join("\n")}`);
  const timeline = listOf(incident["timeline"]).map(rowOf);
  if (timeline.length > 0) print(`\nTimeline\n${table(timelineColumns, timeline)}`);
}

const driftColumns: Column[] = [
  { head: "dimension", cell: (row) => cut(row["dimension"], 40) },
  { head: "since", cell: (row) => moment(row["onset_at"]) },
  { head: "before", cell: (row) => sideOf(row, "baseline"), align: "right" },
  { head: "now", cell: (row) => sideOf(row, "current"), align: "right" },
  { head: "status", cell: (row) => cut(row["status"], 12) },
];

const timelineColumns: Column[] = [
  { head: "at", cell: (row) => moment(row["at"]) },
  { head: "by", cell: (row) => cut(row["by"], 20) },
  { head: "what", cell: (row) => cut(row["text"], 100) },
];

function sideOf(row: Row, name: "baseline" | "current"): string {
  const value = numberOf(rowOf(row[name])["value"]);
  return value === null ? dash : amount(Number(value.toPrecision(4)));
}

const verdicts: ReadonlyMap<unknown, string> = new Map([
  ["attributed", "The cause is named:"],
  ["confounded", "Several changes landed together and the runs cannot tell them apart:"],
  ["unattributed", "No known change explains it."],
  ["insufficient_data", "There are too few runs yet to say."],
]);

/** Evidence lines shown of one cause. */
const evidenceShown = 4;

function whyLines(attribution: Row): string[] {
  const causes = listOf(attribution["causes"]).map(rowOf);
  return [
    verdicts.get(attribution["verdict"]) ?? cut(attribution["verdict"], 40),
    ...causes.flatMap((cause) => [
      `  ${cut(cause["kind"], 20)} ${cut(cause["ref"], 60)}${fromTo(cause)}, ${moment(cause["at"])}: ${shareOf(cause)}confidence ${percent(cause["confidence"])}`,
      ...listOf(cause["evidence"])
        .slice(0, evidenceShown)
        .map((line) => `    ${cut(line, 200)}`),
    ]),
  ];
}

const fromTo = (cause: Row): string =>
  cause["from"] === null && cause["to"] === null ? "" : ` (${cut(cause["from"], 30)} → ${cut(cause["to"], 30)})`;

function shareOf(cause: Row): string {
  if (numberOf(cause["share"]) === null) return "";
  const range = numberOf(cause["share_low"]) === null ? "" : ` (${percent(cause["share_low"])} to ${percent(cause["share_high"])})`;
  return `${percent(cause["share"])} of the change${range}, `;
}

function percent(value: unknown): string {
  const share = numberOf(value);
  return share === null ? dash : `${Math.round(share * 100)} %`;
}
