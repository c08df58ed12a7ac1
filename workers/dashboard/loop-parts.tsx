// Parts of the page of the loop: what comes next and what it waits for, and what it did, each in words with links to what they are about. A link is
// made of an id that the API names as one, never of what stands in a sentence.
import type { Child } from "hono/jsx";
import { evidencePath } from "../../domain/book/book-text.ts";
import { slugOf } from "./artifact-ids.ts";
import { experimentPath, gatePath } from "./links.ts";
import type { DoneView, LoopDoes, NextView } from "./read/loop.ts";
import { VerdictMark } from "./result-chip.tsx";
import { cleanText, Name } from "./safe-text.tsx";
import type { Tone } from "./experiment-words.ts";
import { Moment } from "./time.tsx";
import type { View } from "./view.ts";
import { spoken } from "./words.ts";

/** Rows of one table; the API has all. */
const mostRows = 200;
const mostLetters = 600;

const doesWords: Record<LoopDoes | "unknown", { said: string; tone: Tone }> = {
  revert: { said: "Takes it back", tone: "bad" },
  promote: { said: "Brings it into use", tone: "good" },
  canary: { said: "Starts a canary", tone: "good" },
  validate: { said: "Validates it", tone: "good" },
  gate: { said: "Tries it at a gate", tone: "good" },
  draft: { said: "Drafts for it", tone: "good" },
  wait: { said: "Waits", tone: "warn" },
  leave: { said: "Leaves it", tone: "calm" },
  unknown: { said: "Unknown", tone: "calm" },
};

interface NextProps {
  next: readonly NextView[];
  /** Ids of the agent's canaries. */
  canaries: readonly string[];
}

export function NextSteps({ next, canaries }: NextProps): Child {
  return (
    <section aria-labelledby="next">
      <h2 id="next">What it does next, and what it waits for</h2>
      {next.length === 0 ? (
        <p class="faint">There is no failure signal and no version of an artifact that it could work on.</p>
      ) : (
        <table class="list stacked loop-next">
          <thead>
            <tr>
              <th scope="col">Next</th>
              <th scope="col">About</th>
              <th scope="col">Why</th>
              <th scope="col">By policy</th>
            </tr>
          </thead>
          <tbody>
            {next.slice(0, mostRows).map((step) => (
              <tr>
                <td data-label="Next">
                  <VerdictMark {...doesWords[step.does]} />
                </td>
                <td data-label="About" class="wide-cell">
                  <About about={step.about} path={step.id === null ? null : evidencePath(step.id)} />
                </td>
                <td data-label="Why" class="wide-cell">
                  {cleanText(step.why).slice(0, mostLetters)}{" "}
                  <span class="small">
                    <GateLink id={step.gateId} />
                    {canaries
                      .filter((id) => step.why.includes(id))
                      .map((id) => (
                        <a href={experimentPath(id)}>the canary</a>
                      ))}
                  </span>
                </td>
                <td data-label="By policy">
                  <PolicyLink id={step.policyId} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <More total={next.length} />
    </section>
  );
}

interface DoneProps {
  done: readonly DoneView[];
  /** Ids of the agent's artifacts by slug. */
  artifacts: ReadonlyMap<string, string>;
  view: View;
}

export function DoneSteps({ done, artifacts, view }: DoneProps): Child {
  return (
    <section aria-labelledby="done">
      <h2 id="done">What it did</h2>
      {done.length === 0 ? (
        <p class="faint">Nothing yet.</p>
      ) : (
        <table class="list stacked loop-done">
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">What</th>
              <th scope="col">Which</th>
              <th scope="col">Why</th>
              <th scope="col">By policy</th>
            </tr>
          </thead>
          <tbody>
            {done.slice(0, mostRows).map((step) => {
              const id = artifacts.get(slugOf(step.about));
              return (
                <tr>
                  <td data-label="When">
                    <Moment at={step.atMs} clock={view.clock} />
                  </td>
                  <td data-label="What">{spoken(step.what)}</td>
                  <td data-label="Which" class="wide-cell">
                    <About about={step.about} path={id === undefined ? null : evidencePath(id)} />
                  </td>
                  <td data-label="Why" class="wide-cell">
                    {cleanText(step.why ?? "").slice(0, mostLetters)}{" "}
                    <span class="small">
                      <GateLink id={step.gateId} />
                    </span>
                  </td>
                  <td data-label="By policy">
                    <PolicyLink id={step.policyId} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      <More total={done.length} />
    </section>
  );
}

function About({ about, path }: { about: string; path: string | null }): Child {
  const name = <Name value={about} most={80} />;
  return path === null ? name : <a href={path}>{name}</a>;
}

function GateLink({ id }: { id: string | null }): Child {
  return id === null || id === "" ? null : <a href={gatePath(id)}>the gate</a>;
}

function PolicyLink({ id }: { id: string | null }): Child {
  if (id === null || id === "") return <span class="faint">–</span>;
  return (
    <a class="mono small" href={`#${encodeURIComponent(id.toWellFormed())}`}>
      <Name value={id} most={32} />
    </a>
  );
}

function More({ total }: { total: number }): Child {
  return total <= mostRows ? null : (
    <p class="faint small">
      The first {mostRows} of {total}; the API has all.
    </p>
  );
}
