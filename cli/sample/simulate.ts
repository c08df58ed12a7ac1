// One run of the support agent, whole: the same request, agent and world always give the same run, to the last digit.
// Only this file turns a trajectory into steps with times, tokens and money; later experiments call it with a candidate.
import { instructionsOf, modelPrices, type ModelName, type ToolDefinition, type ToolName } from "./agent-version.ts";
import { type Ending, writeAnswer } from "./answer.ts";
import { drawFailures, dropsCountryShare, type Circumstance, type FailureModeId } from "./failure-modes.ts";
import type { NativeRun, NativeStep } from "./native-run.ts";
import { type Random, randomFrom } from "./random.ts";
import type { Request } from "./request.ts";
import { type ToolCall, toolsFor, walk } from "./trajectory.ts";

/** What runs: the deployed agent, or a candidate for it. */
export interface DeployedAgent {
  name: string;
  version: string;
  model: ModelName;
  prompt: { version: string; text: string };
  tools: ToolDefinition[];
}

export interface Simulated {
  run: NativeRun;
  circumstance: Circumstance;
  failures: ReadonlySet<FailureModeId>;
  ending: Ending;
  /** Whether the run served its purpose: the truth, of which a score may tell late or never. */
  success: boolean;
}

/** Median milliseconds of a model call before its first token, and of each output token. */
const modelSpeed: Record<ModelName, { firstTokenMs: number; perTokenMs: number }> = {
  "orion-2": { firstTokenMs: 620, perTokenMs: 9 },
  "orion-3": { firstTokenMs: 590, perTokenMs: 8.6 },
};
const toolMedianMs: Record<ToolName, number> = {
  lookup_order: 180,
  search_docs: 340,
  verify_customer: 260,
  get_refund_policy: 90,
  issue_refund: 410,
  update_address: 150,
  escalate: 120,
};
/** Standard deviation of log latency. */
const latencySigma = 0.35;
const timeoutMs = 8000;
/** Characters of text a token stands for, about. */
const charactersPerToken = 4;
/** Tokens that the tool definitions and the frame of a chat take. */
const frameTokens = 310;
/** Of model calls after the first: the frame is read from the cache. */
const cacheHitShare = 0.8;
/** Median tokens of what is known of the customer and put before the model, and the standard deviation of their logarithm. */
const customerTokens = { median: 420, sigma: 0.6 };
/** Standard deviation of log output tokens around what the visible output needs: models think in words of their own. */
const outputTokenSigma = 0.3;

/** Runs `request` on `agent` at `startedAtMs` (epoch milliseconds) under the id `id`. */
export function simulate(
  id: string,
  request: Request,
  agent: DeployedAgent,
  orderService: "lenient" | "strict",
  session: string,
  startedAtMs: number,
): Simulated {
  const tools = toolsFor[request.intent];
  const instructions = instructionsOf(agent.prompt.text);
  const dropsCountry = randomFrom(`habit/${request.key}`).chance(dropsCountryShare) && !instructions.keepsWholeOrderNumber;
  const circumstance: Circumstance = { instructions, model: agent.model, orderService, request, tools, dropsCountry };
  const { failures, success } = drawFailures(circumstance);
  const { turns, ending, amountRefunded } = walk(circumstance, failures, randomFrom(`walk/${request.key}`));
  const output = writeAnswer(randomFrom(`answer/${request.key}`), request, ending, amountRefunded, failures);
  const isOverloaded = failures.has("model_overloaded");
  const { steps, endedAtMs } = timeSteps(
    isOverloaded ? turns.slice(0, 1) : turns,
    output,
    request,
    agent,
    isOverloaded,
    failures.has("answer_cut_off"),
    startedAtMs,
  );
  const { userId, ...cohort } = request.customer;
  const overload = { type: "overloaded_error", message: "The model provider is overloaded, try again later" };
  return {
    circumstance,
    failures,
    ending,
    success,
    run: {
      id,
      agent: agent.name,
      agent_version: agent.version,
      session_id: session,
      user_id: userId,
      cohort: { ...cohort, intent: request.intent },
      started_at: iso(startedAtMs),
      ended_at: iso(endedAtMs),
      status: isOverloaded ? "error" : "ok",
      ...(isOverloaded ? { error: overload } : { output }),
      input: { messages: [{ role: "user", content: request.message }] },
      config: {
        model: agent.model,
        prompt: { name: "support-system", version: agent.prompt.version, text: agent.prompt.text },
        tools: agent.tools,
        params: { temperature: 0.2, max_tokens: 600 },
      },
      steps,
      instrumentation: { name: "lumen-tracing", version: "1.4.0" },
    },
  };
}

/** Turns into steps, one after the other: a model call, its tool calls, and at last the model call that answers or fails. */
function timeSteps(
  turns: ToolCall[][],
  output: unknown,
  request: Request,
  agent: DeployedAgent,
  isOverloaded: boolean,
  isCutOff: boolean,
  startedAtMs: number,
): { steps: NativeStep[]; endedAtMs: number } {
  const random = randomFrom(`time/${request.key}`);
  const steps: NativeStep[] = [];
  let atMs = startedAtMs;
  let contextCharacters =
    agent.prompt.text.length + request.message.length + charactersPerToken * random.logNormal(customerTokens.median, customerTokens.sigma);
  const add = (step: Omit<NativeStep, "id" | "started_at">) => {
    steps.push({ id: `s${steps.length + 1}`, started_at: iso(atMs), ...step });
    atMs += step.ms;
  };
  const callModel = (result: unknown) => {
    const outputTokens = Math.round(random.logNormal(tokensOf(result) + 8, outputTokenSigma));
    const inputTokens = frameTokens + Math.ceil(contextCharacters / charactersPerToken);
    const price = modelPrices[agent.model];
    add({
      type: "llm",
      name: "chat",
      model: agent.model,
      ms: modelMs(random, agent.model, outputTokens),
      result,
      usage: {
        input_tokens: inputTokens,
        output_tokens: outputTokens,
        cache_read_tokens: steps.length > 0 && random.chance(cacheHitShare) ? frameTokens : 0,
      },
      cost_usd: round((inputTokens * price.input + outputTokens * price.output) / 1e6, 6),
    });
    contextCharacters += lengthOf(result);
  };

  for (const calls of turns) {
    callModel({ tool_calls: calls.map((call) => ({ name: call.tool, arguments: call.arguments })) });
    for (const call of calls) {
      const ms = call.error?.type === "TIMEOUT" ? timeoutMs : toMs(random.logNormal(toolMedianMs[call.tool], latencySigma));
      const outcome = call.error === undefined ? { result: call.result } : { error: call.error, status: "error" as const };
      add({ type: "tool", name: call.tool, ms, arguments: call.arguments, ...outcome });
      contextCharacters += lengthOf(call.result ?? call.error);
    }
  }
  if (isOverloaded) {
    add({
      type: "llm",
      name: "chat",
      model: agent.model,
      ms: toMs(random.logNormal(400, latencySigma)),
      status: "error",
      error: { type: "overloaded_error", message: "Overloaded" },
    });
  } else {
    callModel({ content: output, finish_reason: isCutOff ? "length" : "stop" });
  }
  return { steps, endedAtMs: atMs };
}

function modelMs(random: Random, model: ModelName, outputTokens: number): number {
  const speed = modelSpeed[model];
  return toMs(random.logNormal(speed.firstTokenMs + speed.perTokenMs * outputTokens, latencySigma));
}

const iso = (ms: number) => new Date(ms).toISOString();
const toMs = (ms: number) => Math.max(1, Math.round(ms));
const round = (value: number, digits: number) => Math.round(value * 10 ** digits) / 10 ** digits;
const lengthOf = (value: unknown) => JSON.stringify(value ?? "").length;
const tokensOf = (value: unknown) => Math.ceil(lengthOf(value) / charactersPerToken);
