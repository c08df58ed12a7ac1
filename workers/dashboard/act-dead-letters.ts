// What the forms of the dead letters ask for: one of them, or all. All are done one by one, as many as one request may take; what is
// left is said, and the button pressed again goes on.
import { listing, type Answer, type ApiClient } from "./api-client.ts";
import { plural } from "./format.ts";
import { segment } from "./links.ts";
import { readDeadLetter } from "./read/dead-letter.ts";
import type { Flash } from "./view.ts";

const path = "/v1/dead-letters";
/** Calls of the API in one request of a browser; each writes to the index and the archive. */
const mostAtOnce = 100;
/** Enough for a browser to see the change soon, few enough for a busy index. */
const together = 5;

interface Verb {
  /** Of one, when it went well. */
  said: string;
  /** Of several. */
  word: string;
  send: (api: ApiClient, id: string) => Promise<Answer>;
}

const verbs: ReadonlyMap<string, Verb> = new Map([
  [
    "redrive",
    {
      said: "On its way again. If it fails it comes back with its new reason.",
      word: "on their way again",
      send: (api, id) => api.send("POST", `${path}/${segment(id)}/redrive`),
    },
  ],
  ["delete", { said: "Deleted.", word: "deleted", send: (api, id) => api.send("DELETE", `${path}/${segment(id)}`) }],
]);

export async function onDeadLetters(api: ApiClient, id: string, verbName: string): Promise<Flash> {
  const verb = verbs.get(verbName);
  if (verb === undefined) return { tone: "failed", text: "There is no such action." };
  if (id === "all") return onAll(api, verb, verbName === "redrive");
  const answer = await verb.send(api, id);
  return answer.ok ? { tone: "done", text: verb.said } : { tone: "failed", text: answer.message };
}

async function onAll(api: ApiClient, verb: Verb, isRedrive: boolean): Promise<Flash> {
  const answer = await api.get(path, { limit: String(mostAtOnce) });
  if (!answer.ok) return { tone: "failed", text: answer.message };
  const { items, nextCursor } = listing(answer.data, readDeadLetter);
  const chosen = items.filter((letter) => !(isRedrive && letter.isExpired));
  const refusals: string[] = [];
  for (let start = 0; start < chosen.length; start += together) {
    const answers = await Promise.all(chosen.slice(start, start + together).map(({ id }) => verb.send(api, id)));
    // One that somebody else dealt with meanwhile is what was wanted.
    for (const each of answers) if (!each.ok && each.status !== 404) refusals.push(each.message);
  }
  const [first] = refusals;
  const done = `${plural(chosen.length - refusals.length, "dead letter")} ${verb.word}.`;
  const left = nextCursor === null ? "" : " There are more: do it again.";
  const gone =
    items.length > chosen.length ? ` ${plural(items.length - chosen.length, "other")} cannot be driven: their bytes are deleted.` : "";
  if (first !== undefined) return { tone: "failed", text: `${done} ${plural(refusals.length, "other")} refused: ${first}` };
  return { tone: "done", text: done + gone + left };
}
