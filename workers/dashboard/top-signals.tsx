// The most pressing signals of one agent, on its page; nothing where there are none.
import type { Child } from "hono/jsx";
import { listing, type ApiClient } from "./api-client.ts";
import { taxonomyPath } from "./links.ts";
import { SignalTable } from "./signal-table.tsx";
import type { Clock } from "./time-format.ts";
import { readSignal, type SignalView } from "./read/signal.ts";

const mostShown = 5;

export async function topSignals(api: ApiClient, agent: string): Promise<SignalView[]> {
  // A few more than are shown: those that are over are left out.
  const answer = await api.get("/v1/signals", { agent, polarity: "failure", level: "leaf", limit: String(mostShown * 4) });
  if (!answer.ok) return [];
  return listing(answer.data, readSignal)
    .items.filter(({ state }) => state !== "archived" && state !== "resolved")
    .slice(0, mostShown);
}

export function TopSignals({ agent, signals, clock }: { agent: string; signals: readonly SignalView[]; clock: Clock }): Child {
  if (signals.length === 0) return null;
  return (
    <section aria-labelledby="top-signals">
      <div class="section-head">
        <h2 id="top-signals">How it fails</h2>
        <p class="small">
          <a href={`/signals?agent=${encodeURIComponent(agent.toWellFormed())}`}>All signals</a> · <a href={taxonomyPath(agent)}>The map</a>
        </p>
      </div>
      <SignalTable signals={signals} clock={clock} hasAgent={false} prefix="top" />
    </section>
  );
}
