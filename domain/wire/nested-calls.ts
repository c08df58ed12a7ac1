// One call, one step. An LLM observation inside another LLM observation (no tool or agent between) is the same call seen by a
// second instrumentation; a tool inside a tool of the same call id is its transport. The inner ones become helpers, and what they know better moves out.
import type { Observation } from "./observation.ts";
import { traceTree, type TraceTree } from "./trace-tree.ts";
import { addUsage } from "./usage.ts";
import type { Usage } from "../run/run.ts";

/** The observations with doubles merged, and with the content and failures of inner halves and wrappers where they belong. */
export function mergeNestedCalls(observations: readonly Observation[]): Observation[] {
  const tree = traceTree(observations);
  const merged = new Map(observations.map((observation) => [observation.id, observation]));
  for (const half of tree.inOrder) {
    const whole = half.isInnerHalf && half.failure !== null ? merged.get(tree.parentOf(half)?.id ?? "") : undefined;
    if (whole?.kind === "tool")
      merged.set(whole.id, { ...whole, failure: whole.failure ?? half.failure, callId: whole.callId ?? half.callId });
  }
  for (const [outerId, calls] of innerCalls(tree)) {
    const outer = merged.get(outerId);
    if (outer === undefined) continue;
    merged.set(outerId, { ...calls.reduce(withInner, outer), usage: betterUsage(outer.usage, calls) });
    for (const call of calls) merged.set(call.id, { ...call, kind: "helper", canLead: false });
  }
  const wrappers = wrappersOf(tree);
  return tree.inOrder.map((observation) =>
    withWrapperContent(merged.get(observation.id) ?? observation, wrappers.get(observation.id)?.helper ?? null),
  );
}

/** The calls that only repeat an outer one, by the outermost's id. */
function innerCalls(tree: TraceTree): ReadonlyMap<string, Observation[]> {
  const steps = tree.inherit<{ nearest: Observation | null }>(
    () => ({ nearest: null }),
    (parent, inherited) => (parent.kind === "helper" ? inherited : { nearest: parent }),
  );
  const outermost = new Map<string, Observation>();
  const inner = new Map<string, Observation[]>();
  for (const observation of tree.outermostFirst) {
    const around = steps.get(observation.id)?.nearest ?? null;
    if (around === null || !repeats(observation, around)) continue;
    const outer = outermost.get(around.id) ?? around;
    outermost.set(observation.id, outer);
    const known = inner.get(outer.id);
    if (known === undefined) inner.set(outer.id, [observation]);
    else known.push(observation);
  }
  return inner;
}

function repeats(inner: Observation, outer: Observation): boolean {
  if (inner.kind !== outer.kind) return false;
  return inner.kind === "llm" || (inner.kind === "tool" && inner.callId !== null && inner.callId === outer.callId);
}

/** For each observation the nearest helper around it that holds a conversation, if only helpers lie between. */
function wrappersOf(tree: TraceTree): ReadonlyMap<string, { helper: Observation | null }> {
  return tree.inherit<{ helper: Observation | null }>(
    () => ({ helper: null }),
    (parent, inherited) => {
      if (parent.kind !== "helper") return { helper: null };
      return parent.inputMessages === null && parent.outputMessages === null ? inherited : { helper: parent };
    },
  );
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
function withWrapperContent(observation: Observation, helper: Observation | null): Observation {
  if (observation.kind !== "llm" || helper === null) return observation;
  if (observation.inputMessages !== null && observation.outputMessages !== null && hasCalls(observation)) return observation;
  const asksMore = !hasCalls(observation) && hasCalls(helper);
  return {
    ...observation,
    inputMessages: observation.inputMessages ?? (observation.input === null ? helper.inputMessages : null),
    outputMessages: asksMore ? helper.outputMessages : observation.outputMessages,
    systemText: observation.systemText ?? helper.systemText,
  };
}

const hasCalls = (observation: Observation): boolean =>
  observation.outputMessages?.some((message) => (message.tool_calls?.length ?? 0) > 0) === true;
