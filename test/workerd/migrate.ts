// Every test file begins with the schema that is deployed.
import { applyD1Migrations, env } from "cloudflare:test";

await applyD1Migrations(env.INDEX, env.TEST_MIGRATIONS);
