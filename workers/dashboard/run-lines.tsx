// A few runs as compact lines: what went in, how it ended, how long and how much.
import type { Child } from "hono/jsx";
import { StatusChip } from "./chips.tsx";
import { duration, money } from "./format.ts";
import { runPath } from "./links.ts";
import { clipped, textOf } from "./safe-text.tsx";
import { Moment } from "./time.tsx";
import type { RunView } from "./read/run.ts";
import type { Clock } from "./time-format.ts";

export function RunLines({ runs, clock }: { runs: readonly RunView[]; clock: Clock }): Child {
  if (runs.length === 0) return <p class="faint">None found.</p>;
  return (
    <ul class="run-lines">
      {runs.map((run) => (
        <li>
          <a href={runPath(run.id)} data-row>
            <bdi>{inputLine(run, 90)}</bdi>
          </a>
          <p class="faint small">
            <StatusChip status={run.status} /> <Moment at={run.startMs} clock={clock} show="absolute" />{" "}
            <span class="num">{duration(run.durationMs)}</span> <span class="num">{money(run.costUsd)}</span>
          </p>
        </li>
      ))}
    </ul>
  );
}

/** The last thing said to the agent, on one line; the run's id where nothing was. */
export function inputLine(run: RunView, most: number): string {
  const said = clipped(lastText(run.input), most);
  return said === "" ? clipped(run.id, most) : said;
}

/** From chat messages the last content that is text; from a record its question; anything else as JSON. */
function lastText(input: unknown): string {
  if (typeof input === "string") return input;
  if (input === null || input === undefined) return "";
  if (Array.isArray(input)) {
    for (const message of input.slice(-6).toReversed()) {
      const found = fieldText(message);
      if (found !== null) return found;
    }
  }
  return fieldText(input) ?? textOf(input);
}

function fieldText(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return null;
  for (const [name, each] of Object.entries(value)) {
    if (typeof each === "string" && /^(content|text|input|question|query|message|prompt)$/.test(name) && each.trim() !== "") return each;
  }
  return null;
}
