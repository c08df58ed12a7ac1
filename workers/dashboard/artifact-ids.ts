// The ids of an agent's artifacts by their slugs, for pages whose texts name `slug@version`. One that is not among them is shown without a link.
import { listing, type ApiClient } from "./api-client.ts";
import { isRecord, text } from "./json.ts";

/** An agent with more shows the rest without links. */
const mostArtifacts = "200";

export async function artifactIds(api: ApiClient, agent: string): Promise<ReadonlyMap<string, string>> {
  const answer = await api.get("/v1/artifacts", { agent, limit: mostArtifacts });
  if (!answer.ok) return new Map();
  const { items } = listing(answer.data, (each): [string, string] | null => {
    const [slug, id] = isRecord(each) ? [text(each["slug"]), text(each["id"])] : [null, null];
    return slug === null || id === null ? null : [slug, id];
  });
  return new Map(items);
}

/** Of `slug@version`. */
export const slugOf = (ref: string): string => ref.replace(/@\d+$/, "");
