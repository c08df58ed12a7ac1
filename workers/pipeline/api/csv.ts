// Comma-separated values as spreadsheets read them (RFC 4180). Cells hold what senders sent: a text that a spreadsheet would take for a
// formula is marked as text.

export type Cell = string | number | boolean | null | undefined;

/** What begins a formula, or hides one from a look at the first character. */
const formula = /^[=+\-@\t\r]/;
const needsQuotes = /[",\r\n]/;

/** One line with its end. A missing value is an empty cell; an empty text is two quotes. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(cellText).join(",")}\r\n`;
}

function cellText(cell: Cell): string {
  if (cell === null || cell === undefined) return "";
  if (typeof cell !== "string") return String(cell);
  const text = formula.test(cell) ? `'${cell}` : cell;
  return text === "" || needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
