import { applyD1Migrations, env } from "cloudflare:test";
import { exports } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";

beforeAll(async () => {
  await applyD1Migrations(env.INDEX, env.MIGRATIONS);
});

it("says that it serves", async () => {
  const response = await exports.default.fetch("http://bento/healthz");
  expect(await response.json()).toEqual({ status: "ok" });
});
