// What the outside may call and what calls by the clock or by queue: described where people look, and declared as it is described.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { unstable_readConfig, type Unstable_Config } from "wrangler";
import { apiInfo } from "../../workers/pipeline/api/openapi.ts";
import { createApi } from "../../workers/pipeline/api/app.ts";

const root = join(import.meta.dirname, "../..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const configOf = (file: string): Unstable_Config => unstable_readConfig({ config: join(root, file) }, { hideWarnings: true });

const api = createApi();
const described = new Set(
  Object.entries(api.getOpenAPI31Document({ openapi: "3.1.0", info: apiInfo }).paths ?? {}).flatMap(([path, methods]) =>
    Object.keys(methods ?? {}).map((method) => `${method} ${path}`),
  ),
);
/** `:id` and `:id{pattern}` as OpenAPI writes them. */
const asDescribed = (path: string): string => path.replaceAll(/:(\w+)(\{[^/]*\})?/g, "{$1}");

test("every route of the API is in its description, and nothing else is but the doors", () => {
  // `all` answers other methods of a known address with 405, middleware has no address of its own.
  const served = api.routes
    .filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => `${method.toLowerCase()} ${asDescribed(path)}`);
  expect(served.length).toBeGreaterThan(30);
  expect(served.filter((route) => !described.has(route))).toEqual([]);
  expect([...described].filter((route) => !served.includes(route)).toSorted()).toEqual([...new Set(doors())].toSorted());
});

/** Of the router's own text: it registers each door on a line. */
function doors(): string[] {
  return [...read("workers/pipeline/doors/router.ts").matchAll(/^ {2}\.(get|post|patch|put|delete|all)\("([^"]+)"/gm)].map(
    ([, method, path]) => `${method} ${asDescribed(path ?? "")}`,
  );
}

test("the router has doors, and each is known by one line", () => {
  expect(doors().length).toBeGreaterThan(15);
  expect(new Set(doors()).size).toBe(doors().length);
});

test("the table of crons tells of every trigger, and of no other", () => {
  const configs = ["wrangler.toml", ...readdirSync(join(root, "workers")).map((name) => `workers/${name}/wrangler.toml`)];
  const declared = configs
    .filter((file) => file !== "workers/pipeline/wrangler.toml")
    .flatMap((file) => {
      const { name, triggers } = configOf(file);
      return (triggers?.crons ?? []).map((cron) => `${cron} ${name}`);
    });
  const told = [...read("docs/operating.md").matchAll(/^\| `([^`]+)` \| `(bento[^`]*)` \|/gm)].map(([, cron, name]) => `${cron} ${name}`);
  expect(declared.length).toBeGreaterThan(0);
  expect(told.toSorted()).toEqual(declared.toSorted());
});

test("every queue's consumer gives up its dead letters, or says why it has none", () => {
  const consumers = configOf("wrangler.toml").queues.consumers ?? [];
  expect(consumers.length).toBeGreaterThan(5);
  for (const { queue, dead_letter_queue: dead } of consumers) {
    const [, comment = ""] =
      new RegExp(`((?:^#.*\\n)*)^\\[\\[queues\\.consumers\\]\\]\\nqueue = "${queue}"$`, "m").exec(read("wrangler.toml")) ?? [];
    expect([queue, dead ?? /^# No dead letters of its own: \S.*/m.exec(comment)?.[0]]).toEqual([queue, expect.any(String)]);
  }
});

test("every queue that the config reads has a branch in the pipeline, and every branch a queue", () => {
  const branches = [...read("workers/pipeline/index.ts").matchAll(/case "(bento-[a-z-]+)":/g)].map(([, queue = ""]) => queue);
  expect(branches.toSorted()).toEqual((configOf("wrangler.toml").queues.consumers ?? []).map(({ queue }) => queue).toSorted());
});
