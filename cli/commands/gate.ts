// `bento gate`: asks whether a candidate may ship and ends with the answer, for CI: 0 it passed or was waived, 1 it regressed or is unstable, 2
// nobody can tell, 3 the gate could not be asked. What it found goes to the terminal, a comment for a pull request, and JUnit XML.
import { writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Command } from "commander";
import pc from "picocolors";
import { isObject, listOf, numberOf, textOf } from "../../domain/wire/json-value.ts";
import { segment, type ApiClient } from "../api-client.ts";
import { callOf, serverCommand, wholeNumber, type SharedFlags } from "../command.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import { jsonOf } from "../json-flag.ts";
import { gateJunit } from "../gate-junit.ts";
import { gateMarkdown } from "../gate-markdown.ts";
import { amount, cut, dash, facts, moment, note, plural, print, printJson, rowOf, table, type Column, type Row } from "../print.ts";

const path = "/v1/gates";
const usualWaitSeconds = 600;
const firstPauseMs = 200;
const longestPauseMs = 3_000;
const casesShown = 50;

interface Flags extends SharedFlags {
  suite?: string;
  candidate?: string;
  agent?: string;
  policy?: string;
  evaluation?: string;
  experiment?: string;
  evaluator?: string[];
  repeats?: number;
  maxCost?: string;
  gate?: string;
  wait: number;
  markdown?: string;
  junit?: string;
}

export function gateCommand(): Command {
  return serverCommand(
    "gate",
    "Ask whether a candidate may ship; exits 0 (pass or waived), 1 (regressed, unstable), 2 (cannot tell), 3 (error)",
  )
    .option("--suite <id>", "the suite that it is held against")
    .option("--candidate <json>", "the candidate: a file, or JSON")
    .option("--agent <name>", "whose suite it must be")
    .option("--policy <file>", "what is asked for: a file, or JSON")
    .option("--evaluation <id>", "an evaluation of this candidate is the evidence")
    .option("--experiment <id>", "a replay of this candidate is the evidence")
    .option("--evaluator <name...>", "what says whether a case passed, where a replay is started")
    .option("--repeats <n>", "each case so often, where a replay is started", wholeNumber)
    .option("--max-cost <usd>", "where a replay is started: stop before this is passed")
    .option("--gate <id>", "read a gate that was made before")
    .option("--wait <seconds>", "how long to wait for the evidence", wholeNumber, usualWaitSeconds)
    .option("--markdown <file>", "write a comment for a pull request")
    .option("--junit <file>", "write JUnit XML")
    .action(gate);
}

async function gate(flags: Flags): Promise<void> {
  const { api, json } = callOf(flags);
  const asked = flags.gate === undefined ? rowOf(await api.send("POST", path, askOf(flags))) : { id: flags.gate };
  const id = textOf(asked["id"]);
  if (id === null) throw new CommandFailure("Bento made no gate.");
  const secret = textOf(rowOf(asked)["driver_secret"]);
  if (secret !== null) note(`Calls to your agent are signed with ${secret}; it is not shown again.`);
  const found = await decided(api, id, flags.wait);
  if (flags.markdown !== undefined) writeOut(flags.markdown, gateMarkdown(found));
  if (flags.junit !== undefined) writeOut(flags.junit, gateJunit(found));
  if (json) printJson(found);
  else show(found);
  process.exitCode = gateExitCode(found);
}

/** The contract's codes. A verdict that nobody knows is an error. */
export function gateExitCode({ verdict, waiver }: Row): 0 | 1 | 2 | 3 {
  if (isObject(waiver)) return exitCodes.done;
  switch (verdict) {
    case "pass":
      return exitCodes.done;
    case "regressed":
    case "unstable":
      return exitCodes.no;
    case "insufficient":
    case "incomparable":
    case "nothing_to_compare":
      return 2;
    default:
      return exitCodes.failed;
  }
}

function askOf(flags: Flags): Record<string, unknown> {
  const { suite, candidate, agent, policy, evaluation, experiment, evaluator, repeats, maxCost } = flags;
  if (suite === undefined || candidate === undefined)
    throw new CommandFailure("Say what is to be judged: --suite and --candidate, or --gate for one that was made before.");
  const usd = Number(maxCost ?? 0);
  if (maxCost?.trim() === "" || !Number.isFinite(usd) || usd < 0) throw new CommandFailure(`--max-cost takes a number, not "${maxCost}".`);
  return {
    suite_id: suite,
    candidate: jsonOf("--candidate", candidate),
    ...(agent === undefined ? {} : { agent }),
    ...(policy === undefined ? {} : { policy: jsonOf("--policy", policy) }),
    ...(evaluation === undefined ? {} : { evaluation_id: evaluation }),
    ...(experiment === undefined ? {} : { experiment_id: experiment }),
    ...(evaluator === undefined ? {} : { evaluators: evaluator }),
    ...(repeats === undefined ? {} : { repeats }),
    ...(maxCost === undefined ? {} : { max_cost_usd: usd }),
  };
}

function writeOut(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch {
    throw new CommandFailure(`${file} cannot be written.`);
  }
}

/** As it is when it is decided, or when the time is over. */
async function decided(api: ApiClient, id: string, waitSeconds: number): Promise<Row> {
  const untilMs = Date.now() + waitSeconds * 1_000;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    const now = rowOf(await api.get(`${path}/${segment(id)}`));
    if (now["status"] !== "running") return now;
    const leftMs = untilMs - Date.now();
    if (leftMs <= 0) {
      note(`The evidence is not complete after ${waitSeconds} s; \`bento gate --gate ${id}\` looks again.`);
      return now;
    }
    await pause(Math.min(pauseMs, leftMs));
  }
}

const columns: Column[] = [
  { head: "case", cell: (row) => cut(row["case_id"], 60) },
  { head: "before", cell: (row) => cut(row["baseline"], 8) },
  { head: "now", cell: (row) => cut(row["candidate"], 8) },
  { head: "passed", cell: (row) => `${amount(row["passes"])} of ${amount(row["tries"])}`, align: "right" },
  { head: "result", cell: (row) => `${cut(row["result"], 14)}${row["must_pass"] === true ? ", must pass" : ""}` },
];
const shown = ["broken", "unstable", "fixed", "incomparable"];

function show(found: Row): void {
  const verdict = textOf(found["verdict"]) ?? dash;
  const waiver = isObject(found["waiver"]) ? found["waiver"] : null;
  const paint = [pc.green, pc.red, pc.yellow, pc.red][gateExitCode(found)] ?? pc.red;
  print(`${paint(cut(verdict, 20))}${waiver === null ? "" : `, waived by ${cut(waiver["by"], 80)}: ${cut(waiver["reason"], 200)}`}`);
  for (const reason of listOf(found["reasons"])) print(`  ${cut(reason, 1_000)}`);
  const cases = listOf(found["cases"]).map(rowOf);
  const moved = shown.flatMap((result) => cases.filter((one) => one["result"] === result));
  if (moved.length > 0) print(`\n${table(columns, moved.slice(0, casesShown))}`);
  if (moved.length > casesShown) note(`${plural(moved.length - casesShown, "case")} more; --json shows all.`);
  const evidence = rowOf(found["evidence"]);
  const age = numberOf(evidence["age_h"]);
  const maker = cut(evidence["evaluation_id"] ?? evidence["experiment_id"], 60);
  print(
    `\n${facts([
      ["gate", cut(found["id"], 60)],
      ["evidence", age === null ? maker : `${maker}, ${Number(age.toFixed(1))} h old`],
      ["expires", moment(found["expires_at"])],
    ])}`,
  );
}
