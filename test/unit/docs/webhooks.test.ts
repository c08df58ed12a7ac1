// The receiver that the docs show, run as it stands: it takes what Bento signs and nothing else.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { postSigned } from "../../../queues/post-signed.ts";

const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const body = JSON.stringify({ type: "incident.opened", timestamp: "2026-11-24T10:00:00.000Z", text: "größer als 1 < 2 ✓", data: {} });
const folder = mkdtempSync(join(tmpdir(), "bento-receiver-"));
let receiver: ChildProcess;
let url = "";

beforeAll(async () => {
  const [, code] = /```js\n(\/\/ receiver\.mjs[\s\S]*?)```/.exec(readFileSync("docs/webhooks.md", "utf8")) ?? [];
  if (code === undefined) throw new Error("docs/webhooks.md shows no receiver.mjs");
  writeFileSync(join(folder, "receiver.mjs"), code);
  const port = await freePort();
  url = `http://127.0.0.1:${port}/`;
  receiver = spawn(process.execPath, [join(folder, "receiver.mjs")], { env: { PORT: String(port), WEBHOOK_SECRET: secret } });
  await new Promise((resolve, reject) => {
    receiver.stdout?.once("data", resolve);
    receiver.once("exit", () => reject(new Error("the receiver ended")));
  });
});

afterAll(() => {
  receiver.kill();
  rmSync(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
}

/** As Bento signs it, then changed on its way. */
async function send(
  change: (headers: Record<string, string>, body: string) => [Record<string, string>, string],
  at = new Date(),
): Promise<number> {
  const signed = {
    "webhook-id": "msg_1",
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign("msg_1", at, body),
  };
  const [headers, sent] = change(signed, body);
  return (await fetch(url, { method: "POST", headers, body: sent })).status;
}

describe("the receiver in the docs", () => {
  test("takes a call of Bento's", async () => expect(await postSigned({ url, secret }, "incident.opened:inc_1:opened", body)).toBeNull());

  test("takes one signature of several, as while a secret is being changed", async () =>
    expect(await send((headers, sent) => [{ ...headers, "webhook-signature": `v1,AAAA ${headers["webhook-signature"]}` }, sent])).toBe(
      204,
    ));

  test.each<[string, (headers: Record<string, string>, body: string) => [Record<string, string>, string]]>([
    ["the same JSON as other bytes", (headers, sent) => [headers, JSON.stringify(JSON.parse(sent), null, 1)]],
    ["one byte more", (headers, sent) => [headers, `${sent} `]],
    ["another id", (headers, sent) => [{ ...headers, "webhook-id": "msg_2" }, sent]],
    ["another time", (headers, sent) => [{ ...headers, "webhook-timestamp": String(Number(headers["webhook-timestamp"]) - 1) }, sent]],
    ["no signature", ({ "webhook-signature": _, ...headers }, sent) => [headers, sent]],
    [
      "a signature of another version",
      (headers, sent) => [{ ...headers, "webhook-signature": `v2${headers["webhook-signature"]?.slice(2)}` }, sent],
    ],
    ["no headers", (_, sent) => [{}, sent]],
  ])("refuses %s", async (_, change) => expect(await send(change)).toBe(401));

  test("refuses a call of ten minutes ago, which somebody may have kept", async () =>
    expect(await send((headers, sent) => [headers, sent], new Date(Date.now() - 600_000))).toBe(401));

  test("refuses what another secret signed", async () => {
    const other = `whsec_${Buffer.alloc(32, 8).toString("base64")}`;
    expect(await postSigned({ url, secret: other }, "x", body)).toBe("answered 401");
  });
});

describe("a call out", () => {
  test("says in its own words why it failed, and signs nothing without a secret", async () => {
    expect(await postSigned({ url: "http://127.0.0.1:9/", secret }, "x", body)).toBe("could not be reached");
    const fetched = vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response(null, { status: 200 }));
    expect(await postSigned({ url, secret: null }, "x", body)).toBeNull();
    expect(Object.keys(fetched.mock.calls[0]?.[1]?.headers ?? {})).toEqual(["content-type", "user-agent"]);
    fetched.mockRestore();
  });
});
