// Text of any origin inside Markdown: what would be markup, HTML or a link in it is shown as it stands. A line stays one line.

/** CommonMark's punctuation that can begin markup inside a line, or a block at its start. */
const special = /[\\`*_{}[\]()#+\-.!|<>&~:@$^="']/g;

/** One line of plain text. @param text from anywhere */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim()
    .replace(special, (character) => (needsEscape(character) ? `\\${character}` : character));
}

/** A link. @param path begins with `/` and is percent-encoded already */
export function markdownLink(name: string, path: string): string {
  return `[${escapeMarkdown(name)}](${path})`;
}

// Sentences full of backslashes are unreadable as text: only what can be markup in the middle of a line is escaped; lines never begin
// with foreign text. `:` and `@` would let a viewer make a link of what looks like an address.
const needsEscape = (character: string): boolean => /[\\`*_[\]|<>&~#!:@$]/.test(character);
