// `bento canary`: a candidate on a share of live traffic: made, started, looked at, given more, stopped, and promoted by a person.
import type { Command } from "commander";
import { listOf, numberOf, textOf } from "../../domain/wire/json-value.ts";
import { segment } from "../api-client.ts";
import { callOf, group, listCommand, serverCommand, showList, wholeNumber, type ListFlags, type SharedFlags } from "../command.ts";
import { CommandFailure } from "../failure.ts";
import { amount, cut, dash, facts, moment, note, plain, print, printJson, rowOf, table, type Column, type Row } from "../print.ts";

const path = "/v1/experiments";

interface Making extends SharedFlags {
  model?: string;
  artifact?: string[];
  share: number;
  unit: string;
  metric?: string[];
  maxN?: number;
  strata?: string;
  holdback?: number;
  start?: boolean;
}

interface Reasoned extends SharedFlags {
  reason?: string;
  override?: boolean;
}

export function canaryCommand(): Command {
  const list = listCommand("list", "Canaries, newest first")
    .option("--agent <name>", "of this agent")
    .option("--status <status>", "draft, running, done, stopped, aborted, promoted or failed")
    .action(listCanaries);
  const show = serverCommand("show", "One canary: what it says now, and may it be trusted").argument("<id>").action(showCanary);
  const make = serverCommand("make", "Make a canary; it begins when it is started")
    .argument("<agent>")
    .option("--model <name>", "the candidate's model")
    .option("--artifact <slug@version...>", "artifacts that the candidate has")
    .option("--share <share>", "of units that get the candidate, 0 to 1", shareOf, 0.1)
    .option("--unit <name>", "what is assigned: user_id, session_id or a name of your own", "user_id")
    .option("--metric <metric...>", "name:goal[:margin] of what is measured, the primary one first (default: outcome.success:increase)")
    .option("--max-n <units>", "units an arm at which it ends", wholeNumber)
    .option("--strata <attribute>", "a cohort attribute that is held fixed")
    .option("--holdback <share>", "of units that keep the baseline after promotion", shareOf)
    .option("--start", "and start it")
    .action(makeCanary);
  const ramp = serverCommand("ramp", "Give the candidate a larger share")
    .argument("<id>")
    .argument("<share>", "0 to 1", shareOf)
    .action((id: string, share: number, flags: SharedFlags) => act(id, "ramp", { share }, flags));
  const promote = reasoned("promote", "Make the candidate what runs; a person's key is needed")
    .option("--override", "against the verdict; needs a reason")
    .action((id: string, flags: Reasoned) => act(id, "promote", flags.override === true ? { override: true } : {}, flags));
  const assign = serverCommand("assign", "Which arm a unit gets").argument("<agent>").argument("<unit>").action(assignUnit);
  return group("canary", "A candidate on a share of live traffic, read at any time", [
    list,
    show,
    make,
    word("start", "Start it"),
    ramp,
    assign,
    word("stop", "End it early; what it measured stays"),
    word("abort", "End it because the candidate does harm"),
    promote,
  ]);
}

const reasoned = (verb: string, description: string): Command =>
  serverCommand(verb, description).argument("<id>").option("--reason <text>", "why, kept in the audit log");

const word = (verb: string, description: string): Command =>
  reasoned(verb, description).action((id: string, flags: Reasoned) => act(id, verb, {}, flags));

function shareOf(text: string): number {
  const share = Number(text);
  if (text.trim() === "" || !(share >= 0 && share <= 1)) throw new CommandFailure(`"${text}" must be a share between 0 and 1.`);
  return share;
}

async function listCanaries(flags: ListFlags & { agent?: string; status?: string }): Promise<void> {
  const query = { kind: "canary", agent: flags.agent, status: flags.status };
  await showList(callOf(flags), path, query, flags, columns, "No canaries yet.");
}

const columns: Column[] = [
  { head: "id", cell: (row) => cut(row["id"], 60) },
  { head: "agent", cell: (row) => cut(row["agent"], 24) },
  { head: "status", cell: (row) => cut(row["status"], 12) },
  { head: "verdict", cell: (row) => cut(row["verdict"], 20) },
  { head: "share", cell: (row) => percent(rowOf(row["canary"])["share"]), align: "right" },
  { head: "started", cell: (row) => moment(row["started_at"]) },
];

async function showCanary(id: string, flags: SharedFlags): Promise<void> {
  const { api, json } = callOf(flags);
  const experiment = rowOf(await api.get(`${path}/${segment(id)}`));
  if (json) return printJson(experiment);
  const canary = rowOf(experiment["canary"]);
  const units = rowOf(canary["units"]);
  print(plain(textOf(experiment["decisive_sentence"]) ?? ""));
  print("");
  print(
    facts([
      ["id", cut(experiment["id"], 60)],
      ["agent", cut(experiment["agent"], 80)],
      ["status", cut(experiment["status"], 20)],
      ["verdict", `${cut(experiment["verdict"], 30)}, ${cut(experiment["action"], 20)}`],
      ["share", percent(canary["share"])],
      ["units", `${amount(units["candidate"])} candidate, ${amount(units["baseline"])} baseline`],
      ["left out", `${amount(units["double_exposed"])} met both arms, ${amount(units["moved_by_ramp"])} moved by the ramp`],
      [
        "flags",
        listOf(experiment["flags"])
          .map((flag) => cut(flag, 40))
          .join(" ") || dash,
      ],
      ["looks", `${listOf(canary["looks"]).length} taken, ${percent(canary["information"])} of the planned information`],
    ]),
  );
  print(`\n${table(metricColumns, listOf(experiment["metrics"]).map(rowOf))}`);
}

const metricColumns: Column[] = [
  { head: "metric", cell: (row) => cut(row["name"], 40) },
  { head: "role", cell: (row) => cut(row["role"], 12) },
  { head: "baseline", cell: (row) => amount(row["baseline"]), align: "right" },
  { head: "candidate", cell: (row) => amount(row["candidate"]), align: "right" },
  { head: "difference", cell: (row) => amount(row["difference"]), align: "right" },
  { head: "95 %, at any time", cell: interval },
  { head: "p or e", cell: (row) => amount(row["p_or_e"]), align: "right" },
  { head: "n", cell: (row) => amount(row["n"]), align: "right" },
  { head: "needs", cell: (row) => amount(row["required_n"]), align: "right" },
];

async function makeCanary(agent: string, flags: Making): Promise<void> {
  const { model, artifact, share, unit, metric = ["outcome.success:increase"], maxN, strata, holdback } = flags;
  if (model === undefined && artifact === undefined) throw new CommandFailure("Say what differs: --model or --artifact.");
  const { api, json } = callOf(flags);
  const plan = {
    share,
    unit,
    metrics: metric.map(metricOf),
    ...(maxN === undefined ? {} : { max_n: maxN }),
    ...(strata === undefined ? {} : { strata }),
    ...(holdback === undefined ? {} : { holdback }),
  };
  const candidate = { ...(model === undefined ? {} : { model }), ...(artifact === undefined ? {} : { artifacts: artifact }) };
  const made = rowOf(await api.send("POST", path, { kind: "canary", agent, candidate, plan }));
  const id = textOf(made["id"]) ?? "";
  const shown = flags.start === true ? rowOf(await api.send("POST", `${path}/${segment(id)}/start`, {})) : made;
  if (json) return printJson(shown);
  print(`${cut(id, 60)} is ${cut(shown["status"], 20)}, with ${percent(share)} of units.`);
  if (flags.start !== true) note(`To begin: bento canary start ${cut(id, 60)}`);
}

/** `name:goal:margin`; a name has no colon. */
function metricOf(text: string): { name: string; goal: string; margin?: number } {
  const [name = "", goal = "increase", margin, ...more] = text.split(":");
  if (name === "" || more.length > 0 || (goal !== "increase" && goal !== "decrease"))
    throw new CommandFailure(`"${text}" must be name:increase or name:decrease, and may end with :margin.`);
  return { name, goal, ...(margin === undefined ? {} : { margin: shareOf(margin) }) };
}

async function assignUnit(agent: string, unit: string, flags: SharedFlags): Promise<void> {
  const { api, json } = callOf(flags);
  const assignment = rowOf(await api.get(`/v1/agents/${segment(agent)}/assignment`, { unit }));
  if (json) return printJson(assignment);
  print(
    `${cut(assignment["arm"], 20)}, ${textOf(assignment["experiment_id"]) === null ? "by no canary" : `by ${cut(assignment["experiment_id"], 60)}`}`,
  );
}

async function act(id: string, verb: string, body: Record<string, unknown>, { reason, ...flags }: Reasoned): Promise<void> {
  const { api, json } = callOf(flags);
  const given = { ...body, ...(reason === undefined ? {} : { reason }) };
  const experiment = rowOf(await api.send("POST", `${path}/${segment(id)}/${verb}`, given));
  if (json) return printJson(experiment);
  print(
    `${cut(experiment["id"], 60)} is ${cut(experiment["status"], 20)}, with ${percent(rowOf(experiment["canary"])["share"])} of units.`,
  );
  print(plain(textOf(experiment["decisive_sentence"]) ?? ""));
}

function percent(value: unknown): string {
  const share = numberOf(value);
  return share === null ? dash : `${Number((share * 100).toFixed(2))} %`;
}

function interval(row: Row): string {
  return numberOf(row["low"]) === null ? dash : `${amount(row["low"])} to ${amount(row["high"])}`;
}
