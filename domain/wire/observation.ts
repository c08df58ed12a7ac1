// One thing that a trace tells, in Bento's words whatever dialect told it: what every dialect reader must deliver and the only
// thing that assembly knows. Unknown is null; nothing here is derived from other observations of the trace.
import type { Failure, PromptRef, Score, ToolDefinition, Usage } from "../run/run.ts";
import type { Message } from "./messages.ts";
import type { JsonObject, JsonValue } from "./record.ts";

/** `helper` keeps the tree together and is no step: HTTP and database spans, chains, prompt templates, chunks of a stream. */
export type ObservationKind = "llm" | "tool" | "retrieval" | "agent" | "guardrail" | "other" | "helper";

export interface Observation {
  id: string;
  parentId: string | null;
  kind: ObservationKind;
  name: string;
  startNs: string | null;
  endNs: string | null;
  /** A helper that is the agent when it is the root: a chain, a workflow. */
  canLead: boolean;
  /** A helper that is the inner half of its parent: its failure and error are the parent's. */
  isInnerHalf: boolean;
  /** The record itself says that it failed. */
  failure: Failure | null;
  requestModel: string | null;
  responseModel: string | null;
  callId: string | null;
  arguments: JsonValue;
  argumentsRaw: string | null;
  result: JsonValue;
  /** The conversation, where it is one; otherwise `input` and `output` hold what there is. */
  inputMessages: Message[] | null;
  outputMessages: Message[] | null;
  input: JsonValue;
  output: JsonValue;
  systemText: string | null;
  finishReasons: string[];
  usage: Usage | null;
  /** On what leads: the sum that the sender states for the whole run. */
  runUsage: Usage | null;
  costUsd: number | null;
  tools: ToolDefinition[];
  params: JsonObject;
  prompt: Omit<PromptRef, "hash">;
  /** The agent's name as the sender states it. */
  agentName: string | null;
  /** A name that stands in for it: of a trace, a workflow, a root. */
  rootName: string | null;
  agentVersion: string | null;
  userId: string | null;
  sessionId: string | null;
  /** The sender's own metadata. */
  labels: JsonObject;
  tags: string[];
  scores: Score[];
  /** Client and dialect that wrote it. */
  instrumentation: { name: string; version: string | null } | null;
  attributes: JsonObject;
  /** What describes the process that sent it. */
  resource: JsonObject;
  truncated: boolean;
}

export function newObservation(id: string, name: string): Observation {
  return {
    id,
    parentId: null,
    kind: "other",
    name,
    startNs: null,
    endNs: null,
    canLead: false,
    isInnerHalf: false,
    failure: null,
    requestModel: null,
    responseModel: null,
    callId: null,
    arguments: null,
    argumentsRaw: null,
    result: null,
    inputMessages: null,
    outputMessages: null,
    input: null,
    output: null,
    systemText: null,
    finishReasons: [],
    usage: null,
    runUsage: null,
    costUsd: null,
    tools: [],
    params: {},
    prompt: { name: null, version: null, text: null },
    agentName: null,
    rootName: null,
    agentVersion: null,
    userId: null,
    sessionId: null,
    labels: {},
    tags: [],
    scores: [],
    instrumentation: null,
    attributes: {},
    resource: {},
    truncated: false,
  };
}
