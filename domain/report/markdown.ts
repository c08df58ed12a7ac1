// Text of any origin inside Markdown: what would be markup, HTML or a link in it is shown as it stands, and a line stays one line. Only what
// can be markup in the middle of a line is escaped, because sentences full of backslashes cannot be read: foreign text never begins a line.

const special = /[\\`*_[\]|<>&~#!@$]/g;
/** What viewers make a link of without being asked. */
const address = /(?<=[a-z]):(?=\/\/)|(?<=\bwww)\./gi;

/** @param text from anywhere; becomes one line */
export function escapeMarkdown(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim()
    .replace(special, "\\$&")
    .replace(address, "\\$&");
}

/** @param path begins with `/` and is percent-encoded already */
export function markdownLink(name: string, path: string): string {
  return `[${escapeMarkdown(name)}](${path.replace(/[()\s]/g, encodeURIComponent)})`;
}
