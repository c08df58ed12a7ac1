// One running Bento for a file of tests, and a run read back from it as a client of the API does, in the contract's words; only what
// tests look at is typed.
import { afterAll, beforeAll } from "vitest";
import { call, settle, startProcess, temporaryFolder, type BentoProcess } from "./bento-process.ts";

export interface ReadStep {
  id: string;
  parent_id: string | null;
  type: string;
  name: string;
  model: string | null;
  status: string;
  error: { type: string | null; message: string } | null;
  arguments: unknown;
  result: unknown;
  input: unknown;
  output: unknown;
  usage: Record<string, number | null> | null;
}

export interface ReadRun {
  id: string;
  source_id: string;
  agent: string;
  agent_version: string | null;
  session_id: string | null;
  user_id: string | null;
  tags: string[];
  status: string;
  error: { type: string | null; message: string } | null;
  input: unknown;
  output: unknown;
  config: { model: string | null };
  usage: Record<string, number | null>;
  counts: Record<string, number>;
  scores: { name: string; value: unknown; source: string | null; comment: string | null }[];
  steps: ReadStep[];
  metadata: Record<string, unknown>;
}

export interface Project {
  id: string;
  key: string;
}

export interface RunningBento {
  readonly url: string;
  readonly project: Project;
  /** All it printed so far. */
  said: () => string;
}

/** Starts a Bento before the tests of the calling file, with a project of its own, and stops it after them. */
export function bentoOfFile(name: string): RunningBento {
  const folder = temporaryFolder();
  let running: { bento: BentoProcess; project: Project } | undefined;
  const started = () => {
    if (running === undefined) throw new Error("Bento is asked for before it was started");
    return running;
  };
  beforeAll(async () => {
    const bento = await startProcess(folder.path);
    running = { bento, project: await newProject(bento.url, name) };
  });
  afterAll(async () => {
    await running?.bento.stop();
    folder.remove();
  });
  return {
    get url() {
      return started().bento.url;
    },
    get project() {
      return started().project;
    },
    said: () => started().bento.said(),
  };
}

export async function newProject(url: string, name: string): Promise<Project> {
  const response = await call(url, "POST", "/v1/projects", { name });
  if (response.status !== 201) throw new Error(`POST /v1/projects answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Project;
}

/** Waits until everything of the project is visible. */
export async function readRun(url: string, { key }: Project, id: string): Promise<ReadRun> {
  await settle(url, key);
  const response = await call(url, "GET", `/v1/runs/${id}`, undefined, key);
  if (response.status !== 200) throw new Error(`GET /v1/runs/${id} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as ReadRun;
}

export const stepsOf = (run: ReadRun, type: string): ReadStep[] => run.steps.filter((step) => step.type === type);
