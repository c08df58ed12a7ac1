// What kind of error a text tells of, by a coarse key that owes nothing to Bento's masking: MySQL's number, the last exception's type, a test
// run's end, the shell's phrase, else the first words. It says when a signal holds two kinds, and can miss that one kind has two causes.

/** MySQL's numbers of its messages (errmsg, 8.0). */
const mysqlNumbers: readonly [RegExp, string][] = [
  [/You have an error in your SQL syntax/, "1064"],
  [/Table '[^']*' doesn't exist/, "1146"],
  [/Unknown column '[^']*' in '/, "1054"],
  [/Column '[^']*' in .{1,40} is ambiguous/, "1052"],
  [/Unknown database '/, "1049"],
  [/Expression #\d+ of (?:SELECT list|ORDER BY clause) is not in GROUP BY clause/, "1055"],
  [/In aggregated query without GROUP BY/, "1140"],
  [/This version of MySQL doesn't yet support/, "1235"],
  [/Not unique table\/alias/, "1066"],
  [/Invalid use of group function/, "1111"],
  [/Every derived table must have its own alias/, "1248"],
  [/Subquery returns more than 1 row/, "1242"],
  [/Expression #\d+ of ORDER BY contains aggregate function/, "3029"],
  [/Expression #\d+ of ORDER BY clause is not in SELECT list/, "3065"],
  [/Reference '[^']*' not supported/, "1247"],
  [/Operand should contain \d+ column/, "1241"],
  [/FUNCTION \S+ does not exist/, "1305"],
];
/** At the beginning of a line, or behind the place that a test run failed at: `test_a.py:12: TypeError`. */
const exception =
  /^(?:[ \t>E|]{0,80}|[^\s:]{1,200}:\d+: )(?:[A-Za-z_]\w{0,60}\.){0,6}([A-Z]\w{0,60}(?:Error|Exception|Interrupt|Exit|Warning|DoesNotExist|Configured|NotReady))(?=:|\r?$)/gm;
/** Lines that only a test run prints. */
const testRun =
  /^=+ (?:test session starts|short test summary info|\d+ (?:failed|passed)\b.*) =+$|^Testing against Django|^Ran \d+ tests? in/m;
const shellPhrase =
  /(No such file or directory|Permission denied|command not found|Is a directory|Not a directory|No module named|not something we can merge|did not match any file)/;
const firstWords = 4;

/** Texts of one kind have one key; "no words" for a text without any. */
export function errorKind(text: string): string {
  const number = mysqlNumbers.find(([message]) => message.test(text))?.[1];
  if (number !== undefined) return `MySQL ${number}`;
  const raised = [...text.matchAll(exception)].at(-1)?.[1];
  if (raised !== undefined) return raised;
  if (testRun.test(text)) return "tests failed";
  if (/The output of your last command was too long/.test(text)) return "output too long";
  const phrase = shellPhrase.exec(text);
  if (phrase !== null) return `${programBefore(text, phrase.index)}: ${phrase[1] ?? ""}`;
  return wordsOf(text).slice(0, firstWords).join(" ") || "no words";
}

/** "ls" of "ls: cannot access 'x': No such file or directory". */
function programBefore(text: string, end: number): string {
  const line = text.slice(text.lastIndexOf("\n", end) + 1, end);
  return /^(?:\S*\/)?([a-z_-]+)[\d.]*:/.exec(line)?.[1] ?? "?";
}

/** Words of letters that are no quotation, tag or "exit code". */
function wordsOf(text: string): string[] {
  return text
    .replace(/^exit code \d+:/, "")
    .replace(/<\/?[a-z]+>/g, " ")
    .replace(/(["'`])(?:(?!\1)[^\n])*\1/g, " ")
    .split(/\s+/)
    .map((word) => word.replace(/[.,:;!?()]+$/, ""))
    .filter((word) => /^[A-Za-z]+(?:['_-][A-Za-z]+)*$/.test(word));
}
