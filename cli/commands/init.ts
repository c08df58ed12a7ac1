// `bento init`: makes a project and its first key, and says how to send to it. The key is shown once; nothing is written down here.
import type { Command } from "commander";
import { textOf } from "../../domain/wire/json-value.ts";
import { callOf, serverCommand, type SharedFlags } from "../command.ts";
import { CommandFailure } from "../failure.ts";
import { cut, note, print, printJson, rowOf } from "../print.ts";

export function initCommand(): Command {
  return serverCommand("init", "Make a project and its first key (needs the instance's admin key)")
    .argument("<name>", "the project's name")
    .option("--timezone <zone>", "of its days and reports, as Europe/Berlin", "UTC")
    .action(init);
}

async function init(name: string, flags: SharedFlags & { timezone: string }): Promise<void> {
  const { api, json, connection } = callOf(flags);
  const answer = rowOf(await api.send("POST", "/v1/projects", { name, timezone: flags.timezone }));
  if (json) return printJson(answer);
  const key = textOf(answer["key"]);
  if (key === null) throw new CommandFailure("The project was made, but no key came back. Make one with POST /v1/keys.");
  note(`Project ${cut(answer["name"], 80)} (${cut(answer["id"], 60)}). Its key has every scope and is shown only now:`);
  print(`export BENTO_URL=${connection.url}`);
  print(`export BENTO_KEY=${cut(key, 200)}`);
  note("Next: bento ingest run.json, bento import FOLDER, or point an exporter at it (docs/sending-traces.md).");
}
