// The pages of artifacts side by side, above each of their lists.
import type { Child } from "hono/jsx";
import { queryString } from "./api-client.ts";

const tabs = [
  ["artifacts", "Artifacts"],
  ["optimisations", "Promised and measured"],
] as const;

/** @param agent that the lists are filtered by; goes with the person from one to the other */
export function ArtifactTabs({ current, agent }: { current: (typeof tabs)[number][0]; agent: string | null }): Child {
  return (
    <nav class="tabs" aria-label="Artifacts">
      {tabs.map(([id, name]) => (
        <a href={`/${id}${queryString({ agent })}`} {...(id === current ? { "aria-current": "page" } : {})}>
          {name}
        </a>
      ))}
    </nav>
  );
}
