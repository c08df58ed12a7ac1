// What all commands share: the flags that name the server and the form of the answer, lists with their pages, and how a failure is
// told. A command file adds its own arguments and says what to ask and how to show it.
import { join } from "node:path";
import { Command } from "commander";
import { apiClient, type ApiClient, type Query } from "./api-client.ts";
import { connectionOf, type Connection } from "./connection.ts";
import { CommandFailure } from "./failure.ts";
import { print, printJson, rowOf, table, type Column, note } from "./print.ts";

/** Where the project is. */
const root = join(import.meta.dirname, "..");

/** What the shared flags come to. */
export interface Call {
  connection: Connection;
  api: ApiClient;
  json: boolean;
}

export interface SharedFlags {
  url?: string;
  key?: string;
  json?: boolean;
}

/** A command that asks a Bento: with `--url`, `--key` and `--json`. */
export function serverCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option("--url <address>", "the Bento to ask [BENTO_URL] (default: http://127.0.0.1:8787)")
    .option("--key <key>", "a key of it [BENTO_KEY] (on this machine, by default, the admin key that npm start keeps)")
    .option("--json", "answer in JSON, in the API's own words");
}

export function callOf({ url, key, json }: SharedFlags): Call {
  const connection = connectionOf({ url, key }, process.env, root);
  return { connection, api: apiClient(connection), json: json === true };
}

export interface ListFlags extends SharedFlags {
  limit: number;
  all?: boolean;
}

/** A command that lists: also with `--limit` and `--all`. */
export function listCommand(name: string, description: string): Command {
  return serverCommand(name, description)
    .option("--limit <rows>", "at most so many", wholeNumber, 50)
    .option("--all", "all of them, however many");
}

/** Rows of one request; the API's own limit. */
const rowsAPage = 200;

/** The rows that the flags ask for, over as many pages as that takes. */
export async function readList(
  api: ApiClient,
  path: string,
  query: Query,
  { limit, all = false }: Pick<ListFlags, "limit" | "all">,
): Promise<{ data: unknown[]; next_cursor: string | null; total: number | null }> {
  const data: unknown[] = [];
  for (let cursor: string | null = null; ;) {
    const wanted = all ? rowsAPage : Math.min(rowsAPage, limit - data.length);
    const page = await api.page(path, { ...query, limit: wanted, cursor });
    data.push(...page.data);
    cursor = page.nextCursor;
    if (cursor === null || (!all && data.length >= limit)) return { data, next_cursor: cursor, total: page.total };
  }
}

/** Shows a list, and says when there is more. */
export async function showList(
  { api, json }: Call,
  path: string,
  query: Query,
  flags: Pick<ListFlags, "limit" | "all">,
  columns: readonly Column[],
  nothing: string,
): Promise<void> {
  const list = await readList(api, path, query, flags);
  if (json) return printJson(list);
  if (list.data.length === 0) return print(nothing);
  print(table(columns, list.data.map(rowOf)));
  if (list.next_cursor !== null) {
    const of = list.total === null ? "There are more" : `${list.data.length} of ${list.total.toLocaleString("en-US")}`;
    note(`${of}; --all or --limit shows more.`);
  }
}

/** The whole number in an argument. */
export function wholeNumber(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(number) || number < 1)
    throw new CommandFailure(`"${text}" must be a whole number of 1 or more.`);
  return number;
}

/** Commands under one name; the first is meant where none is named. */
export function group(name: string, description: string, [usual, ...others]: readonly [Command, ...Command[]]): Command {
  const command = new Command(name).description(description).addCommand(usual, { isDefault: true });
  for (const other of others) command.addCommand(other);
  return command;
}
