// A gate as JUnit XML, which CI systems show: one test for the gate itself and one for each case. A case that broke is a failure where the gate
// is shut; where it may, and where nothing could be compared or nothing changed, its failing is skipped with the reason, so that CI agrees with the gate.
import { isObject, listOf, numberOf, textOf } from "../domain/wire/json-value.ts";
import { rowOf, type Row } from "./print.ts";

interface Test {
  name: string;
  /** undefined: it passed. */
  problem?: { kind: "failure" | "error" | "skipped"; type: string; message: string };
}

export function gateJunit(gate: Row): string {
  const isShut = !isWaived(gate) && (gate["verdict"] === "regressed" || gate["verdict"] === "unstable");
  const tests = [gateTest(gate), ...listOf(gate["cases"]).map((one) => caseTest(rowOf(one), isShut))];
  const counts = (["failure", "error", "skipped"] as const).map((kind) => tests.filter(({ problem }) => problem?.kind === kind).length);
  const [failures = 0, errors = 0, skipped = 0] = counts;
  const totals = `tests="${tests.length}" failures="${failures}" errors="${errors}" skipped="${skipped}"`;
  const suite = `bento gate ${textOf(gate["suite_id"]) ?? ""}`;
  const at = textOf(gate["decided_at"]);
  const timestamp = at === null ? "" : ` timestamp="${escapeXml(at)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="bento gate" ${totals}>`,
    `  <testsuite name="${escapeXml(suite)}" ${totals}${timestamp}>`,
    ...tests.map((test) => testcase(test, suite)),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function gateTest(gate: Row): Test {
  const verdict = textOf(gate["verdict"]) ?? "unknown";
  const name = `gate ${textOf(gate["id"]) ?? ""}`;
  if (isWaived(gate)) return { name: `${name} (${verdict}, waived)` };
  if (verdict === "pass") return { name };
  const message = listOf(gate["reasons"])
    .flatMap((reason) => textOf(reason) ?? [])
    .join("\n");
  const kind = verdict === "regressed" || verdict === "unstable" ? "failure" : "error";
  return { name, problem: { kind, type: verdict, message } };
}

const isWaived = ({ waiver }: Row): boolean => isObject(waiver);

function caseTest(one: Row, isShut: boolean): Test {
  const name = textOf(one["case_id"]) ?? "";
  const result = textOf(one["result"]) ?? "unknown";
  const [passes, tries] = [numberOf(one["passes"]) ?? 0, numberOf(one["tries"]) ?? 0];
  const seen = `${passes} of ${tries} tries passed`;
  const skipped = (message: string): Test => ({ name, problem: { kind: "skipped", type: result, message } });
  const failed = (message: string): Test =>
    isShut ? { name, problem: { kind: "failure", type: result, message } } : skipped(`accepted: ${message}`);
  if (one["must_pass"] === true && tries > 0 && one["candidate"] !== "pass") return failed(`it must pass: ${seen}`);
  if (result === "broken") return failed(`it passed before: ${seen}`);
  if (result === "unstable") return skipped(`unstable: ${seen}`);
  if (result === "same_fail") return skipped("it fails as it did before");
  if (result === "incomparable") return skipped(`not comparable: ${textOf(one["reason"]) ?? "unknown"}`);
  return { name };
}

function testcase({ name, problem }: Test, suite: string): string {
  const open = `    <testcase classname="${escapeXml(suite)}" name="${escapeXml(name)}"`;
  if (problem === undefined) return `${open}/>`;
  const { kind, type, message } = problem;
  // `skipped` knows no type.
  const typed = kind === "skipped" ? "" : ` type="${escapeXml(type)}"`;
  return `${open}><${kind}${typed} message="${escapeXml(message)}"/></testcase>`;
}

/** Text for an attribute. Characters that XML cannot hold in any form are shown as unreadable. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "�")
    .replace(/[&<>"'\t\n\r]/g, (char) => `&#${char.codePointAt(0) ?? 0};`);
}
