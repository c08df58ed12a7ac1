// The fields of a new evaluator, by its type, each with what it takes to pass.
import type { Child } from "hono/jsx";
import { Check, Choice, TextField, type Filled } from "./form-parts.tsx";
import type { EvaluatorType } from "./read/evaluation.ts";

const matches = [
  ["all", "all of them"],
  ["any", "any of them"],
] as const;
const orders = [
  ["in_order", "in this order, others may stand between"],
  ["exact", "these and no others, in this order"],
  ["any", "in any order"],
] as const;
const sights = [
  ["run", "the answer and the steps"],
  ["answer", "the answer only, which costs less"],
] as const;

export function EvaluatorFields({ form, type }: { form: Filled; type: EvaluatorType }): Child {
  switch (type) {
    case "equals":
      return (
        <>
          <TextField
            form={form}
            name="expected"
            label="What the output must be: text or JSON (empty: what the case expects)"
            rows={3}
            most={10_000}
            isWide
          />
          <Checks form={form} names={["ignore_case"]} />
        </>
      );
    case "contains":
      return (
        <>
          <TextField
            form={form}
            name="text"
            label="Texts, one a line (empty: what the case expects)"
            rows={3}
            most={10_000}
            isWide
            placeholder="order number"
          />
          <Choice name="match" label="Of several" value={form.value("match")} options={matches} />
          <Checks form={form} names={["ignore_case", "absent"]} />
        </>
      );
    case "regex":
      return (
        <>
          <TextField
            form={form}
            name="pattern"
            label="Pattern, without look-around and back-references"
            most={1_000}
            isWide
            isMono
            isRequired
            placeholder="\b[A-Z]{2}\d{6}\b"
          />
          <Checks form={form} names={["absent"]} />
        </>
      );
    case "json_schema":
      return (
        <TextField
          form={form}
          name="schema"
          label="JSON Schema, without references to elsewhere"
          rows={8}
          most={10_000}
          isWide
          isMono
          isRequired
          placeholder={schemaExample}
        />
      );
    case "tool_calls":
      return (
        <>
          <TextField
            form={form}
            name="calls"
            label="Expected calls: JSON, each with a name and, if it matters, a schema of its arguments"
            rows={5}
            most={10_000}
            isWide
            isMono
            placeholder={callsExample}
          />
          <Choice name="order" label="Called" value={form.value("order")} options={orders} />
          <TextField form={form} name="forbidden" label="Never called: names" placeholder="delete_account" isMono />
        </>
      );
    case "expression":
      return (
        <>
          <TextField
            form={form}
            name="expression"
            label="Expression over run, true of the runs that pass"
            rows={4}
            most={500}
            isWide
            isMono
            isRequired
            placeholder={expressionExample}
          />
          <div class="help full">
            <p>
              In CEL. <code>run</code> has <code>status</code>, <code>duration_ms</code>, <code>cost_usd</code>, <code>model</code>,{" "}
              <code>input</code>, <code>output</code>, <code>cohort</code>, <code>scores</code>, <code>counts</code>, <code>metadata</code>{" "}
              and <code>steps</code>. A run that lacks what is asked for is skipped, not failed.
            </p>
          </div>
        </>
      );
    case "judge":
      return (
        <>
          <TextField
            form={form}
            name="rubric"
            label="Rubric: what is good, what is not, in plain words"
            rows={6}
            most={8_000}
            isWide
            isRequired
            placeholder="Does the answer settle the question? 1: wholly. 0.5: in part. 0: not, or with something that no tool said."
          />
          <TextField form={form} name="low" label="Scale from" inputmode="decimal" most={10} placeholder="0" />
          <TextField form={form} name="high" label="Scale to" inputmode="decimal" most={10} placeholder="1" />
          <TextField form={form} name="threshold" label="Passes from (empty: the middle)" inputmode="decimal" most={10} />
          <Choice name="sees" label="It is shown" value={form.value("sees")} options={sights} />
          <div class="help full">
            <p>
              It needs <code>ANTHROPIC_API_KEY</code> where Bento runs. What cannot be judged is told apart and lowers coverage; it never
              counts as a failure.
            </p>
          </div>
        </>
      );
    case "webhook":
      return (
        <>
          <TextField
            form={form}
            name="url"
            label="Address"
            most={2_000}
            isWide
            isMono
            isRequired
            placeholder="https://checks.example.com/passed"
          />
          <TextField
            form={form}
            name="threshold"
            label="Passes from score (where it says no passed)"
            inputmode="decimal"
            most={10}
            placeholder="0.5"
          />
          <div class="help full">
            <p>
              It gets a signed POST of <code>{"{run_id, case_id, input, output, expected}"}</code> and answers{" "}
              <code>{"{passed, score, reason}"}</code>. The secret that signs is shown once, next.
            </p>
          </div>
        </>
      );
  }
}

const schemaExample = `{"type": "object", "required": ["order"], "properties": {"order": {"type": "string"}}}`;
const callsExample = `[{"name": "lookup_order"}, {"name": "refund", "arguments": {"required": ["amount"]}}]`;
const expressionExample = `run.steps.exists(s, s.name == "lookup_order" && s.status == "ok")`;

const checkLabels = { ignore_case: "Upper and lower case are the same", absent: "It must not be there" } as const;

function Checks({ form, names }: { form: Filled; names: readonly (keyof typeof checkLabels)[] }): Child {
  return (
    <div class="full checks">
      {names.map((name) => (
        <Check form={form} name={name} label={checkLabels[name]} />
      ))}
    </div>
  );
}
