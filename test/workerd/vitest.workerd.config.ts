// The API alone on workerd: real D1 and R2, objects that say what a test tells them to.
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [
    cloudflareTest(async () => ({
      main: new URL("./api-worker.ts", import.meta.url).pathname,
      miniflare: {
        compatibilityDate: "2026-11-01",
        compatibilityFlags: ["nodejs_compat"],
        d1Databases: ["INDEX"],
        r2Buckets: ["ARCHIVE"],
        queueProducers: { INGEST_QUEUE: "ingest", CLOSED_QUEUE: "closed", BEHAVIOUR_QUEUE: "behaviour", NOTICE_QUEUE: "notice" },
        durableObjects: {
          TRACE_ASSEMBLY: { className: "TraceAssembly", useSQLite: true },
          BEHAVIOUR: { className: "Behaviour", useSQLite: true },
          INCIDENT_DESK: { className: "IncidentDesk", useSQLite: true },
        },
        bindings: {
          BENTO_ADMIN_KEY: "admin-key-of-the-test",
          BENTO_SESSION_KEY: "session-key-of-the-test",
          BENTO_INBOX_KEY: btoa("0123456789abcdef0123456789abcdef"),
          MIGRATIONS: await readD1Migrations(new URL("../../d1-migrations", import.meta.url).pathname),
        },
      },
    })),
  ],
  resolve: { alias: [{ find: /^.*\/queues\/flush\.ts$/, replacement: new URL("./flush-fake.ts", import.meta.url).pathname }] },
  test: { include: ["test/workerd/api.test.ts"] },
});
