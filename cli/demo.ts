// `npm run demo`: sends five weeks of a simulated agent to a Bento and tells in the terminal what it noticed, compared with what
// really happened. Starts a Bento of its own in a temporary folder unless it is given one; leaves nothing behind unless asked.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Presets, SingleBar } from "cli-progress";
import { Command } from "commander";
import pc from "picocolors";
import * as z from "zod";
import { readAnswers } from "./demo/bento-answers.ts";
import { printStory } from "./demo/print-story.ts";
import { type Story, tellStory } from "./demo/story.ts";
import { startBento } from "./engine.ts";
import { sampleRuns } from "./sample/sample-runs.ts";
import { sampleScenario } from "./sample/scenario.ts";
import { sendSample, type SampleProgress } from "./sample/send.ts";

interface DemoOptions {
  url?: string;
  key?: string;
  seed: string;
  keep: boolean;
  json: boolean;
}

const options = new Command("demo")
  .description("Sends a simulated agent's five weeks to Bento and compares what it noticed with what happened.")
  .option("--url <address>", "a running Bento; without it one is started for the demo", process.env["BENTO_URL"])
  .option(
    "--key <key>",
    "its admin key (a project of its own is made for the demo) or the key of a project to fill",
    process.env["BENTO_KEY"],
  )
  .option("--seed <text>", "other traffic with the same events", "support-bot")
  .option("--keep", "keep the demo's project and, when Bento was started for it, serve on until stopped", false)
  .option("--json", "the story as JSON", false)
  .parse()
  .opts<DemoOptions>();

try {
  await runDemo(options);
} catch (error) {
  console.error(pc.red(error instanceof Error ? error.message : String(error)));
  process.exitCode = 1;
}

async function runDemo({ url, key, seed, keep, json }: DemoOptions): Promise<void> {
  if (url !== undefined) {
    if (key === undefined) throw new Error("--url needs --key (or BENTO_KEY)");
    await demonstrate(url.replace(/\/+$/, ""), key, seed, keep, json);
    return;
  }
  const dataDir = await mkdtemp(join(tmpdir(), "bento-demo-"));
  try {
    const bento = await startBento({ dataDir, port: 0, host: "127.0.0.1", adminKey: undefined });
    try {
      await demonstrate(bento.url, bento.adminKey, seed, keep, json);
      if (keep) await untilStopped(bento.url, bento.adminKey);
    } finally {
      await bento.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function demonstrate(url: string, key: string, seed: string, keep: boolean, json: boolean): Promise<void> {
  const project = await makeProject(url, key);
  const { story, elapsedMs } = await sendAndAsk(url, project?.key ?? key, seed);
  if (json) console.log(JSON.stringify({ ...story, elapsed_ms: elapsedMs }, null, 2));
  else
    for (const line of [...printStory(story), pc.dim(`Sent, processed and read back in ${(elapsedMs / 1000).toFixed(1)} s.`)])
      console.log(line);
  if (project !== null && !keep) await deleteProject(url, key, project.id);
}

async function sendAndAsk(url: string, key: string, seed: string): Promise<{ story: Story; elapsedMs: number }> {
  const scenario = sampleScenario(Date.now(), seed);
  const startedMs = performance.now();
  const progress = progressBar();
  const { rejected } = await sendSample({ url, key, scenario, onProgress: progress.show });
  progress.stop();
  const [refused] = rejected;
  if (refused !== undefined) throw new Error(`Bento refused ${rejected.length} runs, the first because: ${refused.message}`);
  const answers = await readAnswers(url, key, scenario.agent, scenario.startMs, scenario.endMs);
  const runTimes = sampleRuns(scenario)
    .map((run) => Date.parse(run.started_at))
    .toArray();
  return { story: tellStory(scenario, runTimes, answers), elapsedMs: Math.round(performance.now() - startedMs) };
}

/** On standard error, so that `--json` stays clean; nothing where nobody watches. */
function progressBar(): { show: (progress: SampleProgress) => void; stop: () => void } {
  if (!process.stderr.isTTY) return { show: () => {}, stop: () => {} };
  const bar = new SingleBar(
    { format: `  ${pc.dim("{stage}")} {bar} {value}/{total}`, stream: process.stderr, hideCursor: true, clearOnComplete: true },
    Presets.shades_classic,
  );
  bar.start(1, 0, { stage: "changes" });
  return {
    show: ({ stage, done, total }) => {
      bar.setTotal(Math.max(1, total));
      bar.update(done, { stage: stage.padEnd(10) });
    },
    stop: () => bar.stop(),
  };
}

/** A project for the demo where the key may make one; null where the key is a project's own, which is filled then. */
async function makeProject(url: string, key: string): Promise<{ id: string; key: string } | null> {
  const reply = await fetch(`${url}/v1/projects`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "demo" }),
  });
  if (reply.status === 403) return null;
  if (!reply.ok) throw new Error(`POST /v1/projects: ${reply.status} ${(await reply.text()).slice(0, 200)}`);
  return z.object({ id: z.string(), key: z.string() }).parse(await reply.json());
}

async function deleteProject(url: string, key: string, id: string): Promise<void> {
  const reply = await fetch(`${url}/v1/projects/${encodeURIComponent(id)}`, {
    method: "DELETE",
    headers: { authorization: `Bearer ${key}` },
  });
  if (!reply.ok) throw new Error(`the demo's project ${id} could not be deleted: ${reply.status}`);
}

async function untilStopped(url: string, adminKey: string): Promise<void> {
  console.error(`Bento serves on at ${url} (admin key ${adminKey}); stop it with Ctrl-C.`);
  await new Promise<void>((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
}
