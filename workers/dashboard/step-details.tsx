// What one step carried: arguments, result, messages, error, and the sender's attributes, each as text and bounded.
import type { Child } from "hono/jsx";
import { count, duration, money } from "./format.ts";
import { runPath } from "./links.ts";
import { FailureNote } from "./failure-note.tsx";
import { Content } from "./messages.tsx";
import { Block, clipped, Name, textOf } from "./safe-text.tsx";
import type { Extent } from "./charts/waterfall.tsx";
import type { RunView, StepView } from "./read/run.ts";

/** Characters of one field shown in the list of steps: 250 steps of five fields must still be a light page. */
const mostInList = 1_500;

export function StepDetails({ step, place, run, extent }: { step: StepView; place: number; run: RunView; extent: Extent | null }): Child {
  const fields: [string, unknown][] = [
    ["Arguments", step.argumentsRaw ?? step.arguments],
    ["Result", step.result],
    ["Input", step.input],
    ["Output", step.output],
    ["Attributes", Object.keys(step.attributes).length === 0 ? null : step.attributes],
  ];
  const present = fields.filter(([, value]) => value !== null && value !== "");
  return (
    <div class="step-body">
      <p class="step-facts faint small num">{factsOf(step, place, extent).join(" · ")}</p>
      {step.model !== null && (
        <p class="small">
          Model <Name value={step.model} />
        </p>
      )}
      {step.error !== null && <FailureNote failure={step.error} />}
      {present.length === 0 && step.error === null && <p class="faint">Nothing was sent with this step.</p>}
      {present.map(([name, value]) => (
        <div class="step-field">
          <h4>{name}</h4>
          <Field value={value} run={run} />
        </div>
      ))}
    </div>
  );
}

function Field({ value, run }: { value: unknown; run: RunView }): Child {
  const whole = textOf(value);
  if (whole.length <= mostInList) return <Content value={value} open={mostInList + 1} />;
  return (
    <>
      <Block value={`${whole.slice(0, mostInList)}…`} open={mostInList + 1} />
      <p class="faint small">
        {count(mostInList)} of {count(whole.length)} characters. <a href={`${runPath(run.id)}/raw`}>The raw record has all of it.</a>
      </p>
    </>
  );
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
