// Before signals are read they are brought up to the findings that were acknowledged: of one agent, or of all that are behind.
import { agentsBehind } from "../../../d1/signal-rows.ts";
import { refreshSignals } from "../../../queues/refresh-signals.ts";
import type { Env } from "../env.ts";

/** Agents that one request waits for; more are brought up by the minute. */
const agentsAtATime = 20;

export async function upToDate(env: Env, projectId: string, agent: string | undefined, nowMs: number): Promise<void> {
  const behind = agent === undefined ? (await agentsBehind(env.INDEX, projectId, agentsAtATime)).map((one) => one.agent) : [agent];
  for (const name of behind) await refreshSignals(env, projectId, name, nowMs);
}
