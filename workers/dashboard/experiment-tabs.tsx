// The pages of experimentation side by side, above each of their lists; on a phone the row scrolls by itself.
import type { Child } from "hono/jsx";
import { queryString } from "./api-client.ts";

const tabs = [
  ["experiments", "Experiments"],
  ["suites", "Suites"],
  ["evaluators", "Evaluators"],
  ["evaluations", "Evaluations"],
  ["gates", "Gates"],
] as const;

/** @param agent that the lists are filtered by; goes with the person from one to the next */
export function ExperimentTabs({ current, agent }: { current: (typeof tabs)[number][0]; agent: string | null }): Child {
  return (
    <nav class="tabs" aria-label="Experimentation">
      {tabs.map(([id, name]) => (
        <a href={`/${id}${queryString({ agent })}`} {...(id === current ? { "aria-current": "page" } : {})}>
          {name}
        </a>
      ))}
    </nav>
  );
}
