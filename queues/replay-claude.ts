// The built-in runner: Claude as the candidate, with tools that answer from the record. Turns, time and money are bounded. Whatever goes wrong
// between Bento and Claude (overload, an answer that was cut) is an error of the case and never a failure of the candidate. The loop is not the
// SDK's own, because every call is paid for before it is made and counted when it fails.
import { longerAnswer, type ClaudeStart } from "../domain/experiment/driver-claude.ts";
import type { Matching } from "../domain/experiment/replay-plan.ts";
import { missText, recordFor, servedText, type RecordedCall, type ServedCall } from "../domain/experiment/recorded-tools.ts";
import { callCostUsd, type CallTokens } from "../domain/finding/reading-cost.ts";
import { failureSentence, mostCallsAtOnce, nextTry } from "../domain/finding/reading-retry.ts";
import type { PriceBook } from "../domain/run/price.ts";
import type { Usage } from "../domain/run/run.ts";
import type { Driven, Spent } from "./replay-drive.ts";
import type { AgentModel, Conversation, ToolAnswer, Turn } from "./replay-model.ts";
import { reserve, settle, type Purse } from "./replay-purse.ts";

/** An agent that has not ended by then goes in circles. */
const mostTurns = 40;
/** Ends well before the lease on the run is over. */
const longestRunMs = 8 * 60_000;
/** Bytes of a token, on the low side, and what the API adds by itself. */
const bytesOfToken = 2;
const overheadTokens = 1_000;

export interface ClaudeDesk {
  model: AgentModel;
  prices: PriceBook;
  purse: Purse;
  records: readonly RecordedCall[];
  matching: Matching;
  /** What this run may cost. */
  mostRunUsd: number;
  /** Tries of this run so far, this one included. */
  attempts: number;
}

export async function driveClaude(desk: ClaudeDesk, start: ClaudeStart): Promise<Driven> {
  const { clock } = desk.purse;
  const conversation = desk.model.open(start);
  const spent: Spent = { calls: [], usage: null, costUsd: 0 };
  const untilMs = clock.nowMs() + longestRunMs;
  for (let turns = 0; turns < mostTurns; turns++) {
    const asked = await askTurn(desk, start, conversation, spent, untilMs);
    if (asked.kind !== "turn") return asked;
    const { stopReason, text, calls } = asked.turn;
    if (stopReason === "pause_turn") conversation.resume();
    else if (stopReason === "tool_use" && calls.length > 0) conversation.answer(calls.map((call) => serve(desk, start, spent.calls, call)));
    else if (stopReason === "max_tokens" || stopReason === "model_context_window_exceeded")
      return { kind: "errored", reason: `Claude's answer was cut (${stopReason})`, ...spent };
    else return { kind: "answered", output: text, success: null, ...spent };
  }
  return { kind: "errored", reason: `it did not end within ${mostTurns} turns`, ...spent };
}

type Asked = { kind: "turn"; turn: Turn } | Exclude<Driven, { kind: "answered" }>;

/** One turn, however many calls that takes. */
async function askTurn(desk: ClaudeDesk, start: ClaudeStart, conversation: Conversation, spent: Spent, untilMs: number): Promise<Asked> {
  const { purse, attempts } = desk;
  let maxTokens = start.maxTokens;
  for (let failures = 0; ;) {
    if (purse.clock.nowMs() > untilMs) return { kind: "errored", reason: `it took longer than ${longestRunMs / 60_000} minutes`, ...spent };
    const usd = mostUsd(desk, start.model, conversation.bytes(), maxTokens);
    if ((spent.costUsd ?? 0) + (usd ?? 0) > desk.mostRunUsd)
      return {
        kind: "errored",
        reason: `it might have cost more than the $${desk.mostRunUsd} of one run (max_cost_usd_per_run)`,
        ...spent,
      };
    const reserved = await reserve(purse, start.model, usd);
    if (reserved.kind === "refused") return { kind: "errored", reason: reserved.reason, ...spent };
    if (reserved.kind !== "reserved") return reserved;
    const result = await conversation.next(maxTokens);
    const costUsd = costOf(desk, start.model, result.tokens);
    await settle(purse, reserved, costUsd ?? 0);
    add(spent, result.tokens, costUsd);
    if (result.ok) {
      const longer = result.turn.stopReason === "max_tokens" ? longerAnswer({ ...start, maxTokens }) : null;
      if (longer === null) return { kind: "turn", turn: result.turn };
      maxTokens = longer;
      continue;
    }
    failures += 1;
    const next = nextTry(result.failure, failures, (attempts - 1) * mostCallsAtOnce + failures, purse.clock.jitter());
    const reason = failureSentence(result.failure);
    if (next.do === "give_up") return { kind: "errored", reason, ...spent };
    if (next.do === "later") return { kind: "again", waitMs: next.waitMs, reason, ...spent };
    await purse.clock.wait(next.waitMs);
  }
}

/** From the record, or that it is not in it. The call is noted in `served`. */
function serve({ records, matching }: ClaudeDesk, { tools }: ClaudeStart, served: ServedCall[], call: Turn["calls"][number]): ToolAnswer {
  const name = tools.find((tool) => tool.name === call.name)?.recordedName ?? call.name;
  const asked = { name, arguments: call.input };
  const index = recordFor(records, served, asked, matching);
  served.push({ ...asked, record: index });
  const record = index === null ? undefined : records[index];
  return { callId: call.id, ...(record === undefined ? { text: missText(asked), isError: true } : servedText(record)) };
}

function mostUsd({ prices, purse }: ClaudeDesk, model: string, bytes: number, output: number): number | null {
  const input = Math.ceil(bytes / bytesOfToken) + overheadTokens;
  return callCostUsd(model, { input, output, cacheRead: 0, cacheWrite: 0 }, purse.clock.nowMs(), prices);
}

function costOf({ prices, purse }: ClaudeDesk, model: string, tokens: CallTokens | null): number | null {
  return tokens === null ? 0 : callCostUsd(model, tokens, purse.clock.nowMs(), prices);
}

function add(spent: Spent, tokens: CallTokens | null, costUsd: number | null): void {
  spent.costUsd = spent.costUsd === null || costUsd === null ? null : spent.costUsd + costUsd;
  if (tokens === null) return;
  const was: Usage = spent.usage ?? { input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_write_tokens: 0, total_tokens: 0 };
  spent.usage = {
    input_tokens: (was.input_tokens ?? 0) + tokens.input,
    output_tokens: (was.output_tokens ?? 0) + tokens.output,
    cache_read_tokens: (was.cache_read_tokens ?? 0) + tokens.cacheRead,
    cache_write_tokens: (was.cache_write_tokens ?? 0) + tokens.cacheWrite,
    total_tokens: (was.total_tokens ?? 0) + tokens.input + tokens.output,
  };
}
