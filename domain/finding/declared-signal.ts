// Signals that people declare by a rule: an expression that is true of the runs it means (domain/run/expression.ts). A rule that cannot
// be read, or that gives anything but yes, finds nothing.
import { readExpression, type Expression } from "../run/expression.ts";
import { memory } from "../run/memory.ts";
import type { Run } from "../run/run.ts";
import type { Expectation } from "./expectation.ts";
import { cite } from "./field-text.ts";
import type { Detected, Evidence, EvidenceField } from "./finding.ts";
import { newFinding } from "./new-finding.ts";

const readings = memory<Expression>({ entries: 200, keyChars: 500 });

/** What a rule speaks of, and the field of the run that shows it. */
const shownBy: readonly (readonly [word: RegExp, field: EvidenceField])[] = [
  [/\brun\.output\b/, "output"],
  [/\brun\.error\b/, "error"],
  [/\brun\.scores\b/, "score"],
  [/\brun\.input\b/, "input"],
];

/** The findings of `expectations` in `run`: which step made the rule true cannot be known, so they are of the run as a whole. */
export function declaredSignals(run: Run, expectations: readonly Expectation[]): Detected[] {
  return expectations.flatMap((expectation) => {
    const { rule } = expectation;
    const reading = readings(rule, () => readExpression(rule));
    if (!reading.ok || reading.evaluate(run) !== true) return [];
    return newFinding(
      run,
      { name: `signal.${expectation.slug}`, version: String(expectation.version) },
      {
        step: null,
        what: expectation.name,
        why: `The rule holds: ${rule}`,
        expected: expectation.polarity === "failure" ? "The rule does not hold." : null,
        recovered: false,
        evidence: [shownIn(run, rule) ?? cite(run, null, "output") ?? cite(run, null, "status")],
        subject: null,
        text: null,
        polarity: expectation.polarity,
        severity: expectation.severity,
      },
    );
  });
}

/** The field that the rule speaks of, or the first step whose name it spells out. */
function shownIn(run: Run, rule: string): Evidence | null {
  const named = new Set(Array.from(rule.matchAll(/"([^"]*)"|'([^']*)'/g), ([, double, single]) => double ?? single ?? ""));
  const step = /\brun\.steps\b/.test(rule) ? run.steps.find(({ name }) => named.has(name)) : undefined;
  if (step !== undefined) return cite(run, step.id, "name");
  return shownBy.map(([word, field]) => (word.test(rule) ? cite(run, null, field) : null)).find((cited) => cited !== null) ?? null;
}
