// Checks of what a run answered: equal to, containing, or matching what is expected. Texts are compared as texts and data as data,
// whatever the order of its keys. Where neither the definition nor the case expects anything, the check is skipped.
import { canonicalJson } from "../run/fingerprint.ts";
import { compileLinear } from "../run/linear-regex.ts";
import { memory } from "../run/memory.ts";
import { answerText, errored, failed, noOutput, outputJson, passed, skipped, type CheckResult, type Subject } from "./check-result.ts";
import type { ContainsCheck, EqualsCheck, RegexCheck } from "./evaluator.ts";

const nothingExpected = "neither the evaluator nor the case says what is expected";
/** Shown of a text in a reason. */
const shownChars = 80;

export function checkEquals({ expected: own, ignore_case, trim }: EqualsCheck, { run, expected: given }: Subject): CheckResult {
  const expected = own === undefined ? given : own;
  if (expected === null || expected === undefined) return own === null ? equalsNull(run.output) : skipped(nothingExpected);
  if (typeof expected !== "string") {
    const value = outputJson(run);
    if (value === undefined) return failed(run.output === null ? noOutput : "the output is no JSON");
    return canonicalJson(value) === canonicalJson(expected) ? passed : failed("the output is other JSON than expected");
  }
  const answer = answerText(run);
  if (answer === null) return failed(noOutput);
  const form = (text: string) => folded(trim ? text.trim() : text, ignore_case);
  return form(answer) === form(expected) ? passed : failed(`the answer is not ${shown(expected)}`);
}

export function checkContains({ text, match, ignore_case, absent }: ContainsCheck, { run, expected }: Subject): CheckResult {
  const wanted = wantedTexts(text ?? expected);
  if (wanted === null) return skipped(nothingExpected);
  const answer = answerText(run);
  if (answer === null) return absent ? passed : failed(noOutput);
  const folds = folded(answer, ignore_case);
  const there = wanted.filter((part) => folds.includes(folded(part, ignore_case)));
  const holds = match === "all" ? there.length === wanted.length : there.length > 0;
  if (absent) return there.length === 0 ? passed : failed(`the answer contains ${shown(there[0] ?? "")}`);
  if (holds) return passed;
  const missing = wanted.find((part) => !there.includes(part)) ?? "";
  return failed(match === "all" ? `the answer does not contain ${shown(missing)}` : "the answer contains none of the texts");
}

export function checkRegex({ pattern, absent }: RegexCheck, { run }: Subject): CheckResult {
  const compiled = compiledPattern(pattern);
  if (compiled.kind === "refused") return errored(`the pattern is refused: ${compiled.message}`);
  const answer = answerText(run);
  if (answer === null) return absent ? passed : failed(noOutput);
  if (compiled.isIn(answer) !== absent) return passed;
  return failed(absent ? "the answer matches the pattern" : "the answer does not match the pattern");
}

const patterns = memory<ReturnType<typeof compileLinear>>({ entries: 200, keyChars: 500 });
const compiledPattern = (pattern: string) => patterns(pattern, () => compileLinear(pattern));

const equalsNull = (output: unknown): CheckResult => (output === null ? passed : failed("the output is not null"));

/** null where nothing is expected. */
function wantedTexts(given: unknown): string[] | null {
  const texts = (Array.isArray(given) ? given : [given]).filter((text) => typeof text === "string" && text !== "");
  return texts.length === 0 ? null : texts;
}

const folded = (text: string, ignoreCase: boolean): string => (ignoreCase ? text.normalize("NFC").toLowerCase() : text);
const shown = (text: string): string => JSON.stringify(text.length <= shownChars ? text : `${text.slice(0, shownChars)}…`);
