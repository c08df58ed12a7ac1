// `bento eval`: evaluate a suite or recorded runs, see what it found, wait for it. `wait`, and `start --wait`, end with 1 where something
// failed, and with 3 where something could not be judged.
import { setTimeout as pause } from "node:timers/promises";
import type { Command } from "commander";
import { listOf, numberOf, textOf } from "../../domain/wire/json-value.ts";
import { segment, type ApiClient } from "../api-client.ts";
import { callOf, group, listCommand, serverCommand, showList, wholeNumber, type ListFlags, type SharedFlags } from "../command.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import { jsonOf } from "../json-flag.ts";
import { amount, cut, dash, facts, moment, note, print, printJson, rowOf, table, type Column, type Row } from "../print.ts";

const path = "/v1/evaluations";
const pollMs = 1_000;
const live: ReadonlySet<unknown> = new Set(["queued", "running"]);

export function evalCommand(): Command {
  const list = listCommand("list", "Evaluations, newest first")
    .option("--agent <name>", "of this agent")
    .option("--suite <id>", "over this suite")
    .option("--status <status>", "queued, running, done, incomplete, cancelled or failed")
    .action(async (flags: ListFlags & { agent?: string; suite?: string; status?: string }) => {
      const { agent, suite, status } = flags;
      await showList(callOf(flags), path, { agent, suite_id: suite, status }, flags, columns, "No evaluations.");
    });
  const show = serverCommand("show", "What one found").argument("<id>", "its id").action(showEvaluation);
  const wait = serverCommand("wait", "Wait until it is over").argument("<id>", "its id").action(waitFor);
  return group("eval", "Evaluators over suites and recorded runs", [
    list,
    start(),
    show,
    wait,
    act("cancel", "Stop it"),
    act("retry", "Try once more what could not be judged"),
  ]);
}

const columns: Column[] = [
  { head: "evaluation", cell: (row) => cut(row["id"], 40) },
  { head: "agent", cell: (row) => cut(row["agent"], 40) },
  { head: "status", cell: (row) => cut(row["status"], 12) },
  { head: "passed", cell: (row) => percent(row["pass_rate"]), align: "right" },
  { head: "coverage", cell: (row) => percent(row["coverage"]), align: "right" },
  { head: "started", cell: (row) => moment(row["created_at"]) },
];

interface StartFlags extends SharedFlags {
  suite?: string;
  from?: string;
  to?: string;
  limit?: number;
  repeats?: number;
  maxCost?: string;
  candidate?: string;
  baseline?: string;
  wait?: boolean;
}

function start(): Command {
  return serverCommand("start", "Evaluate a suite, or the agent's recorded runs")
    .argument("<agent>", "the agent")
    .argument("<evaluator...>", "names or ids of evaluators")
    .option("--suite <id>", "over its cases")
    .option("--from <time>", "over runs that began then or later")
    .option("--to <time>", "over runs that began before")
    .option("--limit <runs>", "at most so many runs, the newest", wholeNumber)
    .option("--repeats <times>", "judge each so often", wholeNumber)
    .option("--max-cost <usd>", "what models may cost")
    .option("--candidate <json>", "judge what this one answers, by replay: a file, or JSON")
    .option("--baseline <json>", "what judges that compare hold it against: a file, JSON, or `recorded` (when absent)")
    .option("--wait", "wait until it is over")
    .action(startEvaluation);
}

async function startEvaluation(agent: string, evaluators: string[], flags: StartFlags): Promise<void> {
  const { suite, from, to, limit, repeats, maxCost, wait } = flags;
  const candidate = flags.candidate === undefined ? undefined : jsonOf("--candidate", flags.candidate);
  const baseline = flags.baseline === undefined || flags.baseline === "recorded" ? flags.baseline : jsonOf("--baseline", flags.baseline);
  const { api, json } = callOf(flags);
  const filter = Object.fromEntries(Object.entries({ from, to, limit }).filter(([, value]) => value !== undefined));
  const made = rowOf(
    await api.send("POST", path, {
      agent,
      evaluators,
      ...(suite === undefined ? {} : { suite_id: suite }),
      ...(Object.keys(filter).length === 0 ? {} : { filter }),
      ...(repeats === undefined ? {} : { repeats }),
      ...(maxCost === undefined ? {} : { max_cost_usd: usd(maxCost) }),
      ...(candidate === undefined ? {} : { candidate }),
      ...(baseline === undefined ? {} : { baseline }),
    }),
  );
  tellSecret(candidate, made["driver_secret"], "the candidate's agent");
  tellSecret(baseline, made["baseline_driver_secret"], "the baseline's agent");
  if (wait === true) return tell(await untilOver(api, textOf(made["id"]) ?? ""), json, true);
  if (json) return printJson(made);
  print(`${cut(made["id"], 40)} is ${cut(made["status"], 12)}: ${amount(rowOf(made["progress"])["total"])} results to come.`);
}

/** One that stands in what was asked for is known already. */
function tellSecret(asked: unknown, given: unknown, whose: string): void {
  const secret = textOf(given);
  if (secret !== null && textOf(rowOf(rowOf(asked)["driver"])["secret"]) === null)
    note(`Calls to ${whose} are signed with ${secret}; it is not shown again.`);
}

function act(verb: string, description: string): Command {
  return serverCommand(verb, description)
    .argument("<id>", "its id")
    .action(async (id: string, flags: SharedFlags) => {
      const { api, json } = callOf(flags);
      const evaluation = rowOf(await api.send("POST", `${path}/${segment(id)}/${verb}`, {}));
      if (json) return printJson(evaluation);
      print(`${cut(evaluation["id"], 40)} is ${cut(evaluation["status"], 12)}.`);
    });
}

async function showEvaluation(id: string, flags: SharedFlags): Promise<void> {
  const { api, json } = callOf(flags);
  tell(rowOf(await api.get(`${path}/${segment(id)}`)), json, false);
}

async function waitFor(id: string, flags: SharedFlags): Promise<void> {
  const { api, json } = callOf(flags);
  tell(await untilOver(api, id), json, true);
}

async function untilOver(api: ApiClient, id: string): Promise<Row> {
  for (let told = ""; ; await pause(pollMs)) {
    const evaluation = rowOf(await api.get(`${path}/${segment(id)}`));
    if (!live.has(evaluation["status"])) return evaluation;
    const { done, total } = rowOf(evaluation["progress"]);
    const line = `${amount(done)} of ${amount(total)}`;
    if (line !== told) note(line);
    told = line;
  }
}

function tell(evaluation: Row, json: boolean, isVerdict: boolean): void {
  if (isVerdict) process.exitCode = exitCodeOf(evaluation);
  if (json) return printJson(evaluation);
  const counts = rowOf(evaluation["counts"]);
  print(
    facts([
      ["id", cut(evaluation["id"], 40)],
      ["agent", cut(evaluation["agent"], 80)],
      ["status", cut(evaluation["status"], 12)],
      ...replayFacts(evaluation),
      [
        "passed",
        `${amount(counts["passed"])} of ${amount(sum(counts["passed"], counts["failed"]))} judged (${percent(evaluation["pass_rate"])})`,
      ],
      ["coverage", `${percent(evaluation["coverage"])}: ${amount(counts["errored"])} errored, ${amount(counts["skipped"])} skipped`],
      ["cost", `$${amount(evaluation["cost_usd"])}`],
    ]),
  );
  print(`\n${table(evaluatorColumns, listOf(evaluation["evaluators"]).map(rowOf))}`);
  const wrong = listOf(evaluation["cases"]).map(rowOf).flatMap(notPassed);
  if (wrong.length > 0) print(`\n${table(caseColumns, wrong)}`);
}

/** Whose answers they are, where they are not the recorded ones. */
const replayFacts = (evaluation: Row): [string, string][] => {
  const id = textOf(evaluation["experiment_id"]);
  return id === null ? [] : [["answers", `of a candidate, by ${cut(id, 40)}`]];
};

const evaluatorColumns: Column[] = [
  { head: "evaluator", cell: (row) => cut(row["name"], 40) },
  { head: "type", cell: (row) => cut(row["type"], 12) },
  { head: "passed", cell: (row) => percent(row["pass_rate"]), align: "right" },
  { head: "95 %", cell: (row) => `${percent(row["pass_rate_low"])} to ${percent(row["pass_rate_high"])}` },
  { head: "coverage", cell: (row) => percent(row["coverage"]), align: "right" },
];

const caseColumns: Column[] = [
  { head: "run or case", cell: (row) => cut(textOf(row["run_id"]) ?? row["case_id"], 40) },
  { head: "evaluator", cell: (row) => cut(row["evaluator"], 24) },
  { head: "status", cell: (row) => cut(row["status"], 8) },
  { head: "reason", cell: (row) => cut(row["reason"], 100) },
];

const notPassed = (row: Row): Row[] =>
  listOf(row["results"])
    .map(rowOf)
    .filter(({ status }) => status !== "passed")
    .map((result) => ({ ...result, run_id: row["run_id"], case_id: row["case_id"] }));

function exitCodeOf(evaluation: Row): number {
  if ((numberOf(rowOf(evaluation["counts"])["failed"]) ?? 0) > 0) return exitCodes.no;
  return evaluation["status"] === "done" ? exitCodes.done : exitCodes.failed;
}

function usd(text: string): number {
  const number = Number(text);
  if (text.trim() === "" || !Number.isFinite(number) || number < 0) throw new CommandFailure(`"${text}" must be an amount of USD.`);
  return number;
}

const sum = (a: unknown, b: unknown): number => (numberOf(a) ?? 0) + (numberOf(b) ?? 0);

function percent(value: unknown): string {
  const share = numberOf(value);
  return share === null ? dash : `${Number((share * 100).toPrecision(3))} %`;
}
