import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { call, settle, startProcess, temporaryFolder } from "./bento-process.ts";

const words = "zebra-secret-words";
const traceId = "0af7651916cd43dd8448eb211c80319c";
const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const span = {
  traceId,
  spanId: "00f067aa0ba902b7",
  name: "invoke_agent a",
  kind: 1,
  startTimeUnixNano: "1796083200000000000",
  endTimeUnixNano: "1796083201000000000",
  attributes: [text("gen_ai.operation.name", "invoke_agent"), text("gen_ai.agent.name", "a"), text("input.value", words)],
  status: {},
};

/** Files below `folder` that hold the words in plain bytes. */
const filesWithWords = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (name) => statSync(join(folder, name)).isFile() && readFileSync(join(folder, name)).includes(words),
  );

test("what was deleted stands in no file of the data folder once Bento was stopped, and a stop in between loses nothing", async () => {
  const folder = temporaryFolder();
  try {
    const bento = await startProcess(folder.path);
    try {
      await call(bento.url, "POST", "/v1/runs", { id: "w", agent: "a", input: words, steps: [{ type: "tool", name: "t", result: words }] });
      await call(bento.url, "POST", "/v1/runs", { id: "stays", agent: "b", input: "other words" });
      await call(bento.url, "POST", "/v1/traces", { resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ spans: [span] }] }] });
      await settle(bento.url);
      await call(bento.url, "POST", "/v1/agents/a/flush", {});
      expect(filesWithWords(folder.path)).not.toEqual([]);
      for (const id of ["w", traceId]) expect((await call(bento.url, "DELETE", `/v1/runs/${id}`)).status).toBe(204);
      await call(bento.url, "POST", "/v1/agents/a/flush", {});
    } finally {
      await bento.stop();
    }
    expect(filesWithWords(folder.path)).toEqual([]);
    const again = await startProcess(folder.path);
    try {
      expect((await call(again.url, "GET", "/v1/runs/w")).status).toBe(404);
      expect((await call(again.url, "GET", "/v1/runs/stays")).status).toBe(200);
    } finally {
      await again.stop();
    }
  } finally {
    folder.remove();
  }
});
