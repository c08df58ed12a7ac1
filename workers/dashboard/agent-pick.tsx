// The filter of a list by agent, and by whatever else it has: a small form that works without a script, each choice in the address.
import type { Child } from "hono/jsx";
import { cleanText, clipped } from "./safe-text.tsx";
import { spoken } from "./words.ts";

interface Pick {
  name: string;
  /** What is chosen; null for all. */
  value: string | null;
  all: string;
  options: readonly string[];
}

interface Props {
  action: string;
  agents: readonly string[];
  agent: string | null;
  picks?: readonly Pick[];
}

export function AgentPick({ action, agents, agent, picks = [] }: Props): Child {
  const names = [...new Set([...agents, ...(agent === null ? [] : [agent])])];
  return (
    <form method="get" action={action} class="pick" role="search">
      <Choices pick={{ name: "agent", value: agent, all: "Every agent", options: names }} say={(name) => clipped(name, 50)} />
      {picks.map((pick) => (
        <Choices pick={pick} say={spoken} />
      ))}
      <button type="submit">Show</button>
    </form>
  );
}

function Choices({ pick, say }: { pick: Pick; say: (value: string) => string }): Child {
  return (
    <>
      <label class="visually-hidden" for={`pick-${pick.name}`}>
        {spoken(pick.name)}
      </label>
      <select id={`pick-${pick.name}`} name={pick.name}>
        <option value="">{pick.all}</option>
        {pick.options.map((each) => (
          <option value={cleanText(each)} selected={each === pick.value}>
            {say(each)}
          </option>
        ))}
      </select>
    </>
  );
}
