// An experiment at the moment it is made, before anything was measured.
import { ulid } from "ulidx";
import { nothingRead, type Experiment } from "../../../domain/experiment/experiment.ts";
import type { Designed } from "./experiments-kinds.ts";

interface Making {
  agent: string;
  /** Under which the candidate's agent reaches Bento's recorded tools. */
  origin: string;
  nowMs: number;
  /** Not to be written as a draft: it runs at once. */
  isRunning?: boolean;
}

export function newExperiment(
  { design, secret, total }: Pick<Designed, "design" | "secret" | "total">,
  { agent, origin, nowMs, isRunning = false }: Making,
): Experiment {
  return {
    id: `exp_${ulid(nowMs)}`,
    agent,
    status: isRunning ? "running" : "draft",
    design,
    origin,
    secret,
    reading: nothingRead,
    salt: crypto.randomUUID(),
    total,
    costUsd: 0,
    error: null,
    createdMs: nowMs,
    startedMs: isRunning ? nowMs : null,
    endedMs: null,
    updatedMs: nowMs,
  };
}
