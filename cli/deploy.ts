// `npm run deploy`: puts Bento on the Cloudflare account that wrangler is signed in to. Creates what is missing, applies the
// migrations, deploys the Workers in their order. Every step may be run again. `--dry-run` stops short of the account.
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Command } from "commander";
import { unstable_readConfig } from "wrangler";
import * as z from "zod";
import { root, workers } from "./build.ts";

const program = new Command("bento deploy")
  .description("Deploys Bento to Cloudflare.")
  .option("--dry-run", "build and check everything without touching the account")
  .parse();
const { dryRun = false } = program.opts<{ dryRun?: boolean }>();

const pipeline = unstable_readConfig({ config: join(root, "wrangler.toml") }, { hideWarnings: true });
const [database] = pipeline.d1_databases;
if (database?.database_name === undefined) throw new Error("wrangler.toml names no D1 database");

const databaseId = dryRun ? (database.database_id ?? "") : ensureResources(database.database_name);
/** Copies beside the originals, so that relative paths hold, with the account's own database in them. */
const configs = workers.map(({ name, config }) => {
  const copy = join(root, dirname(config), "wrangler.deploy.toml");
  writeFileSync(copy, readFileSync(join(root, config), "utf8").replaceAll(database.database_id ?? "", databaseId));
  return { name, copy };
});
try {
  const front = configs.find(({ name }) => name === "bento");
  if (!dryRun && front !== undefined) wrangler(["d1", "migrations", "apply", database.database_name, "--remote", "--config", front.copy]);
  for (const { name, copy } of configs) {
    console.log(`\n${name}`);
    wrangler(["deploy", "--config", copy, ...(dryRun ? ["--dry-run"] : [])]);
  }
  if (!dryRun && front !== undefined) ensureSecrets(front.copy);
} finally {
  for (const { copy } of configs) rmSync(copy, { force: true });
}

/** The id of the database. */
function ensureResources(databaseName: string): string {
  for (const { bucket_name: bucket } of pipeline.r2_buckets) if (bucket !== undefined) create(["r2", "bucket", "create", bucket]);
  const bound: { queue: string }[] = [...(pipeline.queues.producers ?? []), ...(pipeline.queues.consumers ?? [])];
  const queues = new Set(bound.map((one) => one.queue));
  for (const queue of queues) create(["queues", "create", queue]);
  create(["d1", "create", databaseName]);
  const list = z.array(z.object({ uuid: z.string(), name: z.string() })).parse(JSON.parse(wrangler(["d1", "list", "--json"], "pipe")));
  const found = list.find(({ name }) => name === databaseName);
  if (found === undefined) throw new Error(`the D1 database ${databaseName} could not be created`);
  return found.uuid;
}

/** A secret that is there stays: a new inbox key would make waiting bodies unreadable. */
function ensureSecrets(config: string): void {
  const known = z
    .array(z.object({ name: z.string() }))
    .parse(JSON.parse(wrangler(["secret", "list", "--format", "json", "--config", config], "pipe")));
  const made = {
    BENTO_ADMIN_KEY: process.env["BENTO_ADMIN_KEY"] ?? `bento_${randomBytes(24).toString("base64url")}`,
    BENTO_INBOX_KEY: randomBytes(32).toString("base64"),
    BENTO_SESSION_KEY: randomBytes(32).toString("base64"),
  };
  for (const [name, value] of Object.entries(made)) {
    if (known.some((secret) => secret.name === name)) continue;
    wrangler(["secret", "put", name, "--config", config], "pipe", `${value}\n`);
    if (name === "BENTO_ADMIN_KEY") console.log(`\nadmin key ${value}\nKeep it: it is shown once.`);
  }
}

/** What exists already is refused by wrangler, and that is fine; anything else shows up in the step that needs it. */
function create(command: string[]): void {
  const { status, stderr } = spawnSync(join(root, "node_modules/.bin/wrangler"), command, { cwd: root, encoding: "utf8" });
  console.log(
    status === 0
      ? `created ${command.join(" ")}`
      : `kept ${command.slice(0, -1).join(" ")} ${command.at(-1) ?? ""}${/exist|already|taken/i.test(stderr) ? "" : ` (${stderr.trim().split("\n").at(-1) ?? ""})`}`,
  );
}

/** What it printed, where `output` is "pipe". Throws when it fails. */
function wrangler(command: string[], output: "inherit" | "pipe" = "inherit", input?: string): string {
  const { status, stdout } = spawnSync(join(root, "node_modules/.bin/wrangler"), command, {
    cwd: root,
    encoding: "utf8",
    stdio: [input === undefined ? "inherit" : "pipe", output, "inherit"],
    ...(input === undefined ? {} : { input }),
  });
  if (status !== 0) throw new Error(`wrangler ${command.slice(0, 3).join(" ")} failed`);
  return stdout ?? "";
}
