// An error without its stack: which frames a failure went through differs from run to run and says where, not what.
// One line comes back; a text that is one line already is only trimmed.

/** "at f (file:1:2)", "at file:1:2", `File "x", line 3`, "... 12 more" and the head of a Python stack. */
const frame = /^(?:at [^ ]|File ["']|\.\.\. \d|Traceback \(most recent call last\))/;

/** Lines joined by a space, without those of a stack; all of them where nothing else would be left. */
export function withoutFrames(text: string): string {
  const lines = text.split(/[\n\r\u2028\u2029]+/).filter((line) => line.trim() !== "");
  if (lines.length < 2) return spaced(text);
  const kept = lines.filter((line, i) => !frame.test(line.trim()) && !isQuotedSource(line, lines[i - 1]));
  return spaced((kept.length === 0 ? lines : kept).join(" "));
}

/** The source line that Python prints below a frame: indented further than it. */
function isQuotedSource(line: string, before: string | undefined): boolean {
  return before !== undefined && /^File ["']/.test(before.trim()) && indent(line) > indent(before);
}

function indent(line: string): number {
  return line.length - line.trimStart().length;
}

function spaced(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
