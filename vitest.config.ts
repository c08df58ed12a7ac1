// Four kinds of tests: pure ones and their goldens in Node; objects and consumers inside workerd; whole ones that start the
// three Workers on the embedded engine; and pages in a real browser. The slow kinds run one file at a time on two cores.
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const secrets = {
  BENTO_ADMIN_KEY: "admin-key-of-tests",
  BENTO_INBOX_KEY: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
  BENTO_SESSION_KEY: "session-key-of-tests",
  BENTO_EMBEDDED: "1",
};
/** A stand-in for the dashboard, which is another Worker. */
const dashboard = {
  name: "bento-dashboard",
  modules: true,
  compatibilityDate: "2026-11-01",
  script: `import { WorkerEntrypoint } from "cloudflare:workers"; export class Dashboard extends WorkerEntrypoint { page() { return new Response("page"); } } export default { fetch() { return new Response("page"); } };`,
};

/** A test that hangs, told apart from a machine that is busy. */
const busyMs = 60_000;

const migrations = await readD1Migrations("d1-migrations");

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["test/{unit,golden,architecture}/**/*.test.{ts,tsx}"], testTimeout: busyMs } },
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: { bindings: { ...secrets, TEST_MIGRATIONS: migrations }, workers: [dashboard] },
          }),
        ],
        test: {
          name: "workerd",
          include: ["test/workerd/**/*.test.ts"],
          setupFiles: ["test/workerd/migrate.ts"],
          fileParallelism: false,
          testTimeout: busyMs,
        },
      },
      {
        test: {
          name: "system",
          include: ["test/{system,browser}/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
