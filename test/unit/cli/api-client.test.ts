// What a command says when Bento does not do what it was asked, held to a server on loopback that answers as told.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { apiClient } from "../../../cli/api-client.ts";
import { readList } from "../../../cli/command.ts";
import { connectionOf } from "../../../cli/connection.ts";
import { cut, plain } from "../../../cli/print.ts";

let server: Server;
let url = "";
let answers: { status: number; body: string; headers?: Record<string, string> }[] = [];
let asked: { method: string; path: string; authorization: string | undefined }[] = [];

beforeAll(async () => {
  server = createServer((request: IncomingMessage, response: ServerResponse) => {
    asked.push({ method: request.method ?? "", path: request.url ?? "", authorization: request.headers.authorization });
    request.resume();
    request.on("end", () => {
      const { status, body, headers } = answers.shift() ?? { status: 500, body: "no answer is left" };
      response.writeHead(status, headers ?? { "content-type": "application/json" }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  answers = [];
  asked = [];
});

const error = (message: string, details?: unknown) => JSON.stringify({ error: { code: "c", message, details } });
const client = (key: string | null = "k1") => apiClient({ url, key });

describe("the API client", () => {
  test.each([
    [401, error("This key is not known here."), ["not known here. (401)", "--key or BENTO_KEY"]],
    [403, error('It needs the scope "write".'), ['It needs the scope "write". (403)']],
    [404, error("There is no such run."), ["There is no such run. (404)"]],
    [
      400,
      error("It is wrong.", [{ path: "runs[3].at", message: "must be a time" }]),
      ["It is wrong. (400)", "\n  runs[3].at: must be a time"],
    ],
    [
      422,
      error(
        "Many.",
        Array.from({ length: 14 }, () => ({ path: "p", message: "m" })),
      ),
      ["and 4 more"],
    ],
    [400, JSON.stringify({ code: 3, message: "not OTLP" }), ["not OTLP (400)"]],
    [503, error("This could not be answered just now."), ["just now. (503)"]],
    [500, "<html>oops</html>", ["is no Bento (it said 500)"]],
    [200, "<html>hello</html>", ["is no Bento"]],
  ])("told %d %s says so in words", async (status, body, parts) => {
    answers = [{ status, body }];
    const refused = await client().get("/v1/x").then(() => expect.fail("it was answered"), (thrown: Error) => thrown); // prettier-ignore
    expect(refused.name).toBe("CommandFailure");
    for (const part of parts) expect(refused.message).toContain(part);
  });

  test("says that nobody is there, and how to start one", async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, "127.0.0.1", resolve));
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    await expect(apiClient({ url: `http://127.0.0.1:${port}`, key: null }).get("/v1/x")).rejects.toThrow(
      /No Bento answers at .* `npm start`/,
    );
  });

  test("follows no redirect, so that the key goes nowhere else", async () => {
    answers = [{ status: 302, body: "", headers: { location: "https://elsewhere.example/" } }];
    await expect(client().get("/v1/x")).rejects.toThrow("points to https://elsewhere.example/");
    expect(asked).toHaveLength(1);
  });

  test("waits where Bento is busy while it sends, and sends the same again", async () => {
    answers = [
      { status: 503, body: error("busy"), headers: { "retry-after": "0" } },
      { status: 429, body: error("busy"), headers: { "retry-after": "0" } },
      { status: 202, body: '{"accepted":1}' },
    ];
    expect(await client().upload("/v1/runs", { contentType: "application/json", body: "{}" })).toEqual({ accepted: 1 });
    expect(asked).toHaveLength(3);
  });

  test("does not do twice what is no upload", async () => {
    answers = [{ status: 503, body: error("busy") }];
    await expect(client().send("POST", "/v1/changes", {})).rejects.toThrow("busy");
    expect(asked).toHaveLength(1);
  });

  test("reads a list over its pages, as many as are asked for, each with the key", async () => {
    const page = (data: number[], next: string | null) => ({ status: 200, body: JSON.stringify({ data, next_cursor: next, total: 5 }) });
    answers = [page([1, 2], "c1"), page([3, 4], "c2"), page([5], null)];
    expect(await readList(client(), "/v1/x", { agent: "a b", status: undefined }, { limit: 1, all: true })).toEqual({
      data: [1, 2, 3, 4, 5],
      next_cursor: null,
      total: 5,
    });
    expect(asked.map(({ path }) => path)).toEqual([
      "/v1/x?agent=a+b&limit=200",
      "/v1/x?agent=a+b&limit=200&cursor=c1",
      "/v1/x?agent=a+b&limit=200&cursor=c2",
    ]);
    expect(new Set(asked.map(({ authorization }) => authorization))).toEqual(new Set(["Bearer k1"]));
    answers = [page([1, 2], "c1"), page([3], "c2")];
    expect(await readList(client(null), "/v1/x", {}, { limit: 3 })).toMatchObject({ data: [1, 2, 3], next_cursor: "c2" });
    expect(asked.at(-1)).toEqual({ method: "GET", path: "/v1/x?limit=1&cursor=c1", authorization: undefined });
  });
});

describe("the connection", () => {
  const root = mkdtempSync(join(tmpdir(), "bento-root-"));
  mkdirSync(join(root, ".bento"));
  writeFileSync(join(root, ".bento/admin-key"), "local-key\n");
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test.each([
    [
      "flags before all",
      { url: "https://a.example/", key: "f" },
      { BENTO_URL: "https://b.example", BENTO_KEY: "v" },
      { url: "https://a.example", key: "f" },
    ],
    ["variables next", {}, { BENTO_URL: "https://b.example/x/", BENTO_KEY: "v" }, { url: "https://b.example/x", key: "v" }],
    ["this machine with its key at last", {}, {}, { url: "http://127.0.0.1:8787", key: "local-key" }],
    ["empty variables as none", {}, { BENTO_URL: "", BENTO_KEY: "" }, { url: "http://127.0.0.1:8787", key: "local-key" }],
    ["another port of this machine", { url: "http://localhost:9000" }, {}, { url: "http://localhost:9000", key: "local-key" }],
    ["no key where there is none", {}, { BENTO_DATA: "nowhere" }, { url: "http://127.0.0.1:8787", key: null }],
    ["this machine's key to no other", { url: "https://127.0.0.1.example" }, {}, { url: "https://127.0.0.1.example", key: null }],
  ])("takes %s", (_, flags, variables, connection) => {
    expect(connectionOf(flags, variables, root)).toEqual(connection);
  });

  test.each([
    [{ url: "127.0.0.1:8787" }, "is no address"],
    [{ url: "ftp://x" }, "is no address"],
    [{ url: "http://user:pass@x" }, "user and password"],
    [{ key: "a b" }, "The key is empty"],
    [{ key: "secret\nkey" }, "The key is empty"],
    [{ key: "" }, "The key is empty"],
  ])("refuses %j, without saying the key", (flags, message) => {
    expect(() => connectionOf(flags, {}, root)).toThrow(message);
    expect(() => connectionOf(flags, {}, root)).not.toThrow("secret");
  });
});

test.each([
  ["plain", "a\u001b]0;owned\u0007b\nc\u202Ed", "a ]0;owned b c d"],
  ["cut", "x".repeat(50), `${"x".repeat(9)}…`],
  ["cut", "", "–"],
  ["cut", { a: "\u001b" }, '{"a":"\\…'],
])("what a terminal shows is %s text of one line", (how, value, shown) => {
  expect(how === "plain" ? plain(String(value)) : cut(value, how === "cut" && typeof value === "object" ? 8 : 10)).toBe(shown);
});
