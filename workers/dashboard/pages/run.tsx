// One run: its facts, what went in and out, and its steps in time. A run of thousands of steps is shown a window at a
// time, with an overview of all of them above; nothing of it is ever shown as anything but text.
import type { Child } from "hono/jsx";
import { StatusChip } from "../chips.tsx";
import { count, dash, duration, money, plural } from "../format.ts";
import { agentPath, runPath, segment } from "../links.ts";
import { Content } from "../messages.tsx";
import { citedText } from "../cited.ts";
import { CitedBlock } from "../cited-block.tsx";
import { list, record } from "../json.ts";
import { readFinding, readReading, type EvidenceView } from "../read/finding.ts";
import { readRun, type RunView } from "../read/run.ts";
import { signalNames } from "../signal-names.ts";
import { stepFindings } from "../step-findings.ts";
import { Block, Name, textOf } from "../safe-text.tsx";
import { StepList } from "../step-list.tsx";
import { Moment } from "../time.tsx";
import { exact, type Clock } from "../time-format.ts";
import { mayWrite, type Page, type View } from "../view.ts";
import { FailureNote } from "../failure-note.tsx";
import { problemPage } from "./problem.tsx";
import { spoken } from "../words.ts";
import { Findings } from "../findings.tsx";

export async function runPage(view: View, id: string): Promise<Page> {
  const answer = await view.api.get(`/v1/runs/${segment(id)}`);
  if (!answer.ok) return { ...problemPage(answer), section: "runs" };
  const run = readRun(answer.data);
  if (run === null) return problemPage({ status: 404, message: "The API's answer holds no run." });
  const raw = `${runPath(run.id)}/raw`;
  const rest = <a href={raw}>The raw record has the rest.</a>;
  const findings = list(record(answer.data)["findings"]).flatMap((each) => readFinding(each) ?? []);
  const reading = readReading(record(answer.data)["reading"]);
  const signals = await signalNames(
    view.api,
    findings.map(({ signalId }) => signalId),
  );
  const ofSteps = stepFindings(findings, signals);
  return {
    title: `Run ${run.id}`,
    section: "runs",
    body: (
      <>
        <div class="page-head with-tools">
          <div>
            <p class="crumb">
              <a href="/runs">Runs</a>
              <a href={agentPath(run.agent)}>
                <Name value={run.agent} most={50} />
              </a>
            </p>
            <h1 class="mono-title">
              <Name value={run.id} most={80} />
            </h1>
            <p class="chips">
              <StatusChip status={run.status} />
              {run.flags.map((flag) => (
                <span class="chip flag">{spoken(flag)}</span>
              ))}
              {run.tags.slice(0, 12).map((tag) => (
                <span class="chip">
                  <Name value={tag} most={40} />
                </span>
              ))}
            </p>
          </div>
          <div class="head-tools">
            {mayWrite(view) && run.input !== null && (
              <a class="button" href={`/cases/new?${new URLSearchParams({ run: run.id.toWellFormed() }).toString()}`}>
                Make a case of this run
              </a>
            )}
            <a class="button" href={raw}>
              Raw record
            </a>
          </div>
        </div>
        {run.error !== null && <FailureNote failure={run.error} />}
        <Figures run={run} clock={view.clock} />
        <div class="two exchange">
          <section aria-labelledby="input">
            <h2 id="input">Input</h2>
            <Exchanged value={run.input} nothing="No input was sent." evidence={ofSteps.citing(null, "input")} rest={rest} />
          </section>
          <section aria-labelledby="output">
            <h2 id="output">Output</h2>
            <Exchanged value={run.output} nothing="No output was sent." evidence={ofSteps.citing(null, "output")} rest={rest} />
          </section>
        </div>
        <Findings runId={run.id} findings={findings} reading={reading} signals={signals} view={view} />
        <StepList run={run} view={view} findings={ofSteps} />
        <Facts run={run} clock={view.clock} />
      </>
    ),
  };
}

function Exchanged({
  value,
  nothing,
  evidence,
  rest,
}: {
  value: unknown;
  nothing: string;
  evidence: readonly EvidenceView[];
  rest: Child;
}): Child {
  if (value === null) return <p class="faint">{nothing}</p>;
  const cited = evidence.length === 0 ? null : citedText(value, evidence);
  return cited === null || cited.marks.length === 0 ? <Content value={value} rest={rest} /> : <CitedBlock cited={cited} rest={rest} />;
}

function Figures({ run, clock }: { run: RunView; clock: Clock }): Child {
  const { usage, counts } = run;
  const figures: { name: string; value: string; under: string }[] = [
    { name: "Took", value: duration(run.durationMs), under: run.endMs === null ? "not ended" : "" },
    { name: "Tokens in", value: count(usage.input), under: usage.cacheRead === null ? "" : `${count(usage.cacheRead)} from cache` },
    { name: "Tokens out", value: count(usage.output), under: "" },
    { name: "Cost", value: money(run.costUsd), under: run.flags.includes("cost_incomplete") ? "incomplete: a price is unknown" : "" },
    { name: "Steps", value: count(counts.steps), under: `${count(counts.llmCalls)} model and ${count(counts.toolCalls)} tool calls` },
    {
      name: "Tool errors",
      value: count(counts.toolErrors),
      under: counts.retries === null ? "" : plural(counts.retries, "retry", "retries"),
    },
  ];
  return (
    <dl class="figures">
      <div class="figure">
        <dt>Started</dt>
        <dd>
          <b>
            <Moment at={run.startMs} clock={clock} show="absolute" />
          </b>
          <span class="faint">
            <Moment at={run.startMs} clock={clock} show="relative" />
          </span>
        </dd>
      </div>
      {figures.map(({ name, value, under }) => (
        <div class="figure">
          <dt>{name}</dt>
          <dd>
            <b class="num">{value}</b>
            <span class="faint num">{under}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Facts({ run, clock }: { run: RunView; clock: Clock }): Child {
  const { config } = run;
  const facts: [string, Child][] = [
    ["Model", config.model === null ? dash : <Name value={config.model} />],
    ["Prompt", config.prompt === null ? dash : <Name value={config.prompt} />],
    [
      "Tools",
      config.tools.length === 0
        ? dash
        : config.tools.slice(0, 40).map((tool) => (
            <span class="chip">
              <Name value={tool} most={40} />
            </span>
          )),
    ],
    [
      "Artifacts",
      config.artifacts.length === 0
        ? dash
        : config.artifacts.map((each) => (
            <span class="chip">
              <Name value={each} most={40} />
            </span>
          )),
    ],
    [
      "Config",
      run.configHash === null ? (
        dash
      ) : (
        <a href={`/runs?config_hash=${encodeURIComponent(run.configHash.toWellFormed())}`}>
          <code>
            <Name value={run.configHash} most={40} />
          </code>
        </a>
      ),
    ],
    ["Agent version", run.agentVersion === null ? dash : <Name value={run.agentVersion} />],
    [
      "Session",
      run.sessionId === null ? (
        dash
      ) : (
        <a href={`/runs?session_id=${encodeURIComponent(run.sessionId.toWellFormed())}`}>
          <Name value={run.sessionId} />
        </a>
      ),
    ],
    [
      "User",
      run.userId === null ? (
        dash
      ) : (
        <a href={`/runs?user_id=${encodeURIComponent(run.userId.toWellFormed())}`}>
          <Name value={run.userId} />
        </a>
      ),
    ],
    [
      "Cohort",
      run.cohort.length === 0
        ? dash
        : run.cohort.map(([name, value]) => (
            <span class="chip">
              <Name value={`${name} = ${value}`} most={60} />
            </span>
          )),
    ],
    ["Instrumentation", run.instrumentation === null ? dash : <Name value={run.instrumentation} />],
    [
      "Sender's id",
      run.sourceId === null ? (
        dash
      ) : (
        <code>
          <Name value={run.sourceId} most={60} />
        </code>
      ),
    ],
    ["Started", run.startMs === null ? dash : exact(run.startMs, clock)],
    ["Ended", run.endMs === null ? dash : exact(run.endMs, clock)],
    ["Sampled", run.sampleRate === null || run.sampleRate === 1 ? "every run is kept" : `one in ${Math.round(1 / run.sampleRate)} is kept`],
  ];
  const isNotEmpty = (value: Record<string, unknown>): boolean => Object.keys(value).length > 0;
  return (
    <section aria-labelledby="facts">
      <h2 id="facts">Config and context</h2>
      {run.scores.length > 0 && (
        <table class="list stacked scores">
          <caption class="visually-hidden">Scores</caption>
          <thead>
            <tr>
              <th scope="col">Score</th>
              <th scope="col" class="right">
                Value
              </th>
              <th scope="col">Source</th>
              <th scope="col">Comment</th>
            </tr>
          </thead>
          <tbody>
            {run.scores.map((score) => (
              <tr>
                <td class="lead">
                  <Name value={score.name} most={60} />
                </td>
                <td class="right num" data-label="Value">
                  <Name value={score.value} most={60} />
                </td>
                <td data-label="Source">{score.source === null ? dash : <Name value={score.source} most={20} />}</td>
                <td data-label="Comment">{score.comment === null ? dash : <Name value={score.comment} most={200} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {config.promptText !== null && (
        <>
          <h3>Prompt text</h3>
          <Block value={config.promptText} open={400} />
        </>
      )}
      {isNotEmpty(config.params) && (
        <>
          <h3>Parameters</h3>
          <Block value={textOf(config.params)} open={400} />
        </>
      )}
      {isNotEmpty(run.metadata) && (
        <>
          <h3>Metadata</h3>
          <Block value={textOf(run.metadata)} open={400} />
        </>
      )}
    </section>
  );
}
