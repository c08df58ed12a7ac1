// `bento status`: how far processing is behind what was acknowledged; with `--wait`, once it has caught up.
import type { Command } from "commander";
import { numberOf } from "../../domain/wire/json-value.ts";
import { callOf, serverCommand, type SharedFlags } from "../command.ts";
import { waitUntilProcessed } from "../processing.ts";
import { amount, duration, facts, note, print, printJson, rowOf } from "../print.ts";

export function statusCommand(): Command {
  return serverCommand("status", "How far processing is behind what was acknowledged")
    .option("--wait", "until everything that is acknowledged by now can be read")
    .action(showStatus);
}

async function showStatus(flags: SharedFlags & { wait?: boolean }): Promise<void> {
  const { api, json, connection } = callOf(flags);
  if (flags.wait === true) await waitUntilProcessed(api, () => {});
  const status = rowOf(await api.get("/v1/ingest/status"));
  if (json) return printJson(status);
  const pending = numberOf(status["pending"]) ?? 0;
  const deadLetters = numberOf(status["dead_letters"]) ?? 0;
  print(
    facts([
      ["at", connection.url],
      ["received", `${amount(status["received"])} requests`],
      ["processed", amount(status["processed"])],
      [
        "pending",
        pending === 0
          ? "0, everything acknowledged can be read"
          : `${amount(pending)}, the oldest for ${duration(status["oldest_pending_ms"])}`,
      ],
      ["dead letters", amount(deadLetters)],
      ["stored", `${amount(status["stored"])} runs`],
      ["rejected", `${amount(status["rejected"])} runs, spans or scores`],
    ]),
  );
  if (deadLetters > 0) note("`bento dead-letters` says why.");
}
