// Which parts of a word name a case (ids, numbers, times, addresses, paths) and which name a kind (words, statuses, exit codes).
// One walk over the word; no pattern goes back further than a bounded number of characters, so hostile text costs no more than plain text.

/** Stands for whatever varies. */
export const wildcard = "<*>";

/** The last two words that were read, lower case and letters only: a number after "status" or "exit code" is no value. */
export interface CodeContext {
  previous: string;
  beforePrevious: string;
}

const delimiters = new Set("=,;:()[]{}\"'`|<>!?#$€£*\\&^");
const url = /[a-z][a-z0-9+.-]{0,15}:\/\/[^\s"'`<>()[\]{}|,;]*/iy;
const windowsPath = /[a-z]:\\[^\s"'`<>|,;()]*/iy;
/** Times, IPv6 and MAC addresses: groups of at most four hex digits between colons. */
const colonGroups = /(?:[0-9a-f]{0,4}:){2,8}[0-9a-f.]*(?![\p{L}\p{N}_])/iuy;
const digit = /\p{N}/u;
/** Words that have a digit in their name. */
const digitWord =
  /^(?:(?:u?int|float|utf|ucs|sha|md|base|ipv|oauth|http|ssh|smtp|ec|mp|win)\d{1,3}|v\d|s3|h2|k8s|p(?:50|9[059])|x(?:64|86))$/i;
/** A word of letters only that is longer is a key or encoded. */
const longestWord = 64;
const codeWord =
  /^(?:(?:http|response|error|err|exit|return|status|result|reason|grpc)?(?:status|code)|httpstatuscode|errno|https?|httperror|exit|exited|signal|sqlstate|rc)$/;
/** Words between a code word and its number. */
const filler = /^(?:is|of|was|with|value|returned)$/;
const answerWord = /^(?:error|errors|err|returned|response|responded|replied|server|got)$/;
const reasonPhrase =
  /^(?:Not|Client|Server|Internal|Bad|Service|Gateway|Too|Forbidden|Unauthorized|Conflict|Gone|Payment|Method|Unprocessable|Precondition|Request)$/;

/** `word` (no spaces) with `<*>` for what varies; `next` is the word behind it. Updates `context`. */
export function masked(word: string, next: string, context: CodeContext): string {
  let out = "";
  for (let at = 0; at < word.length;) {
    const isStart = at === 0 || delimiters.has(word[at - 1] ?? "");
    const special = word.startsWith(wildcard, at) ? wildcard.length : isStart ? specialLength(word, at) : 0;
    if (special > 0) {
      out += wildcard;
      at += special;
      read("", context);
      continue;
    }
    const end = atomEnd(word, at);
    if (end === at) out += word[at++] ?? "";
    else {
      out += maskedAtom(word.slice(at, end), end < word.length ? "" : next, context);
      at = end;
    }
  }
  return joined(out);
}

/** `1:2:3`, `1,234.5`, `10.0.0.1:80`: values joined by punctuation are one. */
function joined(text: string): string {
  return text.replace(/<\*>(?:[:,;./+-]{0,2}<\*>)+/g, wildcard);
}

/** Length of the URL, path or group of hex digits that begins at `at`; 0 for none. */
function specialLength(word: string, at: number): number {
  for (const pattern of [url, windowsPath]) {
    pattern.lastIndex = at;
    const found = pattern.exec(word);
    if (found !== null) return found[0].length;
  }
  colonGroups.lastIndex = at;
  const groups = colonGroups.exec(word);
  return groups !== null && /[0-9]/.test(groups[0]) ? groups[0].replace(/:$/, "").length : 0;
}

function atomEnd(word: string, at: number): number {
  let end = at;
  while (end < word.length && !delimiters.has(word[end] ?? "")) end++;
  return end;
}

function maskedAtom(atom: string, next: string, context: CodeContext): string {
  const { body, tail } = split(atom);
  if (isCode(body, next, context)) {
    read("", context);
    return atom;
  }
  if (varies(body)) {
    read("", context);
    return `${wildcard}${tail}`;
  }
  read(body, context);
  return atom;
}

/** Points and dashes at the end belong to the sentence. */
function split(atom: string): { body: string; tail: string } {
  let end = atom.length;
  while (end > 0 && (atom[end - 1] === "." || atom[end - 1] === "-")) end--;
  return { body: atom.slice(0, end), tail: atom.slice(end) };
}

function isCode(body: string, next: string, { previous, beforePrevious }: CodeContext): boolean {
  const isError = /err|sqlstate/.test(previous) || /err/.test(beforePrevious);
  if (codeWord.test(previous)) return /^-?\d{1,3}$/.test(body) || (isError && /^(?:-?\d{1,5}|0x[0-9a-f]{1,8}|[0-9A-Z]{2,6})$/i.test(body));
  return /^[345]\d\d$/.test(body) && (answerWord.test(previous) || reasonPhrase.test(/^\p{L}*/u.exec(next)?.[0] ?? ""));
}

function varies(body: string): boolean {
  if (body === "") return false;
  if (/^https?\/\d/i.test(body)) return false;
  if (isPath(body) || /[\p{L}\p{N}]@[\p{L}\p{N}]/u.test(body)) return true;
  if (digit.test(body)) return !digitWord.test(body);
  return /^[a-f]{8,}$/i.test(body) || body.length > longestWord;
}

function isPath(body: string): boolean {
  if (!body.includes("/")) return false;
  return /^(?:\/|\.{1,2}\/|~\/)[\p{L}\p{N}_.@~%-]/u.test(body) || /\/[^/]*[/.]/.test(body);
}

function read(word: string, context: CodeContext): void {
  const letters = word.toLowerCase().replace(/[^\p{L}]/gu, "");
  if (filler.test(letters) && codeWord.test(context.previous)) return;
  context.beforePrevious = context.previous;
  context.previous = letters;
}
