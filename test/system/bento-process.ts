// Starts Bento as a user does, as a process of its own on a free port, and stops or kills it.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
export const adminKey = "system-test-admin-key";

export interface BentoProcess {
  url: string;
  /** SIGKILL: what a power cut does. */
  kill: () => Promise<void>;
  /** SIGTERM; gives the exit code. */
  stop: () => Promise<number | null>;
  /** All it printed so far, errors too. */
  said: () => string;
}

export async function startProcess(dataDir: string, flags: string[] = ["--empty"]): Promise<BentoProcess> {
  const child = spawn(join(root, "node_modules/.bin/node"), ["cli/start.ts", "--port", "0", "--data", dataDir, ...flags], {
    cwd: root,
    env: { ...process.env, BENTO_ADMIN_KEY: adminKey },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, so that a kill takes workerd with it.
    detached: true,
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
  const url = await readyUrl(child, () => said);
  const exited = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  const send = (signal: NodeJS.Signals) => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(signal === "SIGKILL" ? -child.pid : child.pid, signal);
  };
  return {
    url,
    kill: async () => {
      send("SIGKILL");
      await exited;
    },
    stop: async () => {
      send("SIGTERM");
      return exited;
    },
    said: () => said,
  };
}

function readyUrl(child: ChildProcess, said: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.on("data", () => {
      const url = /^bento ready (\S+)$/m.exec(said())?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once("exit", (code) => reject(new Error(`Bento ended with ${code} before it was ready:\n${said().slice(-4_000)}`)));
  });
}

/** A folder that is removed by `remove`. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "bento-test-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export async function call(url: string, method: string, path: string, body?: unknown, key = adminKey): Promise<Response> {
  return fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** Until all that was acknowledged can be read. */
export async function settle(url: string, key = adminKey, seconds = 60): Promise<void> {
  const until = Date.now() + seconds * 1_000;
  for (;;) {
    const status = (await (await call(url, "GET", "/v1/ingest/status", undefined, key)).json()) as { pending: number };
    if (status.pending === 0) return;
    if (Date.now() > until) throw new Error(`${status.pending} requests are still pending after ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Every item of a list. */
export async function all<T>(url: string, path: string, key = adminKey): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const more: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page = (await (await call(url, "GET", `${path}${path.includes("?") ? "&" : "?"}limit=200${more}`, undefined, key)).json()) as {
      data: T[];
      next_cursor: string | null;
    };
    items.push(...page.data);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return items;
}
