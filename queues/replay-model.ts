// A model with tools as a replay sees it: a conversation that is asked for one turn at a time and never throws for what the other side does.
// The SDK behind it is the cron Worker's.
import type { ClaudeStart } from "../domain/experiment/driver-claude.ts";
import type { CallTokens } from "../domain/finding/reading-cost.ts";
import type { CallFailure } from "../domain/finding/reading-retry.ts";

export interface AgentModel {
  open: (start: ClaudeStart) => Conversation;
}

export interface Conversation {
  /** Of the next request, for what it may cost. */
  bytes: () => number;
  /** The next turn. Until it is answered or gone on from, asking again asks the same. */
  next: (maxTokens: number) => Promise<TurnResult>;
  /** What its calls came to. */
  answer: (results: readonly ToolAnswer[]) => void;
  /** The turn was paused by the other side: the next one goes on with it. */
  resume: () => void;
}

export interface Turn {
  /** As the API calls it: `end_turn`, `tool_use`, `max_tokens`, `pause_turn`, `refusal` … */
  stopReason: string;
  text: string;
  calls: { id: string; name: string; input: unknown }[];
}

/** `tokens` of a failed one: what it had used when it broke off; null where it never began. */
export type TurnResult = { ok: true; turn: Turn; tokens: CallTokens } | { ok: false; failure: CallFailure; tokens: CallTokens | null };

export interface ToolAnswer {
  callId: string;
  text: string;
  isError: boolean;
}
