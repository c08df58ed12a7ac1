// A report as Markdown and as a page of HTML that stands alone: no script, no style from elsewhere, and every word of a trace escaped.
import { documentOf, type DocumentItem, type ReportDocument } from "./report-document.ts";
import { escapeMarkdown, markdownLink } from "./markdown.ts";
import type { Report } from "./report.ts";

export function reportMarkdown(report: Report): string {
  const { title, lede, summary, figures, sections } = documentOf(report);
  const lines = [
    `# ${escapeMarkdown(title)}`,
    "",
    escapeMarkdown(lede),
    "",
    ...summary.map((sentence) => `- ${escapeMarkdown(sentence)}`),
    "",
    "| | now | before | change |",
    "|---|---|---|---|",
    ...figures.map((cells) => `| ${cells.map(escapeMarkdown).join(" | ")} |`),
  ];
  for (const { heading, items, nothing } of sections)
    lines.push("", `## ${heading}`, "", ...(items.length === 0 ? [nothing ?? ""] : items.map((item) => `- ${itemMarkdown(item)}`)));
  return `${lines.join("\n")}\n`;
}

function itemMarkdown({ path, name, text }: DocumentItem): string {
  const link = name === null ? "" : path === null ? `${escapeMarkdown(name)} ` : `${markdownLink(name, path)} `;
  return `${link}${escapeMarkdown(text)}`;
}

export function reportHtml(report: Report): string {
  const page = documentOf(report);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(page.title)}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}td,th{text-align:left;padding:.2rem .8rem .2rem 0}li{overflow-wrap:anywhere}</style></head>
<body>
${bodyOf(page)}
</body></html>
`;
}

function bodyOf({ title, lede, summary, figures, sections }: ReportDocument): string {
  const list = (items: readonly string[]): string => `<ul>\n${items.map((item) => `<li>${item}</li>`).join("\n")}\n</ul>`;
  const rows = figures.map(
    ([name, ...cells]) => `<tr><th scope="row">${name}</th>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join("")}</tr>`,
  );
  return [
    `<h1>${escapeHtml(title)}</h1>`,
    `<p>${escapeHtml(lede)}</p>`,
    list(summary.map(escapeHtml)),
    `<table><thead><tr><th></th><th scope="col">now</th><th scope="col">before</th><th scope="col">change</th></tr></thead><tbody>`,
    ...rows,
    "</tbody></table>",
    ...sections.flatMap(({ heading, items, nothing }) => [
      `<h2>${heading}</h2>`,
      items.length === 0 ? `<p>${nothing ?? ""}</p>` : list(items.map(itemHtml)),
    ]),
  ].join("\n");
}

function itemHtml({ path, name, text }: DocumentItem): string {
  const word = name === null ? "" : `<bdi>${escapeHtml(name)}</bdi>`;
  return `${path === null ? word : `<a href="${escapeHtml(path)}">${word}</a>`} ${escapeHtml(text)}`;
}

export function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.toWellFormed().replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
