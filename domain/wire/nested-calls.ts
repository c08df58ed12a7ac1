// One call, one step. An LLM observation inside another LLM observation (no tool or agent between) is the same call seen by a
// second instrumentation; a tool inside a tool of the same call id is its transport. The inner ones become helpers, and what they know better moves out.
import type { Observation } from "./observation.ts";
import { traceTree } from "./trace-tree.ts";
import { addUsage } from "./usage.ts";
import type { Usage } from "../run/run.ts";

/** The observations with doubles merged, and with the content and failures of inner halves and wrappers where they belong. */
export function mergeNestedCalls(observations: readonly Observation[]): Observation[] {
  const tree = traceTree(observations);
  const merged = new Map(observations.map((observation) => [observation.id, observation]));
  const inner = new Map<string, Observation[]>();
  for (const observation of tree.inOrder) {
    if (observation.isInnerHalf && observation.failure !== null) {
      const parent = tree.parentOf(observation);
      const current = parent === null ? undefined : merged.get(parent.id);
      if (current?.kind === "tool") merged.set(current.id, { ...current, failure: current.failure ?? observation.failure, callId: current.callId ?? observation.callId });
    }
    const outer = outerCall(observation, tree.ancestorsOf(observation));
    if (outer !== null) inner.set(outer.id, [...(inner.get(outer.id) ?? []), observation]);
  }
  for (const [outerId, calls] of inner) {
    const outer = merged.get(outerId);
    if (outer === undefined) continue;
    merged.set(outerId, { ...calls.reduce(withInner, outer), usage: betterUsage(outer.usage, calls) });
    for (const call of calls) merged.set(call.id, { ...call, kind: "helper", canLead: false });
  }
  return tree.inOrder.map((observation) => withWrapperContent(merged.get(observation.id) ?? observation, tree.ancestorsOf(observation)));
}

/** The outermost call that this observation only repeats. */
function outerCall(observation: Observation, ancestors: Iterable<Observation>): Observation | null {
  if (observation.kind !== "llm" && observation.kind !== "tool") return null;
  let outer: Observation | null = null;
  for (const ancestor of ancestors) {
    if (ancestor.kind === "helper") continue;
    const repeats = ancestor.kind === observation.kind && (observation.kind === "llm" || (observation.callId !== null && observation.callId === ancestor.callId));
    if (!repeats) break;
    outer = ancestor;
  }
  return outer;
}

function withInner(outer: Observation, inner: Observation): Observation {
  return {
    ...outer,
    requestModel: outer.requestModel ?? inner.requestModel,
    responseModel: outer.responseModel ?? inner.responseModel,
    inputMessages: outer.inputMessages ?? inner.inputMessages,
    outputMessages: outer.outputMessages ?? inner.outputMessages,
    input: outer.input ?? inner.input,
    output: outer.output ?? inner.output,
    result: outer.result ?? inner.result,
    systemText: outer.systemText ?? inner.systemText,
    finishReasons: outer.finishReasons.length > 0 ? outer.finishReasons : inner.finishReasons,
    tools: outer.tools.length > 0 ? outer.tools : inner.tools,
    params: Object.keys(outer.params).length > 0 ? outer.params : inner.params,
    costUsd: outer.costUsd ?? inner.costUsd,
  };
}

/** The inner counts where they tell the cached part, which the outer instrumentation often gets wrong; else the outer ones. */
function betterUsage(outer: Usage | null, inner: readonly Observation[]): Usage | null {
  const sum = inner.reduce<Usage | null>((usage, call) => addUsage(usage, call.usage), null);
  if (outer === null) return sum;
  return sum !== null && sum.cache_read_tokens !== null && sum.input_tokens !== null ? sum : outer;
}

/** A model call that leaves its conversation to the helper around it (a step, a generation) takes it from there. */
function withWrapperContent(observation: Observation, ancestors: Iterable<Observation>): Observation {
  if (observation.kind !== "llm" || (observation.inputMessages !== null && observation.outputMessages !== null && hasCalls(observation))) return observation;
  for (const ancestor of ancestors) {
    if (ancestor.kind !== "helper") break;
    if (ancestor.inputMessages === null && ancestor.outputMessages === null) continue;
    const asksMore = !hasCalls(observation) && hasCalls(ancestor);
    return {
      ...observation,
      inputMessages: observation.inputMessages ?? (observation.input === null ? ancestor.inputMessages : null),
      outputMessages: asksMore ? ancestor.outputMessages : observation.outputMessages,
      systemText: observation.systemText ?? ancestor.systemText,
    };
  }
  return observation;
}

const hasCalls = (observation: Observation): boolean => observation.outputMessages?.some((message) => (message.tool_calls?.length ?? 0) > 0) === true;
