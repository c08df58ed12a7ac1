// Asks the public API, as pages do: a path in, JSON out, and a refusal as a value with the API's own sentence in it.
// Nothing is retried and nothing is cached: a page is as true as the moment it was made.
import { isRecord, list, number, record, text } from "./json.ts";
import type { PageContext } from "./page-context.ts";

/** What is wrong with one field of what was sent. */
export interface Detail {
  path: string;
  message: string;
}

export type Answer = { ok: true; data: unknown } | { ok: false; status: number; message: string; details?: Detail[] };

export interface Listing<T> {
  items: T[];
  nextCursor: string | null;
  total: number | null;
}

export interface ApiClient {
  get: (path: string, query?: Record<string, string | null>) => Promise<Answer>;
  send: (method: "POST" | "DELETE" | "PATCH", path: string, body?: unknown) => Promise<Answer>;
  /** The answer as it comes, for what is no JSON page: raw downloads. */
  raw: (path: string) => Promise<Response>;
}

/** @param origin under which the person reached this Bento: what the API makes addresses of, such as those of recorded tools, begins with it */
export function apiClient(api: PageContext["api"], origin: string): ApiClient {
  const ask = async (request: Request): Promise<Answer> => {
    try {
      return await answerOf(await api(request));
    } catch {
      return { ok: false, status: 502, message: "The API could not be reached. Try again in a moment." };
    }
  };
  return {
    get: (path, query = {}) => ask(new Request(origin + path + queryString(query))),
    send: (method, path, body) =>
      ask(
        new Request(origin + path, {
          method,
          ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
        }),
      ),
    raw: (path) => api(new Request(origin + path)),
  };
}

/** `?a=b`, leaving out what is null or empty; an API that refuses unknown parameters gets no empty ones either. */
export function queryString(query: Record<string, string | null>): string {
  const kept = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== null && pair[1] !== "");
  return kept.length === 0 ? "" : `?${new URLSearchParams(kept).toString()}`;
}

async function answerOf(response: Response): Promise<Answer> {
  const body = await bodyOf(response);
  if (response.ok) return { ok: true, data: body };
  const error = record(record(body)["error"]);
  const message = text(error["message"]) ?? `The API answered ${response.status}.`;
  return { ok: false, status: response.status, message, details: list(error["details"]).flatMap(readDetail) };
}

function readDetail(value: unknown): Detail[] {
  const message = text(record(value)["message"]);
  return message === null ? [] : [{ path: text(record(value)["path"]) ?? "", message }];
}

async function bodyOf(response: Response): Promise<unknown> {
  const body = await response.text();
  if (body === "") return null;
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/** The items of a `{data: […]}` answer that the reader understands; others are left out. A bare list is taken too. */
export function listing<T>(data: unknown, read: (value: unknown) => T | null): Listing<T> {
  const items = (isRecord(data) ? list(data["data"]) : list(data)).flatMap((value) => {
    const item = read(value);
    return item === null ? [] : [item];
  });
  return { items, nextCursor: text(record(data)["next_cursor"]), total: number(record(data)["total"]) };
}
