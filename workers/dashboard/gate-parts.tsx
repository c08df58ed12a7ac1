// Parts of gates: whether one is open, every case that it looked at, what it asked for, and the form by which a person waives it.
import type { Child } from "hono/jsx";
import { complaintsOf, Refusal } from "./form-parts.tsx";
import { amount, count, dash, percent, plural } from "./format.ts";
import { points, resultWords } from "./experiment-words.ts";
import { number, texts } from "./json.ts";
import { gatePath, segment } from "./links.ts";
import type { CaseInput } from "./case-inputs.ts";
import { CaseLink } from "./case-link.tsx";
import { ResultChip } from "./result-chip.tsx";
import { cleanText } from "./safe-text.tsx";
import { queryString } from "./api-client.ts";
import { asked, mayWrite, type View } from "./view.ts";
import { spoken } from "./words.ts";
import { results, type Result } from "./read/experiment.ts";
import type { BoundView, GateCaseView, GateView } from "./read/gate.ts";

export function GateDoor({ gate, nowMs }: { gate: GateView; nowMs: number }): Child {
  const hasExpired = gate.expiresMs !== null && nowMs >= gate.expiresMs;
  const [said, tone] = gate.isOpen
    ? [gate.waiver === null ? "Open" : "Open, waived", "good"]
    : hasExpired
      ? ["Expired", "warn"]
      : ["Shut", gate.isRunning ? "calm" : "bad"];
  return (
    <span class={`status tone-${tone}`}>
      <i aria-hidden="true" />
      {said}
    </span>
  );
}

const cameWords: ReadonlyMap<string | null, string> = new Map([
  ["pass", "passes"],
  ["fail", "fails"],
  ["mixed", "passes sometimes"],
]);

interface CasesProps {
  gate: GateView;
  inputs: ReadonlyMap<string, CaseInput>;
  view: View;
}

export function GateCases({ gate, inputs, view }: CasesProps): Child {
  const filter = results.find((each) => each === asked(view, "result")) ?? null;
  const rank = ({ result }: GateCaseView): number => (result === null ? results.length : results.indexOf(result));
  const shown = gate.cases.filter(({ result }) => filter === null || result === filter).toSorted((a, b) => rank(a) - rank(b));
  const to = (result: Result | null): string => `${gatePath(gate.id)}${queryString({ result })}#cases`;
  return (
    <section aria-labelledby="cases">
      <h2 id="cases">Cases</h2>
      {gate.counts !== null && (
        <nav class="tabs" aria-label="Filter cases by result">
          <a href={to(null)} {...(filter === null ? { "aria-current": "true" } : {})}>
            All <span class="tally">{count(gate.cases.length)}</span>
          </a>
          {results.map((each) => (
            <a href={to(each)} title={resultWords[each].means} {...(filter === each ? { "aria-current": "true" } : {})}>
              {each === "broken" ? "Only broken" : resultWords[each].said} <span class="tally">{count(gate.counts?.[each] ?? null)}</span>
            </a>
          ))}
        </nav>
      )}
      {shown.length === 0 ? (
        <p class="faint">{gate.isRunning ? "Its evidence is being made." : "None."}</p>
      ) : (
        <table class="list stacked gate-cases">
          <thead>
            <tr>
              <th scope="col">Result</th>
              <th scope="col">Case</th>
              <th scope="col">Before → candidate</th>
              <th scope="col" class="right">
                Tries passed
              </th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((each) => (
              <tr>
                <td data-label="Result">
                  <ResultChip result={each.result} />
                </td>
                <td data-label="Case" class="case-text wide-cell">
                  <CaseLink id={each.caseId} runId={null} suiteId={gate.suiteId} inputs={inputs} />
                </td>
                <td data-label="Before → candidate">
                  {cameWords.get(each.baseline) ?? "unknown"} → {cameWords.get(each.candidate) ?? "not judged"}
                </td>
                <td class="right num" data-label="Tries passed">
                  {each.tries === null || each.tries === 0 ? dash : `${count(each.passes)} of ${count(each.tries)}`}
                </td>
                <td data-label="Why" class="small">
                  {[
                    each.mustPass ? "must pass" : "",
                    each.hasEverPassed ? "passed before" : "",
                    each.reason === null ? "" : spoken(each.reason),
                  ]
                    .filter((part) => part !== "")
                    .join(", ") || <span class="faint">{dash}</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** `−2.0 points at least (margin 3.0)`. */
export function boundText({ difference, low, margin }: BoundView): string {
  if (difference === null) return "nothing could be paired";
  const least = low === null ? "" : `, at least ${points(low)}`;
  return `${points(difference)} points${least}${margin === null ? "" : `; accepted −${amount(margin * 100)}`}`;
}

export function GatePolicy({ gate: { policy } }: { gate: GateView }): Child {
  const share = (name: string): string => percent(number(policy[name]));
  const mustPass = texts(policy["must_pass"]);
  const asks: [string, string][] = [
    ["Accepted loss", number(policy["margin"]) === null ? "not asked" : `${amount((number(policy["margin"]) ?? 0) * 100)} points`],
    ["May break", plural(number(policy["allow_broken"]) ?? 0, "case")],
    ["Must pass", mustPass.length === 0 ? "no case by name" : plural(mustPass.length, "named case")],
    ["Compared", `at least ${plural(number(policy["min_cases"]) ?? 0, "case")}`],
    ["Pass rate", number(policy["min_pass_rate"]) === null ? "not asked" : `at least ${share("min_pass_rate")}`],
    ["Unstable", `at most ${share("max_unstable_share")}`],
    ["Incomparable", `at most ${share("max_incomparable_share")}`],
    ["Evidence", `at most ${hours(number(policy["max_evidence_age_h"]))} old`],
  ];
  return (
    <section aria-labelledby="policy">
      <h2 id="policy">What it asks for</h2>
      <dl class="facts plan-facts">
        {asks.map(([name, value]) => (
          <div>
            <dt>{name}</dt>
            <dd class="num">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** `3 h`, `7 d`. */
export function hours(value: number | null): string {
  if (value === null) return dash;
  if (value < 1) return "less than an hour";
  return value < 48 ? `${Math.round(value)} h` : `${Math.round(value / 24)} d`;
}

export function WaiveForm({ gate, view }: { gate: GateView; view: View }): Child {
  if (!mayWrite(view) || gate.isRunning || gate.waiver !== null || gate.verdict === "pass") return null;
  const isPerson = view.session.kind === "person";
  return (
    <section class="actions" aria-labelledby="waive">
      <h2 id="waive">Waive it</h2>
      <Refusal again={view.again} complaints={complaintsOf(view.again, ["reason"])} what="Not waived." />
      <form method="post" action={`/act/gates/${segment(gate.id)}/waive`} class="field-stack">
        <input type="hidden" name="csrf" value={view.csrfToken} />
        <input type="hidden" name="next" value={gatePath(gate.id)} />
        <label for="reason">Reason (kept with your name)</label>
        <textarea id="reason" name="reason" rows={3} maxlength={2_000} required disabled={!isPerson}>
          {cleanText(view.again?.field("reason") ?? "")}
        </textarea>
        <button type="submit" class="danger" disabled={!isPerson}>
          Open it all the same
        </button>
        <p class="faint small">
          {isPerson
            ? "The verdict stays beside your waiver, which is good until the gate expires."
            : "Only a person waives. You are signed in with a machine's key: sign in with a key of kind person."}
        </p>
      </form>
    </section>
  );
}
