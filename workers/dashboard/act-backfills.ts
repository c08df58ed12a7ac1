// What the forms of backfills ask for: make the job that was previewed, and pause, resume or cancel one.
import type { ApiClient } from "./api-client.ts";
import { backfillBody } from "./backfill-form.ts";
import { record, text } from "./json.ts";
import { backfillPath, segment } from "./links.ts";
import type { Flash } from "./view.ts";

interface Done {
  flash: Flash;
  next?: string;
}

/** A map, because a verb comes from the address: a record would also know `constructor`. */
const saidOf: ReadonlyMap<string, string> = new Map([
  ["pause", "Paused. It goes on where it stands when you resume it."],
  ["resume", "It goes on."],
  ["cancel", "Cancelled. What it found so far stays."],
]);

export async function startBackfill(api: ApiClient, field: (name: string) => string, zone: string): Promise<Done> {
  const answer = await api.send("POST", "/v1/backfills", backfillBody(field, zone));
  if (!answer.ok) return { flash: { tone: "failed", text: answer.message } };
  const id = text(record(answer.data)["id"]);
  return { flash: { tone: "done", text: "Begun." }, ...(id === null ? {} : { next: backfillPath(id) }) };
}

export async function onBackfill(api: ApiClient, id: string, verb: string): Promise<Done> {
  const said = saidOf.get(verb);
  if (said === undefined) return { flash: { tone: "failed", text: "There is no such action." } };
  const answer = await api.send("POST", `/v1/backfills/${segment(id)}/${verb}`, {});
  return { flash: answer.ok ? { tone: "done", text: said } : { tone: "failed", text: answer.message } };
}
