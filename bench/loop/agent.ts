// The sample agent of the loop's bench: requests that hold one trap or none, and what becomes of each under a bundle. A trap is fallen into unless the
// bundle holds an artifact that says the right thing, and even then only with a stated probability; some failures no artifact prevents. All is drawn
// from the request's own words, so that the same request under the same bundle and model always comes out the same.
import { randomFrom } from "../../cli/sample/random.ts";

export type Model = "orion-2" | "orion-3";
export const traps = ["missing_country", "expired_quote", "search_loop", "cut_off"] as const;
export type Trap = (typeof traps)[number];

/** Shares of requests. What is left holds no trap. */
export const trapShares: Record<Trap, number> = { missing_country: 0.21, expired_quote: 0.2, search_loop: 0.09, cut_off: 0.2 };
/** Of a trap not being fallen into under the right artifact. The new model does not listen to what the old one heeded about searching. */
export const prevention: Record<Model, Record<Trap, number>> = {
  "orion-2": { missing_country: 0.94, expired_quote: 0.93, search_loop: 0.92, cut_off: 0.93 },
  "orion-3": { missing_country: 0.95, expired_quote: 0.92, search_loop: 0, cut_off: 0.94 },
};
/** Of an expired quote being renewed though nobody said so: how a way out becomes known. */
const findsTheWayOut = 0.12;
/** No artifact prevents these. */
const missesThePoint = 0.03;
const overloaded = 0.01;

/** As the bundle's endpoint gives them. */
export interface Held {
  ref: string;
  kind: string;
  content: unknown;
}

export interface Lived {
  steps: object[];
  output: string | null;
  status: "ok" | "error";
  success: boolean;
  trap: Trap | null;
}

export function live(request: string, held: readonly Held[], model: Model): Lived {
  const random = (what: string) => randomFrom(`${request}/${what}`);
  if (random("overloaded").chance(overloaded)) return { steps: [chat("error")], output: null, status: "error", success: false, trap: null };
  const trap = trapOf(request);
  const falls = trap !== null && !(heeds(trap, held) && random(`heeds ${trap}`).chance(prevention[model][trap]));
  const isHarmed = held.some((one) => random(`harm ${one.ref}`).chance(harmIn(one.content)));
  const isLost = isHarmed || random("misses").chance(missesThePoint);
  const { steps, output, success } = acted(request, trap, falls);
  return { steps, output, status: "ok", success: success && !isLost, trap };
}

/** The trap that the request holds; null for none. */
export function trapOf(request: string): Trap | null {
  let left = randomFrom(`${request}/trap`).next();
  for (const trap of traps) {
    left -= trapShares[trap];
    if (left < 0) return trap;
  }
  return null;
}

/** Whether some artifact says what keeps out of the trap, read from its words as a model would. */
export function heeds(trap: Trap, held: readonly Held[]): boolean {
  const said = held.map(({ kind, content }) => ({ kind, text: JSON.stringify(content) }));
  switch (trap) {
    case "missing_country":
      return said.some(
        ({ kind, text }) => kind === "tool_wrapper" && /"tool":"lookup_order"/.test(text) && /"required":\[[^\]]*"country"/.test(text),
      );
    case "expired_quote":
      return said.some(({ kind, text }) => kind === "skill" && /get_quote[^]*issue_refund/.test(text));
    case "search_loop":
      return said.some(({ text }) => /do not call search_docs again with the same arguments/i.test(text));
    case "cut_off":
      return said.some(({ text }) => /give a whole answer/i.test(text));
  }
}

/** A planted draft may say the right thing and more: of requests that it spoils, whatever they hold. */
function harmIn(content: unknown): number {
  const [, percent] = /skip (\d+) % of the checks/i.exec(JSON.stringify(content)) ?? [];
  return percent === undefined ? 0 : Number(percent) / 100;
}

interface Acted {
  steps: object[];
  output: string;
  success: boolean;
}

function acted(request: string, trap: Trap | null, falls: boolean): Acted {
  const order = `4${randomFrom(`${request}/order`).whole(10_000, 99_999)}`;
  const country = trap === "missing_country" && falls ? {} : { country: "DE" };
  const lookup = { order_id: order, ...country };
  const isRefused = trap === "missing_country" && falls;
  const found = isRefused
    ? tool("lookup_order", lookup, undefined, { type: "HTTP_422", message: "The order number needs its country" })
    : tool("lookup_order", lookup, { order, state: "shipped" });
  const begin = [chat("ok"), found];
  if (isRefused) return ended(begin, "Please ask again.", false);
  if (trap === "expired_quote") return refunded(request, begin, order, falls);
  if (trap === "search_loop") {
    const search = () => tool("search_docs", { query: "returns abroad" }, { articles: [] });
    const searches = falls ? [search(), search(), search(), search(), search()] : [search()];
    return ended(
      [...begin, ...searches],
      falls ? "Let me look once more." : "The help centre has nothing on it; a colleague will write.",
      !falls,
    );
  }
  if (trap === "cut_off" && falls) return { steps: [...begin, chat("ok", "length")], output: "The order was sent on", success: false };
  return ended(begin, "The order is on its way and arrives on Friday.", true);
}

function refunded(request: string, begin: object[], order: string, falls: boolean): Acted {
  const amount = randomFrom(`${request}/amount`).whole(5, 200);
  const refund = { order_id: order, amount };
  const expired = tool("issue_refund", refund, undefined, { type: "CONFLICT", message: "The quote of the order has expired" });
  const renewed = [tool("get_quote", { order_id: order }, { amount }), tool("issue_refund", refund, { paid: true })];
  const recovers = !falls || randomFrom(`${request}/way out`).chance(findsTheWayOut);
  if (!recovers) return ended([...begin, expired], "The refund will be looked at.", false);
  return ended([...begin, expired, ...renewed], "The money is on its way back.", true);
}

const ended = (steps: object[], output: string, success: boolean): Acted => ({ steps: [...steps, chat("ok", "stop")], output, success });

const tool = (name: string, given: object, result: object | undefined, error?: object): object => ({
  type: "tool",
  name,
  arguments: given,
  ...(error === undefined ? { result } : { error, status: "error" }),
});

const chat = (status: "ok" | "error", finish: "stop" | "length" | null = null): object => ({
  type: "llm",
  name: "chat",
  status,
  ...(status === "error"
    ? { error: { type: "overloaded_error", message: "Overloaded" } }
    : { result: { content: "…", finish_reason: finish ?? "tool_calls" } }),
});

/** Words of which no two requests share most: near-duplicates are one case to a suite. */
const syllables = ["ka", "lo", "mi", "ne", "pu", "ra", "si", "to", "vu", "wa", "xe", "yo", "zi", "ba", "de", "fu"] as const;

/** The request of that name: the same name, the same words. */
export function requestOf(name: string): string {
  const random = randomFrom(name);
  const word = (): string => Array.from({ length: 3 }, () => random.pick(syllables)).join("");
  return Array.from({ length: 12 }, word).join(" ");
}
