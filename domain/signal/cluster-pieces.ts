// A masked text as the clusterer compares it: words and the marks that structure them, case and commas aside, each as a number.
// Quoted names and lists count as values here, so that what differs only in them is alike before anything is compared.
import { wildcard } from "./mask.ts";

/** The number of the wildcard. */
export const wild = 0;

/** Numbers of words, the same for equal words, and what is known of each. */
export interface Vocabulary {
  readonly numbers: Map<string, number>;
  /** Words that say something: letters, and not one that every error begins with, nor a code, nor what it is called. */
  readonly telling: boolean[];
  /** Digits that masking left: a status or an exit code. Texts with different ones are never one. */
  readonly code: boolean[];
  /** Answers to yes-or-no questions: they name a state rather than a value. */
  readonly state: boolean[];
  /** Marks: colons, brackets and the like. */
  readonly mark: boolean[];
  /** Words after which a name comes: "no such column x", "for user ann". */
  readonly noun: boolean[];
  /** Names with points: hosts, files, columns; not those of kinds of error. */
  readonly dotted: boolean[];
}

const genericWord = /^(?:errors?|err|exception|warning|fail(?:ed|ure)?|fatal|uncaught|unhandled|exit|code|status)$/;
const stateWord =
  /^(?:true|false|yes|no|on|off|null|none|nil|undefined|ok|up|down|(?:en|dis)abled?|(?:in)?active|opened|closed|started|stopped)$/;
const nounWord =
  /^(?:user|username|account|host|hostname|tool|table|column|field|key|file|module|package|function|method|class|named|called)$/;
/** Units of a masked amount: the same failure is told in B or KB, in s or ms. */
const unit =
  /(<\*>) (?:[kmgt]i?b|b|bytes?|[mnu]?s|m?secs?|seconds?|m(?:in(?:ute)?s?)?|h(?:ours?|rs?)?|days?|milliseconds?)(?=[.,;:)\]]|$| )/g;
/** "db.example.com:<*>", "file.py:<*>": the port or line belongs to the name. */
const endpoint = /(\.[\p{L}_-]{1,60}):<\*>/gu;
const piece = /<\*>|[=:()[\]{}"'`<>|]|[^=:()[\]{}"'`<>|\s]+/g;
const quotedName = /(["'`])[\p{L}_$][\p{L}_$.-]{0,39}\1(?![\p{L}\p{N}])/gu;
/** Words beside a quoted name that make it a value: alone it may be all that the text says. */
const leastBesideName = 2;
/** Characters that are read for each piece that is compared: hostile texts are long. */
const charactersOfPiece = 16;
/** Pieces of a list that is looked through for its end. */
const mostRepeated = 1000;
/** Lengths of a repeated part that are looked for. */
const longestRepeat = 4;

export function newVocabulary(): Vocabulary {
  return {
    numbers: new Map([[wildcard, wild]]),
    telling: [false],
    code: [false],
    state: [false],
    mark: [false],
    noun: [false],
    dotted: [false],
  };
}

/** Numbers of the first `longest` pieces of a masked text. */
export function piecesOf(tokens: readonly string[], longest: number, vocabulary: Vocabulary): number[] {
  const text = tokens
    .join(" ")
    .slice(0, longest * charactersOfPiece)
    .toLowerCase();
  const unquoted = text.replace(quotedName, wildcard);
  const rest = (unquoted === text ? [] : words(unquoted)).filter((word) => isTelling(word));
  const pieces = words(rest.length >= leastBesideName ? unquoted : text).map((word) => numberOf(word, vocabulary));
  return withoutRepeats(pieces.slice(0, mostRepeated)).slice(0, longest);
}

function words(text: string): string[] {
  const filled = text
    .replace(unit, "$1")
    .replace(endpoint, "$1")
    .replaceAll("()", `(${wildcard})`)
    .replaceAll("[]", `[${wildcard}]`)
    .replace(/=(?= |$)/g, `=${wildcard}`);
  return Array.from(filled.matchAll(piece), ([word]) => word.replace(/^[,;.]{1,3}|[,;.]{1,3}$/g, "")).filter(
    (word) => word === wildcard || /[\p{L}\p{N}]|^[=:()[\]{}"'`<>|]$/u.test(word),
  );
}

function isTelling(word: string): boolean {
  return /\p{L}{2}|^\p{Script=Han}$/u.test(word) && !genericWord.test(word);
}

function numberOf(word: string, { numbers, telling, code, state, mark, noun, dotted }: Vocabulary): number {
  const known = numbers.get(word);
  if (known !== undefined) return known;
  const made = telling.length;
  numbers.set(word, made);
  code.push(/^-?[0-9]+$/.test(word));
  telling.push(isTelling(word));
  state.push(stateWord.test(word));
  mark.push(!/[\p{L}\p{N}]/u.test(word));
  noun.push(nounWord.test(word));
  dotted.push(/^[\p{L}_][\p{L}_-]*\.[\p{L}_.-]+$/u.test(word) && !/(?:error|exception|warning|fault)$/.test(word));
  return made;
}

/** A part with a value that follows itself is a list: "<*> ok <*> ok <*> ok" → "<*> ok". */
function withoutRepeats(pieces: readonly number[]): number[] {
  const out: number[] = [];
  for (const one of pieces) {
    out.push(one);
    for (let length = 1; length <= longestRepeat && 2 * length <= out.length; length++) {
      const from = out.length - length;
      let isRepeat = out.includes(wild, from);
      for (let i = from; isRepeat && i < out.length; i++) isRepeat = out[i] === out[i - length];
      if (isRepeat) out.length = from;
    }
  }
  return out;
}
