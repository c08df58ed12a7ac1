// `bento ingest`: sends what is at hand now, a file or what comes through a pipe: native runs or OTLP. Nothing is noted down; a run
// with the same id sent again replaces the run.
import type { Command } from "commander";
import { serverCommand, type SharedFlags } from "../command.ts";

export interface IngestFlags extends SharedFlags {
  agent?: string;
}

export function ingestCommand(): Command {
  return serverCommand("ingest", "Send runs or OTLP from a file or a pipe")
    .argument("[files...]", "the files; - or none is standard input")
    .option("--agent <name>", "the agent of runs that name none")
    .action(async (files: string[], flags: IngestFlags) => {
      const { ingest } = await import("../import/ingest.ts");
      await ingest(files, flags);
    });
}
