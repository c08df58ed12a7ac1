// An error that is a log: which of its lines say what failed. Below a Python stack stands the exception, in a test run the last failure; what
// a program printed before, and a harness's notice around it, name no kind. It reads these layouts only; every other text stays as it is.

/** UTF-16 units that are looked at on either side of a longer text: what was raised stands at its end, the exit code at its beginning. */
const longestEnd = 16_000;

const colours = /\u001b\[[0-9;]{0,20}[A-Za-z]/g;
const breaks = /\r?\n|[\r\u2028\u2029]/;
/** "exit code 1", "failed with status 2": a kind, whatever was printed then. */
const status = /^[^\n:]{0,60}\b(?:code|status)[ =]-?\d{1,5}\b/;

/** `File "a.py", line 3, in f`, and what is left of it where a log was cut. */
const stackFrame = /^(?:\s{1,40}File "[^"]{1,400}", line \d|[^"]{1,400}", line \d{1,7}, in )/;
/** "ValueError: bad value", "KeyboardInterrupt": not indented. */
const raised = /^(?:[A-Za-z_][\w.]{0,160}: |(?:[A-Za-z_]\w{0,60}\.){0,8}[A-Z]\w{0,80}:?$)/;
/** What ends a message: a tag, the rule below a test, the next exception. */
const ending = /^(?:<\/|[-=]{5}|During handling of|The above exception was)/;
const exceptionName = /(?:Error|Exception|Warning|Failed|Exit|Interrupt|DoesNotExist)$/;

/** pytest: the first line, the heading of its summary, or the last line. */
const pytestLine = /^=+ (?:test session starts|short test summary info|\d{1,6} (?:failed|passed|errors?)\b.{0,200} in \d.{0,30}) =+$/;
/** Below each failure: `tests/test_a.py:12: TypeError`. */
const failedAt = /^[^\s:]{1,400}:\d{1,7}: ([A-Z]\w{0,80})$/;
/** Inside a failure: `E   TypeError: f() takes no arguments`. */
const said = /^E {2,200}((?:[A-Za-z_]\w{0,60}\.){0,8}([A-Z]\w{0,80}): .*)$/;
/** In the summary: `FAILED tests/test_a.py::test_b - TypeError: …`. */
const summary = /^(FAILED|ERROR) \S{1,1000}(?: - (.*))?$/;

const unittestLine = /^Ran \d{1,7} tests? in \d/;
const named = /^((?:[A-Za-z_]\w{0,60}\.){0,8}[A-Z]\w{0,80}): /;

/** `text` with the lines that tell what failed and its exit code, line by line; `text` itself where nothing in it is known to tell. */
export function tellingLines(text: string): string {
  if (!breaks.test(text)) return text;
  const lines = bothEnds(text).replace(colours, "").split(breaks);
  const told = lines.some((line) => pytestLine.test(line)) ? failedTest(lines) : (raisedBelowStack(lines) ?? failedUnittest(lines));
  if (told === null) return text;
  const code = status.exec(text)?.[0];
  return code === undefined ? told : `${code}: ${told}`;
}

function bothEnds(text: string): string {
  return text.length <= 2 * longestEnd ? text : `${text.slice(0, longestEnd)}\n${text.slice(-longestEnd)}`;
}

/** What the last failure of a test run by pytest was; its kind alone, or that it failed, where the log tells no more. */
function failedTest(lines: readonly string[]): string | null {
  const at = lines.findLastIndex((line) => failedAt.test(line));
  const kind = failedAt.exec(lines[at] ?? "")?.[1];
  const quoted = lines.slice(0, at === -1 ? lines.length : at).flatMap((line) => {
    const [, words, name] = said.exec(line) ?? [];
    return words !== undefined && name !== undefined && (kind === undefined ? exceptionName.test(name) : name === kind) ? [words] : [];
  });
  const counted = lines.flatMap((line) => {
    const [, verdict, reason] = summary.exec(line) ?? [];
    return verdict === undefined ? [] : [reason === undefined ? verdict : `${verdict} - ${reason}`];
  });
  return quoted.at(-1) ?? kind ?? counted.at(-1) ?? verdictOf(lines);
}

function verdictOf(lines: readonly string[]): string | null {
  const last = lines.findLast((line) => pytestLine.test(line)) ?? "";
  return / failed\b/.test(last) ? "FAILED" : / errors?\b/.test(last) ? "ERROR" : null;
}

/** The exception below the last frame, with the rest of its message: up to an empty line or what is no message. */
function raisedBelowStack(lines: readonly string[]): string | null {
  const frame = lines.findLastIndex((line) => stackFrame.test(line));
  if (frame === -1) return null;
  const below = lines.slice(frame + 1);
  const at = below.findIndex((line) => raised.test(line));
  if (at === -1) return null;
  const rest = below.slice(at + 1);
  const end = rest.findIndex((line) => line.trim() === "" || ending.test(line));
  return [below[at], ...rest.slice(0, end === -1 ? rest.length : end)].join("\n");
}

/** The last exception that a run by unittest tells; that it failed where it tells none. */
function failedUnittest(lines: readonly string[]): string | null {
  if (!lines.some((line) => unittestLine.test(line))) return null;
  const told = lines.findLast((line) => exceptionName.test(named.exec(line)?.[1] ?? ""));
  return told ?? (lines.some((line) => line.startsWith("FAILED (")) ? "FAILED" : null);
}
