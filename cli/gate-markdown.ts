// A gate as a comment on a pull request: the verdict, why, and the cases that moved. Texts that came from elsewhere are shown as what they are:
// none of them can begin a link, a mention, an image, HTML or another row of the table.
import { listOf, numberOf, textOf } from "../domain/wire/json-value.ts";
import { cut, moment, plural, rowOf, type Row } from "./print.ts";

/** Rows of the table; GitHub takes 65,536 characters of a comment. */
const casesShown = 30;
const reasonsShown = 15;
const longestReason = 600;
const longestName = 200;

const marks: Readonly<Record<string, string>> = {
  pass: "✅",
  regressed: "❌",
  unstable: "❌",
  incomparable: "⚠️",
  insufficient: "⚠️",
  nothing_to_compare: "⚠️",
};
/** Results that the table shows, in its order. */
const told = ["broken", "unstable", "fixed"] as const;

export function gateMarkdown(gate: Row): string {
  const verdict = textOf(gate["verdict"]) ?? "";
  const waiver = gate["waiver"] === null || gate["waiver"] === undefined ? null : rowOf(gate["waiver"]);
  const mark = waiver === null ? (marks[verdict] ?? "") : "✅";
  const reasons = listOf(gate["reasons"]).map((reason) => `- ${escaped(cut(reason, longestReason))}`);
  const more = reasons.length > reasonsShown ? [`- and ${reasons.length - reasonsShown} more`] : [];
  return [
    `### ${mark} Bento gate: ${escaped(verdict)}${waiver === null ? "" : " (waived)"}`,
    ...(waiver === null
      ? []
      : [`Waived by ${code(waiver["by"])} on ${moment(waiver["at"])}: ${escaped(cut(waiver["reason"], longestReason))}`]),
    [...reasons.slice(0, reasonsShown), ...more].join("\n"),
    ...tableOf(listOf(gate["cases"]).map(rowOf)),
    footOf(gate),
  ]
    .filter((part) => part !== "")
    .join("\n\n")
    .concat("\n");
}

function tableOf(cases: readonly Row[]): string[] {
  const moved = told.flatMap((result) => cases.filter((one) => one["result"] === result));
  const required = cases.filter((one) => one["must_pass"] === true && one["candidate"] !== "pass" && !moved.includes(one));
  const rows = [...required, ...moved];
  if (rows.length === 0) return [];
  const lines = rows.slice(0, casesShown).map((one) => {
    const name = one["must_pass"] === true ? `${code(one["case_id"])} (must pass)` : code(one["case_id"]);
    return `| ${name} | ${escaped(cut(one["baseline"], 20))} | ${nowOf(one)} | ${escaped(cut(one["result"], 20))} |`;
  });
  const rest = rows.length > casesShown ? [`${plural(rows.length - casesShown, "case")} more in the gate itself.`] : [];
  return [["| case | before | now | |", "|---|---|---|---|", ...lines].join("\n"), ...rest];
}

function nowOf(one: Row): string {
  const came = escaped(cut(one["candidate"], 20));
  return one["candidate"] === "mixed" ? `${numberOf(one["passes"]) ?? 0} of ${numberOf(one["tries"]) ?? 0} passed` : came;
}

function footOf(gate: Row): string {
  const counts = Object.entries(rowOf(gate["counts"])).flatMap(([result, n]) => {
    const number = numberOf(n);
    return number === null || number === 0 ? [] : [`${number} ${escaped(result.replaceAll("_", " "))}`];
  });
  const cases = counts.length === 0 ? "" : `${counts.join(", ")}. `;
  const suite = `${code(gate["suite_id"])} version ${numberOf(gate["suite_version"]) ?? 0}`;
  return `<sub>${cases}Agent ${code(gate["agent"])}, suite ${suite}, gate ${code(gate["id"])}, good until ${moment(gate["expires_at"])}.</sub>`;
}

/** Names: GitHub reads no mentions and no references in code. */
const code = (value: unknown): string => `<code>${entities(cut(value, longestName))}</code>`;

/** Words: as they are, with what could be a mention or a reference broken by a character that nobody sees. */
const escaped = (text: string): string => entities(text).replace(/&#(?:35|64);/g, "$&&#8203;");

/** Every character of ASCII that could mean something to Markdown or HTML, as an entity, which means nothing but itself. */
const entities = (text: string): string => text.replace(/[!-/:-@[-`{-~]/g, (char) => `&#${char.codePointAt(0) ?? 0};`);
