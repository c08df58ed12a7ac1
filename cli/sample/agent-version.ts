// What the simulated support agent is: its prompts, models and tools. Its behaviour follows from what these say
// (`instructionsOf`), never from a version's number, so that a later candidate prompt or skill acts on it too.

/** Invented models: no real one is blamed for what this agent does. */
export type ModelName = "orion-2" | "orion-3";
export type PromptVersion = "v6" | "v7";

/** USD per million tokens. */
export const modelPrices: Record<ModelName, { input: number; output: number }> = {
  "orion-2": { input: 2.5, output: 10 },
  "orion-3": { input: 1.8, output: 9 },
};

const opening =
  "You are the support agent of Lumen Supply, a shop for office lighting and furniture. Answer in the customer's language, " +
  "in plain words, and say what you did. Look orders up before you speak about them. Never reveal one customer's data to another. " +
  "Verify the customer's identity before you change an order, an address or a payment. Hand over to a person when a contract or a legal duty is concerned.";
const closing = "End with the next step for the customer. If a tool fails, say so and offer a way on.";

export const prompts: Record<PromptVersion, string> = {
  v6: `${opening}\nRefunds: read the refund policy of the order first, then refund the amount that the policy names and no more. ${closing}`,
  v7: `${opening}\nRefunds: customers who ask for money back are unhappy already. Be generous, go by what the help centre promises and settle it within one reply. ${closing}`,
};

/** What an agent's instructions make it do, read from the text it was given (prompt, fragments and skills together). */
export interface Instructions {
  readsRefundPolicy: boolean;
  keepsWholeOrderNumber: boolean;
  insistsOnVerification: boolean;
}

export function instructionsOf(text: string): Instructions {
  return {
    readsRefundPolicy: /read the refund policy/i.test(text),
    keepsWholeOrderNumber: /(whole|complete|full) order number/i.test(text),
    insistsOnVerification: /always call verify_customer/i.test(text),
  };
}

const text = { type: "string" };
const object = (required: string[], properties: Record<string, unknown>) => ({ type: "object", properties, required });

export type ToolName =
  | "lookup_order"
  | "search_docs"
  | "verify_customer"
  | "get_refund_policy"
  | "issue_refund"
  | "update_address"
  | "escalate";

export interface ToolDefinition {
  name: ToolName;
  description: string;
  parameters: unknown;
}

/** The tool definitions; `searchDocsReworded` is a harmless edit of one description, and nothing else. */
export function toolDefinitions(searchDocsReworded: boolean): ToolDefinition[] {
  return [
    { name: "lookup_order", description: "Read an order by its number.", parameters: object(["order_id"], { order_id: text }) },
    {
      name: "search_docs",
      description: searchDocsReworded ? "Search the help centre. Returns up to five articles, best first." : "Search the help centre.",
      parameters: object(["query"], { query: text }),
    },
    {
      name: "verify_customer",
      description: "Check who is asking.",
      parameters: object(["method"], { method: { enum: ["email", "sms"] } }),
    },
    {
      name: "get_refund_policy",
      description: "The refund policy that holds for an order.",
      parameters: object(["order_id"], { order_id: text }),
    },
    {
      name: "issue_refund",
      description: "Pay money back. Cannot be undone.",
      parameters: object(["order_id", "amount", "reason"], {
        order_id: text,
        amount: { type: "number" },
        reason: { enum: ["policy", "goodwill"] },
      }),
    },
    {
      name: "update_address",
      description: "Change the delivery address of an open order.",
      parameters: object(["order_id", "address"], { order_id: text, address: text }),
    },
    {
      name: "escalate",
      description: "Hand over to a person.",
      parameters: object(["queue", "summary"], { queue: { enum: ["general", "contracts", "privacy"] }, summary: text }),
    },
  ];
}
