// Which places of a text hold values: texts that are equal before and after a place are looked at together, and what stands there decides.
// A few plain words in one place are different failures ("bytes" or "values", "accepted" or "failed"); a masked value, or many words, are one.
import { type Vocabulary, wild } from "./cluster-pieces.ts";

/** Different words in one place from which they are values of it rather than kinds of failure. */
const manyValues = 6;
/** The same for the first word that says something: it is what the text is about. */
const manyFirst = 12;
/** Telling words that texts share around a value of which one is masked or a name: two more words could be any sentence's. */
const sharedForMasked = 3;
/** Around one of many words: they speak for themselves. */
const sharedForMany = 2;
/** Around a masked value beside a phrase, which may be a sentence of its own. */
const sharedForPhrase = 4;
/** Behind a first word: a whole sentence that is the same. */
const sharedForFirst = 8;
/** Places that are looked at in one round, so that time and memory stay small whatever is sent; with more, those near the beginning. */
const mostPlaces = 300_000;
/** Pieces from the beginning that are looked at in any case. */
const leastCompared = 8;

/** Groups (of at least two) of indexes of `texts` that are one but for a place of at most `longestGap` pieces. */
export function alikeButOne(texts: readonly (readonly number[])[], longestGap: number, vocabulary: Vocabulary): number[][] {
  const groups: number[][] = [];
  for (const places of contextsOf(texts, longestGap).values()) {
    const group = valuesAt(places.map(placeOf), texts, vocabulary, longestGap > 1);
    if (group !== null) groups.push(group);
  }
  return groups;
}

interface Place {
  text: number;
  from: number;
  to: number;
}

/** A place in one number: text, beginning (below 512), length (below 8). */
function packed(text: number, from: number, length: number): number {
  return (text * 512 + from) * 8 + length;
}

function placeOf(number: number): Place {
  const from = Math.floor(number / 8) % 512;
  return { text: Math.floor(number / 4096), from, to: from + (number % 8) };
}

/** Places that have the same before and after them, where there are several. */
function contextsOf(texts: readonly (readonly number[])[], longestGap: number): Map<number, number[]> {
  const compared = Math.max(leastCompared, Math.floor(mostPlaces / Math.max(1, texts.length * longestGap)));
  const before = sidesOf(texts);
  const after = sidesOf(texts.map((pieces) => pieces.toReversed()));
  const single = new Map<number, number>();
  const several = new Map<number, number[]>();
  texts.forEach((pieces, text) => {
    for (let from = 0; from < Math.min(compared, pieces.length); from++) {
      const left = before.numbers[text]?.[from] ?? 0;
      if ((before.uses[left] ?? 0) < 2) break;
      for (let to = from + 1; to <= Math.min(pieces.length, from + longestGap); to++) {
        const right = after.numbers[text]?.[pieces.length - to] ?? 0;
        if ((after.uses[right] ?? 0) < 2) continue;
        const context = left * 0x4000000 + right;
        const place = packed(text, from, to - from);
        const [first, places] = [single.get(context), several.get(context)];
        if (places !== undefined) places.push(place);
        else if (first !== undefined) several.set(context, [first, place]);
        else single.set(context, place);
      }
    }
  });
  return several;
}

/** Every beginning of every text as a number, equal ones as the same, by their length; and how many texts have it. */
function sidesOf(texts: readonly (readonly number[])[]): { numbers: Int32Array[]; uses: number[] } {
  const numbers = texts.map(({ length }) => new Int32Array(length + 1));
  const uses = [texts.length];
  let last: { pieces: readonly number[]; own: Int32Array } | null = null;
  const order = texts.map((pieces, i) => ({ pieces, own: numbers[i] ?? new Int32Array() })).sort((a, b) => inOrder(a.pieces, b.pieces));
  for (const { pieces, own } of order) {
    let depth = 1;
    for (; last !== null && depth <= pieces.length && pieces[depth - 1] === last.pieces[depth - 1]; depth++) {
      own[depth] = last.own[depth] ?? 0;
      uses[own[depth] ?? 0] = (uses[own[depth] ?? 0] ?? 0) + 1;
    }
    for (; depth <= pieces.length; depth++) own[depth] = uses.push(1) - 1;
    last = { pieces, own };
  }
  return { numbers, uses };
}

/** Piece by piece; texts that begin alike stand together then. */
function inOrder(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return (a[i] ?? 0) - (b[i] ?? 0);
  return a.length - b.length;
}

/** The texts whose parts at one place are values; null where they are kinds. */
function valuesAt(
  places: readonly Place[],
  texts: readonly (readonly number[])[],
  vocabulary: Vocabulary,
  arePhrases: boolean,
): number[] | null {
  const { telling } = vocabulary;
  const parts = places.map(({ text, from, to }) => ({ text, part: texts[text]?.slice(from, to) ?? [] }));
  const fit = parts.filter(({ part }) => isValue(part, vocabulary));
  const distinct = new Set(fit.map(({ part }) => part.join(" "))).size;
  const [first] = places;
  const text = first === undefined ? undefined : texts[first.text];
  if (first === undefined || text === undefined || distinct < 2) return null;
  const before = text.slice(0, first.from).filter((piece) => telling[piece]).length;
  const shared = before + text.slice(first.to).filter((piece) => telling[piece]).length;
  const values = fit.map(({ part }) => part);
  const enough = arePhrases
    ? before > 0 && arePhraseValues(values, distinct, shared)
    : before === 0
      ? (distinct >= manyFirst && shared >= sharedForMasked) ||
        (shared >= sharedForFirst && (distinct >= manyValues || areNames(values, text, first, vocabulary)))
      : (distinct >= manyValues && shared >= sharedForMany) ||
        (distinct >= manyFirst && shared >= 1) ||
        (shared >= sharedForMasked && areNames(values, text, first, vocabulary));
  return enough ? fit.map(({ text: index }) => index) : null;
}

/** Words of a value: no code, no structure of its own but that of a call, "LOCAL(<*>)". */
function isValue(part: readonly number[], { code, mark }: Vocabulary): boolean {
  if (part.some((piece) => code[piece])) return false;
  if (part.length === 4 && part[2] === wild)
    return mark[part[0] ?? wild] === false && mark[part[1] ?? wild] === true && mark[part[3] ?? wild] === true;
  return !part.some((piece) => mark[piece]) && (part.length === 1 || !part.includes(wild));
}

/** Whether a single one of few words is a value: one is masked, all have points, or the place is one for names. */
function areNames(values: readonly (readonly number[])[], text: readonly number[], { from, to }: Place, vocabulary: Vocabulary): boolean {
  const { dotted, state, noun, numbers } = vocabulary;
  const all = values.flat();
  if (all.includes(wild) || all.every((piece) => dotted[piece])) return true;
  const previous = text[from - 1] ?? wild;
  const isNameful = noun[previous] === true || (previous === numbers.get(":") && to === text.length);
  return isNameful && !all.some((piece) => state[piece]);
}

function arePhraseValues(values: readonly (readonly number[])[], distinct: number, shared: number): boolean {
  const hasMasked = values.some((part) => part.length === 1 && part[0] === wild);
  const areCalls = values.every((part) => part.includes(wild));
  return (hasMasked && shared >= (areCalls ? sharedForMasked : sharedForPhrase)) || (distinct >= manyValues && shared >= sharedForMasked);
}
