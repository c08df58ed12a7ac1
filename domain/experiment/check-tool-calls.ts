// Whether a run called the tools that it should have: which, in what order, with what arguments, and none that is forbidden. A call is
// a step of type tool or retrieval, whatever became of it.
import type { Run, Step } from "../run/run.ts";
import { errored, failed, jsonIn, passed, type CheckResult, type Subject } from "./check-result.ts";
import { misfitOf } from "./check-json-schema.ts";
import type { ToolCallsCheck } from "./evaluator.ts";

/** Calls that are looked at; a run with more is lost in a loop. */
const mostCalls = 500;

type Wanted = ToolCallsCheck["calls"][number];

export function checkToolCalls({ calls: wanted, order, forbidden }: ToolCallsCheck, { run }: Subject): CheckResult {
  const made = callsOf(run);
  if (made.length > mostCalls) return errored(`the run made more than ${mostCalls} calls`);
  const wrong = made.find(({ name }) => forbidden.includes(name));
  if (wrong !== undefined) return failed(`${wrong.name} was called and is forbidden`);
  if (order === "exact") return inExactOrder(wanted, made);
  return order === "in_order" ? inOrder(wanted, made) : inAnyOrder(wanted, made);
}

const callsOf = (run: Run): Step[] => run.steps.filter(({ type }) => type === "tool" || type === "retrieval").slice(0, mostCalls + 1);

function inExactOrder(wanted: readonly Wanted[], made: readonly Step[]): CheckResult {
  for (const [i, call] of wanted.entries()) {
    const step = made[i];
    if (step === undefined) return failed(`call ${i + 1}, ${call.name}, was not made`);
    const reason = whyNot(call, step);
    if (reason !== null) return failed(`call ${i + 1}: ${reason}`);
  }
  const more = made[wanted.length];
  return more === undefined ? passed : failed(`${more.name} was called beyond the ${wanted.length} expected calls`);
}

/** The earliest call that fits is as good as any later one. */
function inOrder(wanted: readonly Wanted[], made: readonly Step[]): CheckResult {
  let from = 0;
  for (const [i, call] of wanted.entries()) {
    const at = made.findIndex((step, place) => place >= from && whyNot(call, step) === null);
    if (at < 0) return failed(missing(call, made.slice(from), i === 0 ? "" : ` after call ${i} of the expected ones`));
    from = at + 1;
  }
  return passed;
}

/** Each expected call needs a call of its own: augmenting paths (H. W. Kuhn, Naval Research Logistics Quarterly 2, 1955). */
function inAnyOrder(wanted: readonly Wanted[], made: readonly Step[]): CheckResult {
  const fits = wanted.map((call) => made.map((step) => whyNot(call, step) === null));
  const takenBy = new Map<number, number>();
  const place = (i: number, seen: Set<number>): boolean => {
    for (const [at, fit] of (fits[i] ?? []).entries()) {
      if (!fit || seen.has(at)) continue;
      seen.add(at);
      const holder = takenBy.get(at);
      if (holder !== undefined && !place(holder, seen)) continue;
      takenBy.set(at, i);
      return true;
    }
    return false;
  };
  for (const [i, call] of wanted.entries()) if (!place(i, new Set())) return failed(missing(call, made, ""));
  return passed;
}

/** Why `step` is not `call`; null when it is. */
function whyNot(call: Wanted, step: Step): string | null {
  if (step.name !== call.name) return `${step.name} was called, not ${call.name}`;
  if (call.arguments === undefined) return null;
  const fit = misfitOf(argumentsOf(step), call.arguments);
  return fit.kind === "fits" ? null : `arguments of ${call.name}: ${fit.reason}`;
}

/** What came as text is read; no arguments are an empty record. */
function argumentsOf({ arguments: given }: Step): unknown {
  if (typeof given === "string") return jsonIn(given) ?? given;
  return given ?? {};
}

function missing(call: Wanted, made: readonly Step[], where: string): string {
  const near = made.find(({ name }) => name === call.name);
  const reason = near === undefined ? null : whyNot(call, near);
  return reason === null ? `${call.name} was not called${where}` : `${call.name} was not called as expected${where}: ${reason}`;
}
