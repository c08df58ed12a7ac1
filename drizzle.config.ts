import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "sqlite",
  schema: ["./d1/schema.ts", "./d1/schema-upkeep.ts", "./d1/schema-alerts.ts"],
  out: "./d1-migrations",
});
