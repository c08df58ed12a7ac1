// Sends one request over a plain HTTP client, so that lengths, codings and addresses go out as they are, and gives what came back.
import { Agent, request as httpRequest } from "node:http";
import type { Way } from "./hostile-request.ts";
import type { Request } from "./meaning.ts";

export interface Answer {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  body: Uint8Array;
}

export type Outcome = Answer | { failure: string };

export interface Sender {
  send: (request: Request, key: string, way?: Way) => Promise<Outcome>;
  close: () => void;
}

/** Longer than a request may wait behind a full queue; a door that hangs is a finding. */
const longestWaitMs = 60_000;

export function senderTo(url: string, connections: number): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    send: async (request, key, way = "whole") => (way === "cut" ? sendHalf(url, request, key) : sendWhole(url, agent, request, key, way)),
    close: () => agent.destroy(),
  };
}

function sendWhole(url: string, agent: Agent, { method, path, headers, body }: Request, key: string, way: Way): Promise<Outcome> {
  return new Promise((resolve) => {
    const isChunked = way === "chunked";
    const length = isChunked ? { "transfer-encoding": "chunked" } : { "content-length": String(body.length) };
    const sent = method === "GET" ? {} : { ...headers, ...length };
    const { hostname, port } = new URL(url);
    // Not by URL: that would put the path right.
    const outgoing = httpRequest({ hostname, port, method, path, agent, headers: { ...sent, authorization: `Bearer ${key}` } });
    outgoing.setTimeout(longestWaitMs, () => outgoing.destroy(new Error("no answer in time")));
    outgoing.once("error", (error: NodeJS.ErrnoException) => resolve({ failure: error.code ?? error.message }));
    outgoing.once("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("error", (error: NodeJS.ErrnoException) => resolve({ failure: error.code ?? error.message }));
      response.once("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }));
    });
    if (method === "GET") outgoing.end();
    else if (!isChunked) outgoing.end(body);
    else {
      const middle = Math.floor(body.length / 2);
      outgoing.write(body.subarray(0, middle));
      outgoing.end(body.subarray(middle));
    }
  });
}

/** Half of the body, then the client is gone. Resolves when the connection is. */
function sendHalf(url: string, { method, path, headers, body }: Request, key: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const length = { "content-length": String(body.length + 1) };
    const outgoing = httpRequest({ hostname, port, method, path, headers: { ...headers, ...length, authorization: `Bearer ${key}` } });
    outgoing.once("error", () => {});
    outgoing.once("close", () => resolve({ failure: "cut" }));
    outgoing.write(body.subarray(0, Math.floor(body.length / 2)), () => outgoing.destroy());
  });
}
