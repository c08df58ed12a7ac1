// `bento book`: what was learned about an agent, one entry in full, and whether it holds under another model.
import type { Command } from "commander";
import { chapterNames } from "../../domain/book/book-text.ts";
import { chapters } from "../../domain/book/entry.ts";
import { listOf, textOf } from "../../domain/wire/json-value.ts";
import { segment } from "../api-client.ts";
import { callOf, group, listCommand, serverCommand, showList, type ListFlags, type SharedFlags } from "../command.ts";
import { cut, moment, plain, print, printJson, rowOf, type Column } from "../print.ts";
import { showTransfer } from "./transfer.ts";

export function bookCommand(): Command {
  const list = listCommand("list", "What was learned about an agent, newest first")
    .argument("<agent>", "its name")
    .option("--kind <kind>", "artifact, promise, experiment, gate or incident")
    .option("--superseded", "also what a later entry has replaced")
    .action(async (agent: string, flags: ListFlags & { kind?: string; superseded?: boolean }) => {
      const query = { kind: flags.kind, superseded: flags.superseded === true ? "true" : null };
      await showList(callOf(flags), `/v1/agents/${segment(agent)}/book`, query, flags, columns, "Nothing has been learned yet.");
    });
  const show = serverCommand("show", "One entry: believed, tested, found, shipped").argument("<id>", "of the entry").action(showEntry);
  const transfer = serverCommand("transfer", "Which learnings hold under another model")
    .argument("<agent>", "its name")
    .requiredOption("--from-model <model>", "the old one")
    .requiredOption("--to-model <model>", "the new one")
    .action((agent: string, flags: SharedFlags & { fromModel: string; toModel: string }) =>
      showTransfer(agent, flags.fromModel, flags.toModel, flags),
    );
  return group("book", "The Book: what was learned, with its evidence", [list, show, transfer]);
}

const columns: Column[] = [
  { head: "learned", cell: (row) => moment(row["at"]) },
  { head: "entry", cell: (row) => cut(row["id"], 32) },
  { head: "kind", cell: (row) => cut(row["kind"], 12) },
  { head: "conclusion", cell: (row) => cut(row["conclusion"], 14) },
  { head: "what", cell: (row) => cut(row["title"], 100) },
];

async function showEntry(id: string, flags: SharedFlags): Promise<void> {
  const { api, json } = callOf(flags);
  const entry = rowOf(await api.get(`/v1/book/${segment(id)}`));
  if (json) return printJson(entry);
  print(`${cut(entry["title"], 200)} (${cut(entry["conclusion"], 20)}, ${moment(entry["at"])})`);
  for (const chapter of chapters) {
    const sentences = listOf(entry[chapter]).map(rowOf);
    if (sentences.length === 0) continue;
    print(`\n${chapterNames[chapter]}`);
    for (const { text, refs } of sentences)
      print(
        `  ${plain(textOf(text) ?? "")} [${listOf(refs)
          .map((ref) => cut(ref, 40))
          .join(", ")}]`,
      );
  }
  const by = textOf(entry["superseded_by"]);
  if (by !== null) print(`\nReplaced by ${cut(by, 40)}.`);
}
