// `npm start`: serves on the embedded engine, loads the sample project into an empty folder, stops cleanly on a signal.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { SingleBar } from "cli-progress";
import { Command } from "commander";
import { modelBindings, startBento } from "./engine.ts";
import { isSampleUnfinished, loadSampleProject } from "./sample/load.ts";
import type { SampleProgress } from "./sample/send.ts";

const program = new Command("bento start")
  .description("Starts Bento on this machine.")
  .option("--port <number>", "port to listen on", process.env["BENTO_PORT"] ?? "8787")
  .option("--data <folder>", "where everything is kept", process.env["BENTO_DATA"] ?? ".bento")
  .option("--host <address>", "address to bind to; anything but loopback opens it to the network", "127.0.0.1")
  .option("--empty", "start without the sample project", process.env["BENTO_EMPTY"] === "1")
  .parse();
const { port, data, host, empty } = program.opts<{ port: string; data: string; host: string; empty: boolean }>();

const portNumber = Number(port);
if (!Number.isInteger(portNumber) || portNumber < 0 || portNumber > 65_535) {
  console.error(`--port must be a whole number from 0 to 65535, not "${port}".`);
  process.exit(2);
}
const isNew = !existsSync(join(data, "state"));
const engine = await startBento({
  dataDir: data,
  port: portNumber,
  host,
  adminKey: process.env["BENTO_ADMIN_KEY"],
  model: modelBindings(process.env),
});

let stopping = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // Miniflare ends the process at once on a signal; a clean stop waits for workerd to close its files.
  process.removeAllListeners(signal);
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    engine.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(`could not stop cleanly: ${error instanceof Error ? error.message : "unknown"}`);
        process.exit(1);
      },
    );
  });
}

if (engine.adminKeyFile !== null) console.log(`admin key ${engine.adminKey} (kept in ${engine.adminKeyFile})`);
console.log(`bento ready ${engine.url}`);
const sampleFile = join(data, "sample-unfinished.json");
if (!empty && (isNew || isSampleUnfinished(sampleFile))) {
  const onProgress = progressLine();
  await loadSampleProject({ url: engine.url, adminKey: engine.adminKey, file: sampleFile, nowMs: Date.now(), onProgress }).catch(
    (error: unknown) => {
      console.error(
        `The sample project could not be loaded: ${error instanceof Error ? error.message : "unknown"}. Bento serves all the same.`,
      );
    },
  );
}

/** One bar on a terminal, nothing in a log. */
function progressLine(): (progress: SampleProgress) => void {
  if (!process.stdout.isTTY) return () => {};
  const bar = new SingleBar({ format: "sample project {bar} {percentage}% {stage}", hideCursor: true, clearOnComplete: true });
  return ({ stage, done, total }) => {
    if (!bar.isActive) bar.start(total, done, { stage });
    bar.setTotal(total);
    bar.update(done, { stage });
    if (stage === "processing" && done === total) bar.stop();
  };
}
