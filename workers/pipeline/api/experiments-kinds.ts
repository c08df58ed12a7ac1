// The kinds of experiments, one module each. The routes are the same for all; what is checked when one is made, what starts when it starts and
// how it is read is the kind's own.
import type {
  Experiment,
  ExperimentAsked,
  ExperimentDesign,
  ExperimentKindName,
  ExperimentReading,
} from "../../../domain/experiment/experiment.ts";
import type { ReplayCase } from "../../../domain/experiment/replay.ts";
import type { Env } from "../env.ts";
import { canaryKind } from "./experiments-canary.ts";
import { replayKind } from "./experiments-replay.ts";
import { shadowKind } from "./experiments-shadow.ts";

/** What one that is asked for would be, before anything is written down. */
export interface Designed {
  design: ExperimentDesign;
  /** Signs calls of the candidate's driver; null where nothing is called. */
  secret: string | null;
  /** Cases to compare; 0 where there is no such number. */
  total: number;
  /** Written with the experiment of this id, in one transaction. */
  statements: (id: string) => D1PreparedStatement[];
  /** Answered in place of an experiment where only that was asked for; null where it was not. */
  preview: unknown;
}

export interface ReadExperiment {
  /** As it stands once it was read, where reading it may move it. */
  experiment?: Experiment;
  reading: ExperimentReading;
  /** null for kinds without cases. */
  results: ReplayCase[] | null;
  /** Results with what the candidate said and called, where there are so many that they are listed without. */
  texts?: (results: readonly ReplayCase[]) => Promise<ReplayCase[]>;
  progress: { done: number; total: number; errored: number } | null;
}

/** What somebody asks to be done, and who. */
export interface AskedAction {
  action: "start" | "stop" | "abort" | "promote";
  by: "person" | "machine";
  override: boolean;
  reason: string | null;
}

export interface ExperimentKind {
  /** Checks what the schema cannot. Throws Refusal. */
  design: (env: Env, projectId: string, asked: ExperimentAsked, nowMs: number) => Promise<Designed>;
  /** As it stands when it is about to be moved. Throws Refusal where it must not be; then it also says who may promote. Without it, any person may. */
  before?: (env: Env, projectId: string, experiment: Experiment, asked: AskedAction, nowMs: number) => Promise<Experiment>;
  /** It is running by now; may be called again for one that runs. */
  start: (env: Env, projectId: string, experiment: Experiment, nowMs: number) => Promise<void>;
  /** As it stands. */
  read: (env: Env, projectId: string, experiment: Experiment, nowMs: number) => Promise<ReadExperiment>;
  /** What follows once it was stopped, aborted or promoted. */
  stop: (env: Env, projectId: string, experiment: Experiment, nowMs: number) => Promise<void>;
  abort: (env: Env, projectId: string, experiment: Experiment, nowMs: number) => Promise<void>;
  promote: (env: Env, projectId: string, experiment: Experiment, nowMs: number) => Promise<void>;
}

/** A kind that is absent is refused when it is asked for. */
export const experimentKinds: Readonly<Partial<Record<ExperimentKindName, ExperimentKind>>> = {
  replay: replayKind,
  shadow: shadowKind,
  canary: canaryKind,
};
