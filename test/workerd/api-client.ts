// Talks to the API under test as a client does, and seeds what consumers would have written.
import { env, SELF } from "cloudflare:test";
import { writeRuns } from "../../d1/write-runs.ts";
import { unknownUsage, type Run } from "../../domain/run/run.ts";
import { writeSegment } from "../../r2/segments.ts";

export type Reply = Awaited<ReturnType<Client["send"]>>;

export class Client {
  readonly key: string;
  readonly projectId: string;

  constructor(key: string, projectId: string) {
    this.key = key;
    this.projectId = projectId;
  }

  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const response = await SELF.fetch(`http://bento${path}`, {
      method,
      headers: { authorization: `Bearer ${this.key}`, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("/json") === true;
    const json = JSON.parse(isJson ? text : "null");
    return { status: response.status, headers: response.headers, text, json };
  }

  get(path: string) {
    return this.send("GET", path);
  }

  post(path: string, body: unknown = {}) {
    return this.send("POST", path, body);
  }

  /** Every row of a list, page by page. */
  async walk(path: string, limit: number) {
    const rows = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const join = path.includes("?") ? "&" : "?";
      const reply: Reply = await this.get(`${path}${join}limit=${limit}${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`);
      if (reply.status !== 200) throw new Error(reply.text);
      rows.push(...reply.json.data);
      cursor = reply.json.next_cursor;
    }
    return rows;
  }

  async seed(...runs: (Partial<Run> & { id: string })[]): Promise<void> {
    const lines = runs.map((run) => ({ run: runOf(run), raw: { sent: run.id } }));
    const places = await writeSegment(env.ARCHIVE, `segments/${this.projectId}/2026-11-24T10/${crypto.randomUUID()}.`, lines);
    const stored = lines.flatMap(({ run }, i) => {
      const place = places[i];
      return place === undefined ? [] : [{ run, version: "01", isOpen: false, aliases: [], place, custom: [] }];
    });
    await writeRuns(
      env.INDEX,
      this.projectId,
      stored,
      [{ id: crypto.randomUUID(), door: "runs", accepted: runs.length, rejected: [] }],
      "",
      0,
    );
  }
}

export const admin = new Client(env.BENTO_ADMIN_KEY, "prj_default");

export async function newProject(name: string, more: object = {}): Promise<Client> {
  const { json } = await admin.post("/v1/projects", { name, ...more });
  return new Client(json.key, json.id);
}

export function runOf(given: Partial<Run> & { id: string }): Run {
  return {
    source_id: given.id.replace(/^run_/, ""),
    agent: "support-bot",
    agent_version: null,
    session_id: null,
    user_id: null,
    cohort: {},
    tags: [],
    started_at: "2026-11-24T10:00:00.000Z",
    ended_at: null,
    duration_ms: 1000,
    status: "ok",
    error: null,
    input: "question",
    output: "answer",
    config: { model: null, prompt: null, tools: [], params: {}, artifacts: [] },
    config_hash: "abc",
    usage: unknownUsage,
    cost_usd: null,
    flags: [],
    counts: { steps: 0, llm_calls: 0, tool_calls: 0, tool_errors: 0, retries: 0 },
    scores: [],
    steps: [],
    metadata: {},
    instrumentation: null,
    sample_rate: 1,
    experiment: null,
    shadow_of: null,
    ...given,
  };
}
