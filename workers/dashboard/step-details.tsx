// What one step carried: arguments, result, messages, error, and the sender's attributes, each as text and bounded.
import type { Child } from "hono/jsx";
import { count, duration, money } from "./format.ts";
import { runPath, stepPath } from "./links.ts";
import { CitedBlock } from "./cited-block.tsx";
import { citedFailure, citedText } from "./cited.ts";
import { FailureNote } from "./failure-note.tsx";
import { FindingCard } from "./finding-card.tsx";
import { Content } from "./messages.tsx";
import { Block, clipped, Name, textOf } from "./safe-text.tsx";
import type { Extent } from "./charts/waterfall.tsx";
import type { EvidenceField, StepFindings } from "./step-findings.ts";
import type { View } from "./view.ts";
import type { EvidenceView } from "./read/finding.ts";
import type { RunView, StepView } from "./read/run.ts";

/** Characters of one field shown in the list of steps: 250 steps of five fields must still be a light page. */
const mostInList = 1_500;

interface Props {
  step: StepView;
  place: number;
  run: RunView;
  extent: Extent | null;
  view: View;
  findings: StepFindings;
}

export function StepDetails({ step, place, run, extent, view, findings }: Props): Child {
  const fields: [string, unknown, EvidenceField | null][] = [
    ["Arguments", step.argumentsRaw ?? step.arguments, "arguments"],
    ["Result", step.result, "result"],
    ["Input", step.input, "input"],
    ["Output", step.output, "output"],
    ["Attributes", Object.keys(step.attributes).length === 0 ? null : step.attributes, null],
  ];
  const present = fields.filter(([, value]) => value !== null && value !== "");
  const ofError = findings.citing(step.id, "error");
  const citedError = step.error === null || ofError.length === 0 ? null : citedFailure(step.error, ofError);
  return (
    <div class="step-body">
      <p class="step-facts faint small num">{factsOf(step, place, extent).join(" · ")}</p>
      {step.model !== null && (
        <p class="small">
          Model <Name value={step.model} />
        </p>
      )}
      {findings.of(step.id).map((finding) => (
        <FindingCard
          finding={{ ...finding, runId: run.id }}
          view={view}
          back={stepPath(run.id, step.id)}
          signals={findings.signals}
          linkStep={false}
          withQuote={false}
        />
      ))}
      {step.error !== null &&
        (citedError === null ? (
          <FailureNote failure={step.error} />
        ) : (
          <div class="failure">
            <CitedBlock cited={citedError} rest={<Rest run={run} />} />
          </div>
        ))}
      {present.length === 0 && step.error === null && <p class="faint">Nothing was sent with this step.</p>}
      {present.map(([name, value, field]) => (
        <div class="step-field">
          <h4>{name}</h4>
          <Field value={value} run={run} evidence={field === null ? [] : findings.citing(step.id, field)} />
        </div>
      ))}
    </div>
  );
}

function Field({ value, run, evidence }: { value: unknown; run: RunView; evidence: readonly EvidenceView[] }): Child {
  const cited = evidence.length === 0 ? null : citedText(value, evidence);
  if (cited !== null && cited.marks.length > 0) return <CitedBlock cited={cited} rest={<Rest run={run} />} />;
  const whole = textOf(value);
  if (whole.length <= mostInList) return <Content value={value} open={mostInList + 1} />;
  return (
    <>
      <Block value={`${whole.slice(0, mostInList)}…`} open={mostInList + 1} />
      <p class="faint small">
        {count(mostInList)} of {count(whole.length)} characters. <Rest run={run} />
      </p>
    </>
  );
}

function Rest({ run }: { run: RunView }): Child {
  return <a href={`${runPath(run.id)}/raw`}>The raw record has all of it.</a>;
}

function factsOf(step: StepView, place: number, extent: Extent | null): string[] {
  const { usage } = step;
  const facts = [`step ${count(place)}`];
  if (step.startMs !== null && extent !== null) facts.push(`began ${duration(step.startMs - extent.fromMs)} into the run`);
  if (usage.input !== null) facts.push(`${count(usage.input)} tokens in`);
  if (usage.output !== null) facts.push(`${count(usage.output)} tokens out`);
  if (usage.cacheRead !== null) facts.push(`${count(usage.cacheRead)} from cache`);
  if (step.costUsd !== null) facts.push(money(step.costUsd));
  if (step.callId !== null) facts.push(`call ${clipped(step.callId, 40)}`);
  facts.push(`id ${clipped(step.id, 40)}`);
  if (step.truncated) facts.push("cut on arrival");
  return facts;
}
