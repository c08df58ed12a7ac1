// One observation as the step that is stored and served.
import type { Step } from "../run/run.ts";
import { durationMsOf, isoOf } from "./nanoseconds.ts";
import type { Observation } from "./observation.ts";
import { isSoftError } from "./tools-from-messages.ts";

/** @param parentId the nearest ancestor that is a step, or an id that never came */
export function stepOf(observation: Observation, parentId: string | null): Step {
  const { kind, failure, startNs, endNs } = observation;
  const isCall = kind === "tool" || kind === "retrieval";
  return {
    id: observation.id,
    parent_id: parentId,
    type: kind === "helper" ? "other" : kind,
    name: observation.name,
    model: kind === "llm" || kind === "other" ? (observation.responseModel ?? observation.requestModel) : null,
    started_at: startNs === null ? null : isoOf(startNs),
    ended_at: endNs === null ? null : isoOf(endNs),
    duration_ms: durationMsOf(startNs, endNs),
    status: failure === null ? "ok" : "error",
    error: failure,
    soft_error: isCall && failure === null && isSoftError(observation.result),
    call_id: observation.callId,
    arguments: observation.arguments,
    arguments_raw: observation.argumentsRaw,
    result: observation.result,
    input: observation.inputMessages ?? observation.input,
    output: observation.outputMessages ?? observation.output,
    usage: observation.usage,
    cost_usd: observation.costUsd,
    truncated: observation.truncated,
    attributes: observation.attributes,
  };
}
