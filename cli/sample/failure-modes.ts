// The one table of how the simulated agent fails: what fails, under which circumstances, how often, what it costs and what
// it looks like in the trace. Nothing else in the sample decides that something goes wrong; the trajectory only acts it out.
import type { Instructions, ModelName, ToolName } from "./agent-version.ts";
import { randomFrom } from "./random.ts";
import type { Request } from "./request.ts";

/** What holds when the agent starts on a request. */
export interface Circumstance {
  instructions: Instructions;
  model: ModelName;
  /** `strict` since the order service began to refuse order numbers without their country; its definition did not change. */
  orderService: "lenient" | "strict";
  request: Request;
  /** The tools that the intent calls for. */
  tools: readonly ToolName[];
  /** A habit of the agent: it passes `48213` for `DE-48213`. The lenient order service did not mind. */
  dropsCountry: boolean;
}

export interface FailureMode {
  id: FailureModeId;
  what: string;
  /** The cause in words, as Bento should find it. */
  because: string;
  when: (circumstance: Circumstance) => boolean;
  /** Of it happening, given `when`. */
  probability: number;
  /** Of the run missing its purpose, given that it happened. */
  costsSuccess: number;
  looksLike: string;
}

export const failureModeIds = [
  "refund_policy_misread",
  "order_number_refused",
  "verification_skipped",
  "terse_answer",
  "lookup_timeout",
  "order_not_found",
  "no_article",
  "no_german_article",
  "search_loop",
  "answered_in_english",
  "wrong_queue",
  "general_terms_applied",
  "refused_privacy_request",
  "answer_cut_off",
  "model_overloaded",
  "missed_the_point",
] as const;
export type FailureModeId = (typeof failureModeIds)[number];

/** Share of requests on which the agent drops the country from the order number. */
export const dropsCountryShare = 0.48;

const hardIntents: ReadonlySet<string> = new Set(["invoice_dispute", "data_protection"]);
const answeredWithoutTerms: ReadonlySet<string> = new Set(["order_status", "product_question"]);

export const failureModes: readonly FailureMode[] = [
  // ---- brought by a change of the agent or its world
  {
    id: "refund_policy_misread",
    what: "A help article is taken for the refund policy: money is paid back in full where the policy gives less or nothing",
    because: "a prompt that does not ask for the order's refund policy (v7)",
    when: (c) => c.request.intent === "refund" && !c.instructions.readsRefundPolicy,
    probability: 0.85,
    costsSuccess: 0.9,
    looksLike: "search_docs in place of get_refund_policy, then issue_refund over the order total with reason goodwill",
  },
  {
    id: "order_number_refused",
    what: "The order is not read because its number lacks the country; the agent goes on as if it had read it, sometimes after trying the same number again",
    because: "lookup_order refuses bare numbers since the order service became strict",
    when: (c) => c.tools.includes("lookup_order") && c.orderService === "strict" && c.dropsCountry,
    probability: 0.95,
    costsSuccess: 0.8,
    looksLike:
      "lookup_order fails with HTTP_422, sometimes twice on the same arguments, and never succeeds; the steps after it and the answer pretend that it did",
  },
  {
    id: "verification_skipped",
    what: "Money or an address is changed without checking who asks",
    because: "model orion-3 skips the verification that the prompt asks for",
    when: (c) => c.model === "orion-3" && c.tools.includes("verify_customer") && !c.instructions.insistsOnVerification,
    probability: 0.8,
    costsSuccess: 0.6,
    looksLike: "no verify_customer step before issue_refund, update_address or escalate",
  },
  {
    id: "terse_answer",
    what: "The answer leaves out what was done and what comes next",
    because: "model orion-3 answers in one sentence",
    when: (c) => c.model === "orion-3",
    probability: 0.85,
    costsSuccess: 0.05,
    looksLike: "an output about a third as long, few output tokens",
  },
  // ---- always there
  {
    id: "lookup_timeout",
    what: "The order service does not answer in time; the second try does",
    because: "the order service",
    when: (c) => c.tools.includes("lookup_order"),
    probability: 0.022,
    costsSuccess: 0.1,
    looksLike: "lookup_order fails with TIMEOUT after eight seconds, then succeeds on the same arguments",
  },
  {
    id: "order_not_found",
    what: "The order is not found and the agent asks for its number again",
    because: "mistyped numbers; the lenient order service says NOT_FOUND",
    when: (c) => c.tools.includes("lookup_order") && c.orderService === "lenient",
    probability: 0.02,
    costsSuccess: 0.4,
    looksLike: "lookup_order fails with NOT_FOUND, no further tool",
  },
  {
    id: "no_article",
    what: "The help centre has nothing on the question",
    because: "gaps in the help centre",
    when: (c) => c.tools.includes("search_docs") && c.request.customer.locale !== "de",
    probability: 0.03,
    costsSuccess: 0.6,
    looksLike: 'search_docs answers {"ok": false, "code": "no_results"} and the answer stays vague',
  },
  {
    id: "no_german_article",
    what: "The help centre has nothing in German on the question",
    because: "the German help centre lacks contracts and data protection",
    when: (c) => c.tools.includes("search_docs") && c.request.customer.locale === "de",
    probability: 0.06,
    costsSuccess: 0.8,
    looksLike: 'search_docs answers {"ok": false, "code": "no_results"} and the answer stays vague',
  },
  {
    id: "search_loop",
    what: "The same search is made three times",
    because: "questions that one article does not answer",
    when: (c) => c.tools.includes("search_docs") && hardIntents.has(c.request.intent),
    probability: 0.05,
    costsSuccess: 0.5,
    looksLike: "three search_docs steps with the same arguments",
  },
  {
    id: "answered_in_english",
    what: "The answer is in English though the customer wrote in another language",
    because: "contract and privacy articles that exist in English only",
    when: (c) => c.request.customer.locale !== "en" && hardIntents.has(c.request.intent),
    probability: 0.1,
    costsSuccess: 0.85,
    looksLike: "an English output to a German or French input",
  },
  {
    id: "wrong_queue",
    what: "A contract question goes to the general queue",
    because: "the agent does not know framework contracts",
    when: (c) => c.request.intent === "invoice_dispute",
    probability: 0.5,
    costsSuccess: 0.9,
    looksLike: "escalate with queue general where contracts was due",
  },
  {
    id: "general_terms_applied",
    what: "The general terms are applied to a customer who has a contract",
    because: "the agent cannot read framework contracts, which enterprise customers have",
    when: (c) => c.request.customer.plan === "enterprise" && !answeredWithoutTerms.has(c.request.intent),
    probability: 0.5,
    costsSuccess: 0.85,
    looksLike: "the output says that the general terms apply",
  },
  {
    id: "refused_privacy_request",
    what: "A legitimate privacy request is refused",
    because: "the model's caution about personal data",
    when: (c) => c.request.intent === "data_protection",
    probability: 0.09,
    costsSuccess: 1,
    looksLike: "no tool is called; the output begins with I'm sorry, but I can't help",
  },
  {
    id: "answer_cut_off",
    what: "The answer ends in mid-sentence",
    because: "the limit on output tokens",
    when: () => true,
    probability: 0.006,
    costsSuccess: 0.6,
    looksLike: "an output without its end; the last llm step's result says finish_reason length",
  },
  {
    id: "model_overloaded",
    what: "The model provider turns the call away and the run ends",
    because: "the model provider",
    when: () => true,
    probability: 0.007,
    costsSuccess: 1,
    looksLike: "status error, error overloaded_error, no output",
  },
  {
    id: "missed_the_point",
    what: "A sound-looking answer to another question",
    because: "nothing in particular",
    when: () => true,
    probability: 0.022,
    costsSuccess: 1,
    looksLike: "only the score tells",
  },
];

/**
 * What goes wrong in one run, and whether the run still serves its purpose. Each mode has draws of its own, named by the
 * request: under another prompt, model or world all that does not depend on the difference falls out the same way.
 */
export function drawFailures(circumstance: Circumstance): { failures: Set<FailureModeId>; success: boolean } {
  const failures = new Set<FailureModeId>();
  let success = true;
  for (const mode of failureModes) {
    const random = randomFrom(`failure/${circumstance.request.key}/${mode.id}`);
    const happens = random.chance(mode.probability);
    const costs = random.chance(mode.costsSuccess);
    if (!happens || !mode.when(circumstance)) continue;
    failures.add(mode.id);
    if (costs) success = false;
  }
  return { failures, success };
}
