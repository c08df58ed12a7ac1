// `bento replay`: recorded runs once more with a candidate, from making the experiment to its table of cases. It watches until the end and exits
// by what the replay says: 1 where the candidate is worse, so that CI can stop there.
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { Presets, SingleBar } from "cli-progress";
import type { Command } from "commander";
import pc from "picocolors";
import { listOf, numberOf, textOf } from "../../domain/wire/json-value.ts";
import { segment, type ApiClient } from "../api-client.ts";
import { callOf, serverCommand, wholeNumber, type SharedFlags } from "../command.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import { amount, cut, dash, facts, note, plural, print, printJson, rowOf, table, type Column, type Row } from "../print.ts";

const path = "/v1/experiments";
const betweenLooksMs = 1_000;
/** Cases shown of each kind that did not stay the same. */
const casesShown = 50;

interface Flags extends SharedFlags {
  agent: string;
  run?: string[];
  sample?: string;
  by?: string;
  bySignal?: boolean;
  model?: string;
  prompt?: string;
  webhook?: string;
  secret?: string;
  matching?: string;
  repeats?: number;
  evaluator?: string[];
  maxCost?: string;
  preview?: boolean;
  watch?: string;
}

export function replayCommand(): Command {
  return serverCommand("replay", "Run recorded runs again with a candidate; their tools answer from the record")
    .requiredOption("--agent <name>", "whose runs")
    .option("--run <id...>", "these runs")
    .option("--sample <n>", "so many runs, a share up to 1, or all (default: all)")
    .option("--by <attribute>", "sample by this cohort attribute")
    .option("--by-signal", "sample by the signals that runs show")
    .option("--model <model>", "the candidate's model")
    .option("--prompt <file>", "the candidate's prompt")
    .option("--webhook <url>", "your own agent is the candidate; Claude when absent")
    .option("--secret <whsec>", "signs the calls to it; one is made and shown when absent")
    .option("--matching <how>", "strict (same arguments) or fifo (next result of the tool)")
    .option("--repeats <n>", "each run so often", wholeNumber)
    .option("--evaluator <name...>", "what says whether a run passed")
    .option("--max-cost <usd>", "stop before this is passed")
    .option("--preview", "say what would be done and what it costs, and do nothing")
    .option("--watch <id>", "watch one that was made before")
    .action(replay);
}

async function replay(flags: Flags): Promise<void> {
  const { api, json } = callOf(flags);
  if (flags.preview === true) return showPreview(rowOf(await api.send("POST", path, askOf(flags))), json);
  const made = flags.watch === undefined ? rowOf(await api.send("POST", path, askOf(flags))) : { id: flags.watch };
  const id = textOf(made["id"]);
  if (id === null) throw new CommandFailure("Bento made no experiment.");
  const secret = textOf(rowOf(made)["driver_secret"]);
  if (secret !== null && flags.secret === undefined) note(`Calls to your agent are signed with ${secret}; it is not shown again.`);
  await api.send("POST", `${path}/${segment(id)}/start`, {});
  const ended = await watched(api, id);
  if (json) printJson(ended);
  else show(ended);
  process.exitCode = exitCodeOf(ended);
}

function askOf(flags: Flags): Record<string, unknown> {
  const { agent, run, sample = "all", by, bySignal = false, model, prompt, webhook, secret, maxCost } = flags;
  if (model === undefined && prompt === undefined && webhook === undefined)
    throw new CommandFailure("Say what is different: --model, --prompt or --webhook.");
  const n = sample === "all" ? "all" : numberIn("--sample", sample);
  const strata = by === undefined && !bySignal ? {} : { by: { ...(by === undefined ? {} : { attribute: by }), signals: bySignal } };
  const config = { ...(model === undefined ? {} : { model }), ...(prompt === undefined ? {} : { prompt: textIn(prompt) }) };
  const driver =
    webhook === undefined ? { type: "claude" } : { type: "webhook", url: webhook, ...(secret === undefined ? {} : { secret }) };
  const plan = {
    ...(run === undefined ? { sample: { n, ...strata } } : { runs: run }),
    ...(flags.matching === undefined ? {} : { matching: flags.matching }),
    ...(flags.repeats === undefined ? {} : { repeats: flags.repeats }),
    ...(flags.evaluator === undefined ? {} : { evaluators: flags.evaluator }),
    ...(maxCost === undefined ? {} : { max_cost_usd: numberIn("--max-cost", maxCost) }),
    ...(flags.preview === true ? { preview: true } : {}),
  };
  return { kind: "replay", agent, candidate: { config, driver }, plan };
}

function numberIn(flag: string, text: string): number {
  const number = Number(text);
  if (text.trim() === "" || !Number.isFinite(number) || number < 0) throw new CommandFailure(`${flag} takes a number, not "${text}".`);
  return number;
}

function textIn(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new CommandFailure(`${file} cannot be read.`);
  }
}

/** As it is when it does not run any more. */
async function watched(api: ApiClient, id: string): Promise<Row> {
  const bar = new SingleBar(
    {
      format: "  {bar} {value}/{total} runs, {errored} errors, ${cost}",
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
      noTTYOutput: false,
    },
    Presets.shades_classic,
  );
  try {
    for (;;) {
      const now = rowOf(await api.get(`${path}/${segment(id)}`));
      if (now["status"] !== "running") return now;
      const progress = rowOf(now["progress"]);
      const [done, total] = [numberOf(progress["done"]) ?? 0, numberOf(progress["total"]) ?? 0];
      const told = { errored: amount(progress["errored"]), cost: amount(now["cost_usd"]) };
      if (process.stderr.isTTY && !bar.isActive) bar.start(total, done, told);
      else if (bar.isActive) bar.update(done, told);
      await pause(betweenLooksMs);
    }
  } finally {
    if (bar.isActive) bar.stop();
  }
}

function showPreview(preview: Row, json: boolean): void {
  if (json) return printJson(preview);
  const tokens = rowOf(preview["tokens"]);
  const cost = preview["cost_usd"];
  print(
    facts([
      ["runs", cut(rowOf(preview["sampling"])["text"], 300)],
      ["replays", amount(preview["items"])],
      ["tokens", `${amount(tokens["input"])} in, ${amount(tokens["output"])} out, as recorded`],
      ["cost", cost === null ? `${dash} (no price or no tokens are known)` : `about ${amount(cost)} USD`],
      ["needed", `${amount(preview["required_n"])} runs to be decisive about five points`],
    ]),
  );
}

const columns: Column[] = [
  { head: "run", cell: (row) => cut(row["run_id"], 60) },
  { head: "result", cell: (row) => cut(row["result"], 14) },
  { head: "tool calls", cell: (row) => amount(row["tool_calls"]), align: "right" },
  { head: "not in the record", cell: (row) => amount(listOf(row["missing_calls"]).length), align: "right" },
  { head: "why", cell: (row) => cut(row["reason"], 60) },
];

/** Most worth looking at first. */
const order = ["broken", "unstable", "incomparable", "fixed", "same_fail", "same_pass"];

function show(experiment: Row): void {
  const results = listOf(experiment["results"]).map(rowOf);
  const changed = order.slice(0, 4).flatMap((result) => results.filter((row) => row["result"] === result).slice(0, casesShown));
  if (changed.length > 0) print(`${table(columns, changed)}\n`);
  const cases = rowOf(experiment["cases"]);
  const metric = rowOf(listOf(experiment["metrics"])[0]);
  const coverage = numberOf(experiment["coverage"]);
  const rows: [string, string][] = [
    ["experiment", `${cut(experiment["id"], 60)}, ${cut(experiment["status"], 20)}`],
    ["cases", order.map((result) => `${amount(cases[result])} ${result.replace("_", " ")}`).join(", ")],
    ["runs", `${cut(rowOf(experiment["sampling"])["text"], 200)} Compared: ${coverage === null ? dash : `${amount(100 * coverage)} %`}`],
    [
      "needed",
      metric["required_n"] === null || metric["required_n"] === undefined ? dash : plural(numberOf(metric["required_n"]) ?? 0, "run"),
    ],
    ["cost", `${amount(experiment["cost_usd"])} USD`],
    ["verdict", pc.bold(cut(experiment["verdict"], 40))],
  ];
  if (experiment["error"] !== null) rows.push(["ended", cut(experiment["error"], 200)]);
  print(facts(rows));
  print(`\n${cut(experiment["decisive_sentence"], 1_000)}`);
}

/** 3 where it failed or nothing could be compared, 1 where the candidate is worse, else 0. */
function exitCodeOf(experiment: Row): number {
  const hasFailed = experiment["status"] === "failed" || (numberOf(experiment["coverage"]) ?? 0) === 0;
  if (hasFailed) return exitCodes.failed;
  return experiment["verdict"] === "candidate_worse" || experiment["status"] === "aborted" ? exitCodes.no : exitCodes.done;
}
