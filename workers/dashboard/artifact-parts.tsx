// Parts of an artifact's page: what a version supposes and promises, for whom it is meant, what it was made from, what it holds, and its history.
import type { Child } from "hono/jsx";
import { makerText, promiseText } from "./artifact-words.ts";
import { count, dash, plural } from "./format.ts";
import { isRecord } from "./json.ts";
import { evaluationPath, experimentPath, gatePath, incidentPath, runPath, signalPath } from "./links.ts";
import { Block, cleanText, Name, textOf } from "./safe-text.tsx";
import { Moment } from "./time.tsx";
import type { ArtifactView, VersionView } from "./read/artifact.ts";
import type { View } from "./view.ts";
import { spoken } from "./words.ts";

/** Runs that it was made from, as links; the API has all. */
const mostRuns = 8;
const mostSteps = 50;

interface VersionProps {
  version: VersionView;
  /** Names by id. */
  signals: ReadonlyMap<string, string>;
  view: View;
}

export function Hypothesis({ version, signals }: Omit<VersionProps, "view">): Child {
  const { hypothesis, agentVersions, when } = version;
  const target = hypothesis?.targetSignalId ?? null;
  const expected = hypothesis?.expected ?? null;
  return (
    <section aria-labelledby="hypothesis">
      <h2 id="hypothesis">Hypothesis</h2>
      {hypothesis === null ? (
        <p class="faint">It promises nothing: success is looked at when it is in use.</p>
      ) : (
        <p class="summary">{cleanText(hypothesis.statement).slice(0, 2_000)}</p>
      )}
      <dl class="facts">
        <div>
          <dt>Target signal</dt>
          <dd>{target === null ? <span class="faint">none</span> : <SignalLink id={target} signals={signals} />}</dd>
        </div>
        <div>
          <dt>Expected effect</dt>
          <dd class="num">
            {expected === null ? <span class="faint">none promised</span> : promiseText(expected)}
            {expected !== null && <p class="faint small">{cleanText(expected.basis).slice(0, 500)}</p>}
          </dd>
        </div>
        <div>
          <dt>Applies to</dt>
          <dd>
            {agentVersions.length === 0
              ? "every version of the agent"
              : agentVersions.slice(0, 20).map((each) => (
                  <span class="id-line">
                    <Name value={each} most={60} />
                  </span>
                ))}
            {when !== null && <p class="small">{cleanText(when).slice(0, 1_000)}</p>}
          </dd>
        </div>
      </dl>
    </section>
  );
}

function SignalLink({ id, signals }: { id: string; signals: ReadonlyMap<string, string> }): Child {
  return (
    <a href={signalPath(id)}>
      <Name value={signals.get(id) ?? id} most={80} />
    </a>
  );
}

export function Provenance({ version, signals, view }: VersionProps): Child {
  const { provenance, gateId, experimentId } = version;
  const runs = provenance.runIds;
  return (
    <section aria-labelledby="provenance">
      <h2 id="provenance">Where it comes from</h2>
      <dl class="facts plan-facts">
        <Fact name="Made by">
          {makerText(provenance.madeBy)}
          {provenance.model !== null && " "}
          {provenance.model !== null && <Name value={provenance.model} most={60} />}
          <p class="faint small">
            <Name value={version.by} most={60} /> <Moment at={version.createdMs} clock={view.clock} show="relative" />
          </p>
        </Fact>
        {provenance.signalId !== null && (
          <Fact name="Signal">
            <SignalLink id={provenance.signalId} signals={signals} />
          </Fact>
        )}
        {provenance.incidentId !== null && (
          <Fact name="Incident">
            <a href={incidentPath(provenance.incidentId)}>
              <Name value={provenance.incidentId} most={40} />
            </a>
          </Fact>
        )}
        <Fact name="Gate">
          {gateId === null ? (
            <span class="faint">none yet</span>
          ) : (
            <a href={gatePath(gateId)}>
              <Name value={gateId} most={40} />
            </a>
          )}
        </Fact>
        {experimentId !== null && (
          <Fact name="Proven by">
            <a href={experimentId.startsWith("evl_") ? evaluationPath(experimentId) : experimentPath(experimentId)}>
              <Name value={experimentId} most={40} />
            </a>
          </Fact>
        )}
        {runs.length > 0 && (
          <Fact name={plural(runs.length, "run")}>
            {runs.slice(0, mostRuns).map((id) => (
              <a href={runPath(id)} class="id-line">
                <Name value={id} most={40} />
              </a>
            ))}
          </Fact>
        )}
      </dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: Child }): Child {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function Content({ version }: { version: VersionView }): Child {
  const parts = partsOf(version.content);
  return (
    <section aria-labelledby="content">
      <h2 id="content">Content of version {count(version.version)}</h2>
      {parts.length === 0 && <p class="faint">(empty)</p>}
      {parts.map(([name, value]) => (
        <figure class="file-diff">
          <figcaption class="small">
            <code>
              <Name value={name} most={120} />
            </code>
          </figcaption>
          <Block value={textOf(value)} open={6_000} rest="The rest is in the API's answer." />
        </figure>
      ))}
    </section>
  );
}

/** Its fields without the kind, which the head says; a folder's files each by its path. What holds nothing is left out. */
function partsOf(content: VersionView["content"]): [string, unknown][] {
  return Object.entries(content).flatMap(([name, value]): [string, unknown][] => {
    if (value === null || value === undefined || name === "kind") return [];
    return name === "files" && isRecord(value) ? Object.entries(value) : [[spoken(name), value]];
  });
}

export function ArtifactHistory({ artifact, view }: { artifact: ArtifactView; view: View }): Child {
  return (
    <section aria-labelledby="history">
      <h2 id="history">History</h2>
      <ol class="artifact-history">
        {artifact.history
          .slice(-mostSteps)
          .toReversed()
          .map((step) => (
            <li>
              <b>{spoken(step.action)}</b> {step.version === null ? dash : `version ${count(step.version)}`} by{" "}
              <Name value={step.by} most={60} />{" "}
              <span class="faint small">
                <Moment at={step.atMs} clock={view.clock} />
                {step.policyId !== null && " by a policy"}
              </span>
              {step.gateId !== null && " "}
              {step.gateId !== null && <a href={gatePath(step.gateId)}>its gate</a>}
              {step.reason !== null && <blockquote>{cleanText(step.reason).slice(0, 2_000)}</blockquote>}
            </li>
          ))}
      </ol>
    </section>
  );
}
