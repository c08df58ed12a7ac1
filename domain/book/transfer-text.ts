// The transfer report as one Markdown table.
import { numberWords } from "../drift/words.ts";
import { escapeMarkdown } from "../report/markdown.ts";
import type { TransferRow } from "./transfer-report.ts";

export function transferMarkdown(agent: string, from: string, to: string, rows: readonly TransferRow[]): string {
  const effect = (one: { value: number; low: number; high: number } | null): string =>
    one === null ? "–" : `${numberWords(one.value)} (${numberWords(one.low)} to ${numberWords(one.high)})`;
  const lines = [
    `# ${escapeMarkdown(agent)}: from ${escapeMarkdown(from)} to ${escapeMarkdown(to)}`,
    "",
    "| what | | verdict | before | after | difference | why |",
    "|---|---|---|---|---|---|---|",
    ...rows.map((row) => {
      const cells = [row.kind, row.name, row.verdict, effect(row.from), effect(row.to), effect(row.difference), row.reason];
      return `| ${cells.map(escapeMarkdown).join(" | ")} |`;
    }),
    "",
    "Effects with their 95 % intervals; more is better.",
  ];
  return `${lines.join("\n")}\n`;
}
