// `bento dead-letters`: requests that were acknowledged and could not be processed. They can be driven again while their bytes are
// kept, or thrown away. Several at once are done one by one; one that is refused does not stop the rest and ends the command with 1.
import { createInterface } from "node:readline/promises";
import { Command } from "commander";
import { textOf } from "../../domain/wire/json-value.ts";
import { ApiRefusal, segment, type ApiClient } from "../api-client.ts";
import { callOf, group, listCommand, readList, serverCommand, showList, type Call, type ListFlags, type SharedFlags } from "../command.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import { cut, facts, moment, note, plain, plural, print, printJson, rowOf, size, type Column, type Row } from "../print.ts";

const path = "/v1/dead-letters";

interface Chosen extends SharedFlags {
  all?: boolean;
  door?: string;
}

export function deadLettersCommand(): Command {
  const list = listCommand("list", "Dead letters, newest first")
    .option("--door <name>", "that came in at this door: runs, traces, scores …")
    .action(async (flags: ListFlags & { door?: string }) => {
      await showList(
        callOf(flags),
        path,
        { door: flags.door },
        flags,
        columns,
        "No dead letters: everything that was acknowledged was processed.",
      );
    });
  const show = serverCommand("show", "One dead letter and what can be done").argument("<id>").action(showLetter);
  const redrive = choosing(serverCommand("redrive", "Process dead letters again")).action(redriveLetters);
  const remove = choosing(serverCommand("delete", "Throw dead letters away, with their bytes"))
    .option("--yes", "without asking")
    .action(deleteLetters);
  return group("dead-letters", "Requests that were acknowledged and could not be processed", [list, show, redrive, remove]);
}

const choosing = (command: Command): Command =>
  command
    .argument("[ids...]", "which")
    .option("--all", "all of them")
    .option("--door <name>", "with --all: those that came in at this door");

const columns: Column[] = [
  { head: "id", cell: (row) => cut(row["id"], 80) },
  { head: "door", cell: (row) => cut(row["door"], 20) },
  { head: "failed", cell: (row) => moment(row["failed_at"]) },
  { head: "size", cell: (row) => size(row["bytes"]), align: "right" },
  { head: "status", cell: (row) => cut(row["status"], 10) },
  { head: "reason", cell: (row) => cut(row["reason"], 60) },
];

async function showLetter(id: string, flags: SharedFlags): Promise<void> {
  const { api, json } = callOf(flags);
  const found = await findLetter(api, id);
  if (json) return printJson(found);
  print(
    facts([
      ["id", cut(found["id"], 60)],
      ["door", cut(found["door"], 40)],
      ["reason", cut(found["reason"], 1_000)],
      ["received", moment(found["received_at"])],
      ["failed", moment(found["failed_at"])],
      ["size", `${size(found["bytes"])}, packed and encrypted`],
      ["bytes kept until", moment(found["expires_at"])],
    ]),
  );
  print("");
  print(
    found["status"] === "waiting"
      ? `Once what failed is mended: bento dead-letters redrive ${cut(found["id"], 60)}`
      : `Its bytes were deleted. Have it sent again; then: bento dead-letters delete ${cut(found["id"], 60)}`,
  );
}

async function findLetter(api: ApiClient, id: string): Promise<Row> {
  const { data } = await readList(api, path, {}, { limit: 1, all: true });
  const found = data.map(rowOf).find((row) => row["id"] === id);
  if (found === undefined)
    throw new CommandFailure(`There is no dead letter "${id}" in this key's project; \`bento dead-letters\` lists them.`);
  return found;
}

async function redriveLetters(ids: string[], flags: Chosen): Promise<void> {
  const call = callOf(flags);
  const chosen = await choose(call.api, ids, flags);
  // One whose bytes are gone cannot be driven; among all of them it is left, not tried.
  const [waiting, expired] = [chosen.filter((one) => !one.isExpired), chosen.filter((one) => one.isExpired)];
  const done = await each(call, waiting, "redriven", (id) => call.api.send("POST", `${path}/${segment(id)}/redrive`));
  if (expired.length > 0 && !call.json) note(`${plural(expired.length, "dead letter")} left: the bytes are deleted, have them sent again.`);
  if (!call.json && done > 0) note("`bento status` says when they are processed; one that fails again comes back with its new reason.");
}

async function deleteLetters(ids: string[], flags: Chosen & { yes?: boolean }): Promise<void> {
  const call = callOf(flags);
  const chosen = await choose(call.api, ids, flags);
  if (chosen.length > 0 && flags.yes !== true) await confirmed(`Throw ${plural(chosen.length, "dead letter")} away for good?`);
  await each(call, chosen, "deleted", (id) => call.api.send("DELETE", `${path}/${segment(id)}`));
}

interface Choice {
  id: string;
  isExpired: boolean;
}

async function choose(api: ApiClient, ids: readonly string[], { all, door }: Chosen): Promise<Choice[]> {
  if (all !== true && door !== undefined) throw new CommandFailure("--door goes with --all.");
  if (ids.length > 0 === (all === true)) throw new CommandFailure("Name the dead letters by their ids, or say --all.");
  if (all !== true) return ids.map((id) => ({ id, isExpired: false }));
  const { data } = await readList(api, path, { door }, { limit: 1, all: true });
  return data.map(rowOf).flatMap((row) => {
    const id = textOf(row["id"]);
    return id === null ? [] : [{ id, isExpired: row["status"] === "expired" }];
  });
}

/** @returns how many went well */
async function each({ json }: Call, chosen: readonly Choice[], word: string, act: (id: string) => Promise<unknown>): Promise<number> {
  const done: string[] = [];
  const refused: { id: string; status: number; message: string }[] = [];
  for (const { id } of chosen) {
    try {
      await act(id);
      done.push(id);
    } catch (error) {
      if (!(error instanceof ApiRefusal) || (error.status !== 404 && error.status !== 409)) throw error;
      refused.push({ id, status: error.status, message: error.told });
    }
  }
  if (refused.length > 0) process.exitCode = exitCodes.no;
  if (json) printJson({ [word]: done, refused });
  else {
    print(chosen.length === 0 ? "There are no dead letters." : `${plural(done.length, "dead letter")} ${word}.`);
    for (const { id, message } of refused) note(`${plain(id)}: ${plain(message)}`);
  }
  return done.length;
}

/** Throws where nobody is there to answer, or the answer is no. */
async function confirmed(question: string): Promise<void> {
  if (!process.stdin.isTTY) throw new CommandFailure(`${question} Say --yes.`);
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await asking.question(`${question} [y/N] `).finally(() => asking.close());
  if (!/^y(es)?$/i.test(answer.trim())) throw new CommandFailure("Nothing was deleted.");
}
