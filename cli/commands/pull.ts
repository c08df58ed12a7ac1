// `bento pull DIR`: the artifacts that an agent has in use, as files that it can load: skills as Agent Skills folders, sub-agents, prompt fragments and
// tool wrappers. What is no longer in use goes again; files that bento did not write stay.
import { resolve } from "node:path";
import type { Command } from "commander";
import { artifactKinds } from "../../domain/artifact/artifact.ts";
import { readContent } from "../../domain/artifact/content.ts";
import { filesOf } from "../../domain/artifact/files.ts";
import { listOf, textOf } from "../../domain/wire/json-value.ts";
import { segment } from "../api-client.ts";
import { callOf, serverCommand, type SharedFlags } from "../command.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import { cut, note, plural, print, printJson, rowOf } from "../print.ts";
import { pullInto, readLock, type Pulled, type WantedFile } from "../pull-folder.ts";

interface Flags extends SharedFlags {
  agent?: string;
  agentVersion?: string;
  unit?: string;
  force?: boolean;
  check?: boolean;
}

export function pullCommand(): Command {
  return serverCommand("pull", "Write the artifacts that an agent has in use into a folder that it loads")
    .argument("<folder>", "where: skills/, agents/, prompts/, tools/ and bento.lock.json")
    .option("--agent <name>", "whose (default: as in the folder's lock file)")
    .option("--agent-version <version>", "of the agent that loads them; without it, what is meant for some versions is left out")
    .option("--unit <name>", "as this unit gets them, in a canary too")
    .option("--force", "also overwrite files that bento did not write, or that somebody changed")
    .option("--check", "change nothing; exit 1 when the folder is not up to date")
    .action(pull);
}

async function pull(folderGiven: string, flags: Flags): Promise<void> {
  const { api, json } = callOf(flags);
  const folder = resolve(folderGiven);
  const agent = flags.agent ?? readLock(folder)?.agent;
  if (agent === undefined) throw new CommandFailure("Say whose artifacts: --agent.");
  const query = { agent_version: flags.agentVersion, unit: flags.unit };
  const bundle = rowOf(await api.get(`/v1/agents/${segment(agent)}/bundle`, query));
  const hash = textOf(bundle["hash"]);
  if (hash === null) throw new CommandFailure("What answered is no bundle.");
  const artifacts = listOf(bundle["artifacts"]).map(artifactOf);
  const { check = false, force = false } = flags;
  const next = { agent, hash, artifacts: artifacts.map(({ ref }) => ref) };
  const pulled = pullInto(folder, apart(artifacts.flatMap(({ files }) => files)), next, { force, dryRun: check });
  const isSame = pulled.written.length + pulled.removed.length === 0;
  if (check && !isSame) process.exitCode = exitCodes.no;
  if (json) return printJson({ folder, ...next, ...pulled, conflicts: bundle["conflicts"], left_out: bundle["left_out"] });
  show(pulled, artifacts.length, check);
  for (const one of listOf(bundle["conflicts"]).map(rowOf))
    note(`${cut(one["about"], 80)}: ${cut(one["message"], 200)} ${cut(listOf(one["artifacts"]).join(", "), 200)}`);
  for (const one of listOf(bundle["left_out"]).map(rowOf)) note(`${cut(one["artifact"], 80)} is left out (${cut(one["reason"], 40)}).`);
}

/** What a Bento answered is checked like anything that is written to disk. */
function artifactOf(given: unknown): { ref: string; files: WantedFile[] } {
  const { ref, slug, kind, content } = rowOf(given);
  const [name, known] = [textOf(slug), artifactKinds.find((one) => one === kind)];
  const told = textOf(ref);
  if (name === null || told === null || known === undefined || !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name))
    throw new CommandFailure("Bento answered with an artifact that this version does not know: update the command line.");
  const reading = readContent(known, name, content);
  if (!reading.ok) throw new CommandFailure(`${told} is no ${known.replace("_", " ")}: ${reading.problems[0]?.message ?? ""}`);
  return { ref: told, files: filesOf(name, reading.content).map((file) => ({ ...file, artifact: told })) };
}

/** Two wrappers of one tool would share a file: the later one is named for its artifact too. */
function apart(files: readonly WantedFile[]): WantedFile[] {
  const taken = new Set<string>();
  return files.map((file) => {
    const path = taken.has(file.path) ? file.path.replace(/\.json$/, `.${file.artifact.replace(/@.*$/, "")}.json`) : file.path;
    taken.add(path);
    return { ...file, path };
  });
}

function show({ written, removed, left, unchanged }: Pulled, artifacts: number, check: boolean): void {
  const would = check ? "would be " : "";
  for (const path of written) print(`${would}written  ${path}`);
  for (const path of removed) print(`${would}removed  ${path}`);
  for (const path of left) note(`${path} is no longer in use, but somebody changed it: it stays.`);
  print(
    `${plural(artifacts, "artifact")} in use; ${plural(written.length, "file")} ${would}written, ${removed.length} removed, ${unchanged} as they were.`,
  );
}
