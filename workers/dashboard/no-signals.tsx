// The list of signals when it is empty: what a signal is, where it comes from, and what would bring one.
import type { Child } from "hono/jsx";

interface Filter {
  agent: string | null;
  state: string | null;
  polarity: "failure" | "win";
}

export function NoSignals({ filter, hasAgents }: { filter: Filter; hasAgents: boolean }): Child {
  if (!hasAgents)
    return (
      <section class="empty calm">
        <h2>Nothing has arrived yet</h2>
        <p>
          Signals are made from runs. <a href="/">How to send the first one</a>
        </p>
      </section>
    );
  if (filter.state !== null || filter.agent !== null)
    return (
      <section class="empty calm">
        <h2>{filter.polarity === "win" ? "No win matches" : "No signal matches"}</h2>
        <p>
          None of this agent and state. <a href={filter.polarity === "win" ? "/signals?polarity=win" : "/signals"}>Show all of them</a>
        </p>
      </section>
    );
  return (
    <section class="empty calm teach">
      <h2>{filter.polarity === "win" ? "No wins yet" : "Nothing has failed yet"}</h2>
      <dl>
        <div>
          <dt>What a signal is</dt>
          <dd>
            A kind of failure (or of success) that runs share: “the tool refund answers: limit exceeded”. It has a rate with its interval, a
            trend and a state, and its rate is watched for drift.
          </dd>
        </div>
        <div>
          <dt>Where it comes from</dt>
          <dd>
            Each finished run is looked over for tool errors, loops, refusals, broken output and more. What is found cites its place in the
            run; findings that say the same but for names, numbers and times become one signal.
          </dd>
        </div>
        <div>
          <dt>What more can be found</dt>
          <dd>
            Where Bento runs with <code>ANTHROPIC_API_KEY</code>, Claude reads runs too: it finds what no rule sees, and checks signals that
            are defined in plain words. A signal defined by rule needs no key. <a href="/signals/new">Define one</a>
          </dd>
        </div>
      </dl>
    </section>
  );
}
