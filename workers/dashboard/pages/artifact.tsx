// One artifact: what it supposes and promises, what it holds, what differs between two versions, what was measured, and the steps of its lifecycle.
import type { Child } from "hono/jsx";
import { listing, queryString } from "../api-client.ts";
import { ArtifactActions, ArtifactGates } from "../artifact-actions.tsx";
import { ArtifactDiff } from "../artifact-diff.tsx";
import { ArtifactHistory, Content, Hypothesis, Provenance } from "../artifact-parts.tsx";
import { artifactStateWords, draftText } from "../artifact-words.ts";
import { StatusChip } from "../chips.tsx";
import { PromisedTable } from "../effect-promised.tsx";
import { count } from "../format.ts";
import { agentPath, artifactPath, segment } from "../links.ts";
import { readArtifact, readDiff, type ArtifactView, type VersionView } from "../read/artifact.ts";
import { readGate, type GateView } from "../read/gate.ts";
import { readOptimisation } from "../read/optimisation.ts";
import { cleanText, Name } from "../safe-text.tsx";
import { signalNames } from "../signal-names.ts";
import { asked, type Page, type View } from "../view.ts";
import { spoken } from "../words.ts";
import { PartProblem, problemPage } from "./problem.tsx";

/** Gates of the agent among which those about the artifact are looked for. */
const gatesLookedAt = "100";
const mostShipped = "20";

export async function artifactPage(view: View, id: string): Promise<Page> {
  const answer = await view.api.get(`/v1/artifacts/${segment(id)}`);
  if (!answer.ok) return { ...problemPage(answer), section: "artifacts" };
  const artifact = readArtifact(answer.data);
  if (artifact === null) return { ...problemPage({ status: 404, message: "The API's answer holds no artifact." }), section: "artifacts" };
  const version = versionAsked(artifact, asked(view, "version")) ?? artifact.versions.at(-1) ?? null;
  const [gates, shipped, diff] = await Promise.all([gatesOf(view, artifact), shippedOf(view, artifact), diffOf(view, artifact)]);
  const signals = await signalNames(view.api, [
    version?.hypothesis?.targetSignalId ?? null,
    version?.provenance.signalId ?? null,
    ...(shipped ?? []).map(({ targetSignalId }) => targetSignalId),
  ]);
  return {
    title: artifact.name,
    section: "artifacts",
    ...(view.again === null ? {} : { status: view.again.status }),
    body: (
      <>
        <Head artifact={artifact} shown={version} />
        <div class="split-page">
          <div class="main-column">
            {version !== null && <Hypothesis version={version} signals={signals} />}
            <section aria-labelledby="effect">
              <h2 id="effect">Promised and measured</h2>
              {shipped === null ? (
                <PartProblem what="What was measured" message="The API did not answer." />
              ) : shipped.length === 0 ? (
                <p class="faint">It was not in use yet, so nothing was measured.</p>
              ) : (
                <PromisedTable optimisations={shipped} signals={signals} view={view} />
              )}
            </section>
            {version !== null && <Content version={version} />}
            {diff !== null && <ArtifactDiff artifact={artifact} {...diff} />}
          </div>
          <aside class="side-column">
            <ArtifactActions artifact={artifact} gates={gates} view={view} />
            {version !== null && <Provenance version={version} signals={signals} view={view} />}
            <ArtifactGates artifact={artifact} gates={gates} view={view} />
            <ArtifactHistory artifact={artifact} view={view} />
          </aside>
        </div>
      </>
    ),
  };
}

function versionAsked({ versions }: ArtifactView, wanted: string | null): VersionView | null {
  return versions.find(({ version }) => String(version) === wanted) ?? null;
}

async function gatesOf(view: View, { agent, versions }: ArtifactView): Promise<GateView[]> {
  const answer = await view.api.get("/v1/gates", { agent, limit: gatesLookedAt });
  const refs = new Set(versions.map(({ ref }) => ref));
  return answer.ok ? listing(answer.data, readGate).items.filter(({ candidate }) => candidate.artifacts.some((ref) => refs.has(ref))) : [];
}

async function shippedOf(view: View, { id }: ArtifactView) {
  const answer = await view.api.get("/v1/optimisations", { artifact_id: id, limit: mostShipped });
  return answer.ok ? listing(answer.data, readOptimisation).items : null;
}

/** null where there are no two versions. */
async function diffOf(view: View, artifact: ArtifactView) {
  const newest = artifact.versions.at(-1);
  if (newest === undefined || artifact.versions.length < 2) return null;
  const to = versionAsked(artifact, asked(view, "to"))?.version ?? newest.version;
  const from = versionAsked(artifact, asked(view, "from"))?.version ?? Math.max(1, to - 1);
  const answer = await view.api.get(`/v1/artifacts/${segment(artifact.id)}/diff`, { from: String(from), to: String(to) });
  const problem = answer.ok ? "The API's answer holds no difference." : answer.message;
  return { from, to, diff: answer.ok ? readDiff(answer.data) : null, problem };
}

function Head({ artifact, shown }: { artifact: ArtifactView; shown: VersionView | null }): Child {
  const { id, agent, versions, modelDraft } = artifact;
  const drafting = modelDraft === null ? null : draftText(modelDraft.status);
  return (
    <div class="page-head">
      <p class="crumb">
        <a href={`/artifacts${queryString({ agent })}`}>Artifacts</a>
        <a href={agentPath(agent)}>
          <Name value={agent} most={50} />
        </a>
      </p>
      <h1>
        <Name value={artifact.name} most={140} />
      </h1>
      <p class="chips">
        <StatusChip status={artifact.state} />
        <span class="faint small">{artifactStateWords[artifact.state]}</span>
        <span class="chip">{spoken(artifact.kind)}</span>
        {artifact.promotedVersion !== null && <span class="chip">version {count(artifact.promotedVersion)} in use</span>}
        <code class="faint small">
          <Name value={artifact.slug} most={64} />
        </code>
      </p>
      {versions.length > 1 && (
        <nav class="small version-links" aria-label="Versions">
          {versions.map(({ version, state }) => (
            <a href={`${artifactPath(id)}?version=${version}`} {...(version === shown?.version ? { "aria-current": "true" } : {})}>
              version {count(version)}, {state}
            </a>
          ))}
        </nav>
      )}
      {drafting !== null && <p class="faint small">{drafting}</p>}
      {artifact.conflicts.slice(0, 10).map(({ message }) => (
        <p class="notice">{cleanText(message).slice(0, 500)}</p>
      ))}
    </div>
  );
}
