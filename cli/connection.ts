// Which Bento a command talks to, and with which key: what the flags say, else the variables, else the Bento that `npm start` runs
// on this machine with the key that it keeps there. That key is sent to no address but this machine's own.
import { readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { CommandFailure } from "./failure.ts";

export interface Connection {
  /** Without a slash at its end. */
  url: string;
  /** null where none is known: what needs one is refused by the server, in its own words. */
  key: string | null;
}

export interface ConnectionFlags {
  url?: string | undefined;
  key?: string | undefined;
}

type Variables = Readonly<Record<string, string | undefined>>;

const usualUrl = "http://127.0.0.1:8787";

/** @param root where the project is: `npm start` keeps its folder there. Throws CommandFailure for what is no address or no key. */
export function connectionOf(flags: ConnectionFlags, variables: Variables, root: string): Connection {
  const url = addressOf(flags.url ?? said(variables["BENTO_URL"]) ?? usualUrl);
  const key = flags.key ?? said(variables["BENTO_KEY"]) ?? (isThisMachine(url) ? localKey(variables, root) : null);
  // The platform's own message for a header that cannot be sent quotes it.
  if (key !== null && !/^[\x21-\x7e]+$/.test(key)) throw new CommandFailure("The key is empty or holds characters that no key has.");
  return { url: url.href.replace(/\/+$/, ""), key };
}

function addressOf(text: string): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:"))
    throw new CommandFailure(`"${text}" is no address of a Bento. Write it like ${usualUrl} (--url or BENTO_URL).`);
  if (url.username !== "" || url.password !== "")
    throw new CommandFailure("The address holds a user and password. Give the key with --key or BENTO_KEY instead.");
  url.search = "";
  url.hash = "";
  return url;
}

const isThisMachine = ({ hostname }: URL): boolean => ["127.0.0.1", "localhost", "[::1]"].includes(hostname);

function localKey(variables: Variables, root: string): string | null {
  const folder = said(variables["BENTO_DATA"]) ?? ".bento";
  try {
    return said(readFileSync(join(isAbsolute(folder) ? folder : join(root, folder), "admin-key"), "utf8").trim()) ?? null;
  } catch {
    return null;
  }
}

const said = (value: string | undefined): string | undefined => (value === "" ? undefined : value);
