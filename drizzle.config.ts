import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "sqlite",
  schema: [
    "./d1/schema.ts",
    "./d1/schema-upkeep.ts",
    "./d1/schema-alerts.ts",
    "./d1/schema-signals.ts",
    "./d1/schema-experiments.ts",
    "./d1/schema-knowledge.ts",
    "./d1/schema-reports.ts",
  ],
  out: "./d1-migrations",
});
