// Bento's public door as a polite sender uses it: JSON in and out, and patience. Where Bento says later (429, 503) or does not
// answer at all, it waits as long as it was told and tries again; any other refusal is an error with Bento's own words.
import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";

export interface Door {
  get(path: string): Promise<unknown>;
  post(path: string, body: unknown): Promise<unknown>;
  pause(ms: number): Promise<void>;
}

/** Tries of one request in all; with the waits below more than a minute. */
const mostTries = 12;
const firstWaitMs = 200;
const longestWaitMs = 10_000;

const refusal = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** A door to the Bento at `url` for the holder of `key`. */
export function openDoor(url: string, key: string, send: typeof fetch): Door {
  const call = async (method: "GET" | "POST", path: string, body?: unknown): Promise<unknown> => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    for (let tries = 1; ; tries++) {
      const reply = await send(`${url}${path}`, init).catch((error: unknown) =>
        error instanceof Error ? error : new Error(String(error)),
      );
      if (!(reply instanceof Error) && reply.status !== 429 && reply.status !== 503) return read(reply, `${method} ${path}`);
      if (tries >= mostTries)
        throw new Error(`${method} ${path}: ${reply instanceof Error ? reply.message : `still ${reply.status}`} after ${mostTries} tries`);
      await pause(waitMs(reply, tries));
      if (!(reply instanceof Error)) await reply.body?.cancel();
    }
  };
  return { get: (path) => call("GET", path), post: (path, body) => call("POST", path, body), pause: (ms) => pause(ms) };
}

async function read(reply: Response, what: string): Promise<unknown> {
  const text = await reply.text();
  if (reply.ok) return text === "" ? null : JSON.parse(text);
  const told = refusal.safeParse(parsed(text));
  throw new Error(`${what}: ${reply.status} ${told.success ? `${told.data.error.code}: ${told.data.error.message}` : text.slice(0, 200)}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** `Retry-After` in seconds or as a date, else doubling waits. */
function waitMs(reply: Response | Error, tries: number): number {
  const after = reply instanceof Error ? null : reply.headers.get("retry-after");
  if (after === null) return Math.min(longestWaitMs, firstWaitMs * 2 ** (tries - 1));
  const ms = /^\d+$/.test(after.trim()) ? Number(after) * 1000 : Date.parse(after) - Date.now();
  return Number.isFinite(ms) ? Math.min(longestWaitMs, Math.max(0, ms)) : firstWaitMs;
}
