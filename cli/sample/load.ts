// Loads the sample project into a new instance: a project of its own, filled through the public webhook. A file in the data
// folder says that loading has begun, so that a start after a kill goes on with the same project and the same runs.
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as z from "zod";
import { sampleScenario, hourMs } from "./scenario.ts";
import { sendSample, type SampleProgress } from "./send.ts";

const unfinishedSchema = z.object({ key: z.string(), end_ms: z.number() });

/**
 * The newest run of the sample is this old: a stream that ends now would be live, and would then go silent.
 */
const sampleAgeMs = 3 * hourMs;

export interface LoadOptions {
  url: string;
  adminKey: string;
  /** Where it is noted that loading has begun. */
  file: string;
  nowMs: number;
  onProgress: (progress: SampleProgress) => void;
}

export function isSampleUnfinished(file: string): boolean {
  return existsSync(file);
}

export async function loadSampleProject({ url, adminKey, file, nowMs, onProgress }: LoadOptions): Promise<void> {
  const { key, end_ms } = isSampleUnfinished(file)
    ? unfinishedSchema.parse(JSON.parse(readFileSync(file, "utf8")))
    : await begin(url, adminKey, file, nowMs);
  await sendSample({ url, key, scenario: sampleScenario(end_ms), onProgress });
  rmSync(file);
}

async function begin(url: string, adminKey: string, file: string, nowMs: number): Promise<z.infer<typeof unfinishedSchema>> {
  const response = await fetch(`${url}/v1/projects`, {
    method: "POST",
    headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "sample" }),
  });
  if (!response.ok) throw new Error(`the project was refused with ${response.status}`);
  const { key } = z.object({ key: z.string() }).parse(await response.json());
  const unfinished = { key, end_ms: nowMs - sampleAgeMs };
  writeFileSync(file, JSON.stringify(unfinished), { mode: 0o600 });
  return unfinished;
}
