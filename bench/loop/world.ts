// What stands around the loop in its bench: a Bento that is reached by its public API alone, and the sample agent, which reads its bundle over HTTP,
// answers replays behind a signed webhook, and sends its runs.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { Webhook } from "standardwebhooks";
import * as z from "zod";
import { randomFrom } from "../../cli/sample/random.ts";
import { live, requestOf, type Held, type Model } from "./agent.ts";

const bundleAnswer = z.object({ artifacts: z.array(z.object({ ref: z.string(), kind: z.string(), content: z.unknown() })) });
const asked = z.object({ input: z.string(), candidate: z.object({ artifacts: z.array(z.string()) }) });

export interface Api {
  url: string;
  call: <T extends z.ZodType>(method: string, path: string, answer: T, body?: unknown) => Promise<z.output<T>>;
}

export function apiOf(url: string, key: string): Api {
  return {
    url,
    call: async (method, path, answer, body) => {
      const response = await fetch(url + path, {
        method,
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
      return answer.parse(JSON.parse(text));
    },
  };
}

/** What the agent would run with: what is in use, with these in it. */
export async function bundleOf(api: Api, agent: string, refs: readonly string[] = []): Promise<Held[]> {
  const query = refs.length === 0 ? "" : `?artifacts=${encodeURIComponent(refs.join(","))}`;
  const { artifacts } = await api.call("GET", `/v1/agents/${agent}/bundle${query}`, bundleAnswer);
  return artifacts.map(({ ref, kind, content }) => ({ ref, kind, content: content ?? null }));
}

export interface Door {
  url: string;
  secret: string;
  stop: () => void;
}

/** The agent as the loop tries candidates on it. @param model the one that it runs on at that moment */
export async function openDoor(api: Api, agent: string, model: () => Model): Promise<Door> {
  const secret = `whsec_${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64")}`;
  const answerTo = async (raw: string): Promise<object> => {
    const { input, candidate } = asked.parse(JSON.parse(raw));
    const { output, success } = live(input, await bundleOf(api, agent, candidate.artifacts), model());
    return { output, scores: { success: success ? 1 : 0 } };
  };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const raw = Buffer.concat(parts).toString();
      try {
        new Webhook(secret).verify(raw, Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])));
      } catch {
        return void response.writeHead(401).end();
      }
      answerTo(raw).then(
        (answer) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer)),
        () => response.writeHead(500).end(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address: AddressInfo | string | null = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/`, secret, stop: () => void server.close() };
}

export interface Traffic {
  agent: string;
  /** Requests are named by it: other names, other requests. */
  name: string;
  runs: number;
  model: Model;
  /** Share of requests on which each artifact is left out by itself, so that its effect can be told from that of the others. */
  leftOut: number;
}

const runsAtATime = 200;

/** One cycle of production: the agent reads its bundle once, serves, and sends its runs. */
export async function serve(api: Api, { agent, name, runs, model, leftOut }: Traffic): Promise<void> {
  const bundle = await bundleOf(api, agent);
  const endMs = Date.now() - 60_000;
  const sent = Array.from({ length: runs }, (_, i) => {
    const request = requestOf(`${name}/${i}`);
    const held = bundle.filter(({ ref }) => !randomFrom(`${request}/leaves out ${ref}`).chance(leftOut));
    return runOf(`${name}/${i}`, agent, request, held, model, endMs - (runs - i) * 200);
  });
  for (let i = 0; i < sent.length; i += runsAtATime)
    await api.call("POST", "/v1/runs", z.unknown(), { runs: sent.slice(i, i + runsAtATime) });
  const status = z.object({ pending: z.number() });
  while ((await api.call("GET", "/v1/ingest/status", status)).pending > 0) await pause(200);
}

function runOf(id: string, agent: string, request: string, held: readonly Held[], model: Model, startMs: number): object {
  const { steps, output, status, success } = live(request, held, model);
  const artifacts = held.map(({ ref }) => ({ name: ref.split("@")[0], version: ref.split("@")[1] }));
  return {
    id,
    agent,
    started_at: new Date(startMs).toISOString(),
    ended_at: new Date(startMs + 100).toISOString(),
    status,
    input: request,
    ...(status === "error" ? { error: { type: "overloaded_error", message: "Overloaded" } } : { output }),
    config: { model, artifacts },
    steps: steps.map((step, i) => ({ id: `s${i + 1}`, started_at: new Date(startMs + i).toISOString(), ms: 1, ...step })),
    scores: { success: success ? 1 : 0 },
  };
}

/** Successes among requests that Bento never sees, with the bundle that it gives. */
export async function heldOut(api: Api, agent: string, model: Model, n: number): Promise<number> {
  const bundle = await bundleOf(api, agent);
  let successes = 0;
  for (let i = 0; i < n; i++) if (live(requestOf(`held out/${i}`), bundle, model).success) successes += 1;
  return successes;
}
