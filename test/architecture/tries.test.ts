import { join } from "node:path";
import { expect, test } from "vitest";
import { unstable_readConfig, type Unstable_Config } from "wrangler";
import { mostBodyTries, retryDelaySeconds } from "../../queues/settle.ts";

const pipeline: Unstable_Config = unstable_readConfig({ config: join(import.meta.dirname, "../../wrangler.toml") }, { hideWarnings: true });

test("a body is set aside with its reason before its queue would set it aside without one", () => {
  const ingest = pipeline.queues.consumers?.find(({ queue }) => queue === "bento-ingest");
  // A message is delivered once and then retried; one more delivery than we need is left for a failure to set it aside.
  expect(1 + (ingest?.max_retries ?? 0)).toBeGreaterThan(mostBodyTries);
});

test("the tries of a body wait for longer each time, and together for about a minute", () => {
  const delays = Array.from({ length: mostBodyTries - 1 }, (_, i) => retryDelaySeconds(i + 1));
  expect(delays).toEqual(delays.toSorted((a, b) => a - b));
  expect(delays.reduce((a, b) => a + b)).toBeGreaterThan(60);
  expect(retryDelaySeconds(50)).toBe(300);
});
