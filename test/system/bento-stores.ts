// The stores of a Bento that is not running, to leave in them what a running one would have left: the index, brought up to its newest
// migration, and the archive.
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_splitSqlQuery } from "wrangler";
import { readSecrets } from "../../cli/secrets.ts";
import { adminKey } from "./bento-process.ts";

const migrations = join(import.meta.dirname, "../../d1-migrations");
/** As wrangler.toml names them. */
const bindings = { d1Databases: { INDEX: "00000000-0000-0000-0000-000000000000" }, r2Buckets: { ARCHIVE: "bento-archive" } };

export interface Stores {
  INDEX: D1Database;
  ARCHIVE: R2Bucket;
  BENTO_INBOX_KEY: string;
}

export async function withStores(dataDir: string, act: (stores: Stores) => Promise<void>): Promise<void> {
  const { inboxKey } = readSecrets(dataDir, adminKey);
  const resourcePersistencePath = join(dataDir, "state");
  mkdirSync(resourcePersistencePath, { recursive: true });
  const workers = [{ name: "stores", modules: true as const, script: "export default {}", ...bindings }];
  const miniflare = new Miniflare({ ...convertV4MiniflareOptions({ cf: false, workers }), resourcePersistencePath });
  try {
    const stores = { INDEX: await miniflare.getD1Database("INDEX"), ARCHIVE: await miniflare.getR2Bucket("ARCHIVE") } as unknown as Pick<Stores, "INDEX" | "ARCHIVE">; // prettier-ignore
    await migrate(stores.INDEX);
    await act({ ...stores, BENTO_INBOX_KEY: inboxKey });
  } finally {
    await miniflare.dispose();
  }
}

/** In the table of wrangler's own, so that the Bento which starts on it applies none of them again. */
async function migrate(db: D1Database): Promise<void> {
  await db
    .prepare(
      "CREATE TABLE d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)",
    )
    .run();
  for (const name of readdirSync(migrations)
    .filter((file) => file.endsWith(".sql"))
    .toSorted()) {
    const statements = unstable_splitSqlQuery(readFileSync(join(migrations, name), "utf8")).map((sql) => db.prepare(sql));
    await db.batch([...statements, db.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(name)]);
  }
}
