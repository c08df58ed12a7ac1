// Bento's public API as a command uses it: JSON in and out, patience where Bento says later, and refusals in words that say what to
// do. Nothing here knows what any answer means.
import { setTimeout as pause } from "node:timers/promises";
import { isObject, listOf, numberOf, textOf } from "../domain/wire/json-value.ts";
import type { Connection } from "./connection.ts";
import { CommandFailure } from "./failure.ts";

export type Query = Readonly<Record<string, string | number | null | undefined>>;

export interface Detail {
  path: string;
  message: string;
}

/** Bento said no. `message` is for people and says all; `told` is Bento's own sentence. */
export class ApiRefusal extends CommandFailure {
  readonly status: number;
  readonly told: string;
  readonly details: readonly Detail[];

  constructor(status: number, message: string, told: string, details: readonly Detail[]) {
    super(message);
    this.status = status;
    this.told = told;
    this.details = details;
  }
}

export interface Upload {
  contentType: string;
  body: Uint8Array<ArrayBuffer> | string;
}

export interface ListPage {
  data: unknown[];
  nextCursor: string | null;
  total: number | null;
}

export interface ApiClient {
  get(path: string, query?: Query): Promise<unknown>;
  send(method: "POST" | "PATCH" | "DELETE", path: string, body?: unknown): Promise<unknown>;
  /** Bytes to a door. Waits as long as Bento is busy or away for a moment. */
  upload(path: string, upload: Upload): Promise<unknown>;
  page(path: string, query?: Query): Promise<ListPage>;
}

/** A flush of a large agent takes its time. */
const longestAnswerMs = 180_000;
/** Tries of one request; with the waits below a restart of Bento is outlived. */
const mostTries = 10;
const firstWaitMs = 200;
const longestWaitMs = 10_000;

export function apiClient({ url, key }: Connection): ApiClient {
  const headers: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
  const ask = async (path: string, init: RequestInit, tries: number): Promise<unknown> => {
    for (let attempt = 1; ; attempt++) {
      const reply = await attemptOf(url + path, init);
      const isBusy = !(reply instanceof Response) || reply.status === 429 || reply.status === 503;
      if (!isBusy) return read(reply, url, key !== null);
      if (attempt >= tries) {
        if (reply instanceof Response) return read(reply, url, key !== null);
        throw unreachable(url, reply);
      }
      if (reply instanceof Response) await reply.body?.cancel();
      await pause(waitMs(reply, attempt));
    }
  };
  const client: ApiClient = {
    get: (path, query = {}) => ask(path + queryString(query), { headers }, 1),
    send: (method, path, body) =>
      ask(
        path,
        body === undefined
          ? { method, headers }
          : { method, headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(body) },
        1,
      ),
    upload: (path, { contentType, body }) =>
      ask(path, { method: "POST", headers: { ...headers, "content-type": contentType }, body }, mostTries),
    page: async (path, query) => {
      const answer = await client.get(path, query);
      if (!isObject(answer) || !Array.isArray(answer["data"])) throw stranger(url);
      return { data: answer["data"], nextCursor: textOf(answer["next_cursor"]), total: numberOf(answer["total"]) };
    },
  };
  return client;
}

/** One path segment of any name. */
export const segment = (name: string): string => (name === "." || name === ".." ? "%252E" : encodeURIComponent(name.toWellFormed()));

export function queryString(query: Query): string {
  const kept = Object.entries(query).flatMap(([name, value]) => (value === null || value === undefined ? [] : [[name, String(value)]]));
  return kept.length === 0 ? "" : `?${new URLSearchParams(kept).toString()}`;
}

/** A redirect is not followed: the key must not travel to an address that nobody named. */
async function attemptOf(address: string, init: RequestInit): Promise<Response | Error> {
  try {
    return await fetch(address, { ...init, redirect: "manual", signal: AbortSignal.timeout(longestAnswerMs) });
  } catch (error) {
    return error instanceof Error ? error : new Error("unknown");
  }
}

async function read(reply: Response, url: string, hasKey: boolean): Promise<unknown> {
  const text = await reply.text();
  const answer = text === "" ? null : jsonOf(text);
  if (reply.ok && answer !== undefined) return answer;
  if (reply.status >= 300 && reply.status < 400)
    throw new CommandFailure(`${url} points to ${reply.headers.get("location") ?? "another address"}. Give that as --url.`);
  const error = isObject(answer) ? answer["error"] : undefined;
  // OTLP doors answer with a status of their own: {code, message}.
  const told = isObject(error) ? textOf(error["message"]) : isObject(answer) ? textOf(answer["message"]) : null;
  if (told === null) throw stranger(url, reply.status);
  const details = detailsOf(isObject(error) ? error["details"] : null);
  throw new ApiRefusal(reply.status, refusalText(reply.status, told, details, hasKey), told, details);
}

const detailsOf = (value: unknown): Detail[] =>
  listOf(value).flatMap((one) => (isObject(one) ? [{ path: textOf(one["path"]) ?? "", message: textOf(one["message"]) ?? "" }] : []));

/** Places shown of one refusal. */
const placesShown = 10;

function refusalText(status: number, told: string, details: readonly Detail[], hasKey: boolean): string {
  const places = details.slice(0, placesShown).map(({ path, message }) => `\n  ${path === "" ? "" : `${path}: `}${message}`);
  const more = details.length > placesShown ? `\n  and ${details.length - placesShown} more` : "";
  const remedy =
    status !== 401
      ? ""
      : hasKey
        ? "\n  Give the right one with --key or BENTO_KEY; `npm start` prints the admin key."
        : "\n  Give one with --key or BENTO_KEY; `npm start` prints the admin key.";
  return `${told} (${status})${places.join("")}${more}${remedy}`;
}

const stranger = (url: string, status?: number): CommandFailure =>
  new CommandFailure(
    `What answers at ${url} is no Bento${status === undefined ? "" : ` (it said ${status})`}. Name one with --url or BENTO_URL.`,
  );

function unreachable(url: string, error: Error): CommandFailure {
  const code = codeOf(error);
  if (error.name === "TimeoutError") return new CommandFailure(`${url} did not answer within ${longestAnswerMs / 1_000} s.`);
  if (code === "ECONNREFUSED")
    return new CommandFailure(`No Bento answers at ${url}. Start one with \`npm start\`, or name another with --url or BENTO_URL.`);
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return new CommandFailure(`The host of ${url} is not known. Is --url or BENTO_URL right, and is there a network?`);
  return new CommandFailure(`${url} could not be reached (${code ?? error.message}).`);
}

/** fetch hides what happened in its cause; several addresses of one host are tried together. */
function codeOf(error: Error): string | null {
  const { cause } = error;
  if (!isObject(cause)) return null;
  const first = listOf(cause["errors"])[0];
  return textOf(cause["code"]) ?? (isObject(first) ? textOf(first["code"]) : null);
}

/** `Retry-After` in seconds or as a date, else doubling waits. */
function waitMs(reply: Response | Error, attempt: number): number {
  const after = reply instanceof Response ? reply.headers.get("retry-after") : null;
  if (after === null) return Math.min(longestWaitMs, firstWaitMs * 2 ** (attempt - 1));
  const ms = /^\d+$/.test(after.trim()) ? Number(after) * 1_000 : Date.parse(after) - Date.now();
  return Number.isFinite(ms) ? Math.min(longestWaitMs, Math.max(0, ms)) : firstWaitMs;
}

/** undefined for what is no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
