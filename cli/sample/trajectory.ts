// The way an agent takes through one request: which tools it calls with which arguments and what they answer, turn by turn.
// It acts out the failures that the table has drawn and decides none of its own. Times, tokens and money come later.
import type { Ending } from "./answer.ts";
import type { ToolName } from "./agent-version.ts";
import type { Intent } from "./customer.ts";
import type { Circumstance, FailureModeId } from "./failure-modes.ts";
import type { NativeFailure } from "./native-run.ts";
import type { Random } from "./random.ts";
import type { Request } from "./request.ts";

export interface ToolCall {
  tool: ToolName;
  arguments: Record<string, unknown>;
  result?: unknown;
  error?: NativeFailure;
}

export interface Trajectory {
  /** One entry a model turn that calls tools, with the calls it makes; the answering turn follows them. */
  turns: ToolCall[][];
  ending: Ending;
  /** Paid back, in euro; null when nothing was. */
  amountRefunded: number | null;
}

/** The tools that an intent calls for when nothing goes wrong. */
export const toolsFor: Record<Intent, readonly ToolName[]> = {
  order_status: ["lookup_order"],
  refund: ["lookup_order", "verify_customer", "get_refund_policy", "issue_refund"],
  change_address: ["lookup_order", "verify_customer", "update_address"],
  product_question: ["search_docs"],
  invoice_dispute: ["lookup_order", "search_docs", "escalate"],
  data_protection: ["search_docs", "verify_customer", "escalate"],
};

/** Walks the request through to its ending; `random` only fills in what does not matter (article names, the method of verifying). */
export function walk(circumstance: Circumstance, failures: ReadonlySet<FailureModeId>, random: Random): Trajectory {
  const { request, tools } = circumstance;
  const turns: ToolCall[][] = [];
  const end = (ending: Ending, amountRefunded: number | null = null): Trajectory => ({ turns, ending, amountRefunded });
  if (failures.has("refused_privacy_request")) return end("refused");

  if (tools.includes("lookup_order")) {
    const stop = lookUp(turns, circumstance, failures, random);
    if (stop !== null) return end(stop);
  }
  if (tools.includes("search_docs")) {
    const isFound = search(turns, request, failures, random);
    if (!isFound && request.intent === "product_question") return end("nothing_found");
  }
  // In the same turn as the call before it: nothing in its arguments waits for that.
  if (tools.includes("verify_customer") && !failures.has("verification_skipped")) turns.at(-1)?.push(verify(random));

  switch (request.intent) {
    case "order_status":
    case "product_question":
      return end("answered");
    case "change_address":
      turns.push([
        { tool: "update_address", arguments: { order_id: request.order.id, address: "as the customer wrote" }, result: { ok: true } },
      ]);
      return end("address_changed");
    case "refund":
      return settleRefund(turns, request, failures);
    case "invoice_dispute":
    case "data_protection":
      turns.push([handOver(request, failures)]);
      return end("handed_over");
  }
}

/** Of refused lookups: tried once more with the same arguments. */
const triesAgainShare = 0.4;

/** Reads the order; an ending where the agent gives up on it. */
function lookUp(
  turns: ToolCall[][],
  { request, dropsCountry }: Circumstance,
  failures: ReadonlySet<FailureModeId>,
  random: Random,
): Ending | null {
  const { order } = request;
  const given = { order_id: dropsCountry ? order.id.slice(order.id.indexOf("-") + 1) : order.id };
  const fails = (type: string, message: string): ToolCall => ({ tool: "lookup_order", arguments: given, error: { type, message } });
  if (failures.has("order_number_refused")) {
    const refusal = () => fails("HTTP_422", `Unprocessable order number "${given.order_id}" (request ${random.whole(100_000, 999_999)})`);
    // It goes on as if it had read the order: the worst of what an agent can make of a refusal.
    turns.push([refusal()]);
    if (random.chance(triesAgainShare)) turns.push([refusal()]);
    return null;
  }
  if (failures.has("lookup_timeout")) turns.push([fails("TIMEOUT", "order service did not answer within 8000 ms")]);
  if (failures.has("order_not_found")) {
    turns.push([fails("NOT_FOUND", `No order ${given.order_id}`)]);
    return "number_asked";
  }
  turns.push([
    {
      tool: "lookup_order",
      arguments: given,
      result: { order_id: order.id, product: order.product, total: order.total, state: order.state },
    },
  ]);
  return null;
}

/** Searches the help centre; whether it had anything. */
function search(turns: ToolCall[][], request: Request, failures: ReadonlySet<FailureModeId>, random: Random): boolean {
  const isFound = !failures.has("no_article") && !failures.has("no_german_article");
  const article = { id: `kb-${random.whole(100, 480)}`, title: request.order.product };
  const call = (): ToolCall => ({
    tool: "search_docs",
    arguments: { query: request.message },
    result: isFound ? { ok: true, articles: [article] } : { ok: false, code: "no_results", articles: [] },
  });
  const times = failures.has("search_loop") ? 3 : 1;
  for (let i = 0; i < times; i++) turns.push([call()]);
  return isFound;
}

function verify(random: Random): ToolCall {
  return { tool: "verify_customer", arguments: { method: random.weighted({ email: 3, sms: 1 }) }, result: { verified: true } };
}

/** Share of the order total that a partial refund gives back. */
const partialShare = 0.5;

function settleRefund(turns: ToolCall[][], request: Request, failures: ReadonlySet<FailureModeId>): Trajectory {
  const { order } = request;
  const pay = (amount: number, reason: "policy" | "goodwill"): Trajectory => {
    turns.push([
      { tool: "issue_refund", arguments: { order_id: order.id, amount, reason }, result: { refunded: amount, currency: "EUR" } },
    ]);
    return { turns, ending: "refunded", amountRefunded: amount };
  };
  if (failures.has("refund_policy_misread")) {
    turns.push([
      {
        tool: "search_docs",
        arguments: { query: `refund ${order.product}` },
        result: { ok: true, articles: [{ id: "kb-104", title: "Happy or your money back" }] },
      },
    ]);
    return pay(order.total, "goodwill");
  }
  const share = { full: 1, partial: partialShare, none: 0 }[order.eligibility];
  const amount = Math.round(order.total * share * 100) / 100;
  turns.push([
    { tool: "get_refund_policy", arguments: { order_id: order.id }, result: { eligibility: order.eligibility, refundable: amount } },
  ]);
  return amount > 0 ? pay(amount, "policy") : { turns, ending: "refund_denied", amountRefunded: null };
}

function handOver(request: Request, failures: ReadonlySet<FailureModeId>): ToolCall {
  const due = request.intent === "data_protection" ? "privacy" : "contracts";
  const queue = failures.has("wrong_queue") ? "general" : due;
  return { tool: "escalate", arguments: { queue, summary: request.message.slice(0, 80) }, result: { queued: true } };
}
