// Texts with several free places at once: names and titles that no two texts share. The words that many texts of the family use stay, the
// rare ones are places; where many texts are the same after that and each place holds many things, they are one.
import { type Vocabulary, wild } from "./cluster-pieces.ts";

/** Texts that use a word from which it is no value, and texts that are the same without their rare words from which they are one. */
const many = 6;
/** Telling words that such texts share at the least, and more than their places hold on average. */
const leastShared = 3;
/** Each level asks for so many times the uses of the level before: popular values ("Berlin") are rare only beside what all texts say. */
const levelFactor = 4;

/** Groups of indexes of `texts`. */
export function sameFrequentWords(texts: readonly (readonly number[])[], vocabulary: Vocabulary): number[][] {
  const uses: number[] = [];
  for (const text of texts) for (const piece of new Set(text)) uses[piece] = (uses[piece] ?? 0) + 1;
  const groups: number[][] = [];
  for (let least = many; least <= texts.length; least *= levelFactor) {
    const stays = vocabulary.mark.map(
      (isMark, piece) => piece === wild || isMark || vocabulary.code[piece] === true || (uses[piece] ?? 0) >= least,
    );
    const isFixed = (piece: number): boolean => stays[piece] === true;
    for (const group of sameButRare(texts, isFixed)) {
      const members = group.map((i) => texts[i] ?? []);
      if (isOne(members, isFixed, vocabulary)) groups.push(group);
    }
  }
  return groups;
}

/** Texts that are the same where each run of rare words is one place. */
function sameButRare(texts: readonly (readonly number[])[], stays: (piece: number) => boolean): number[][] {
  const groups = new Map<string, number[]>();
  texts.forEach((text, i) => {
    let key = "";
    let places = 0;
    let wasPlace = false;
    for (const piece of text) {
      const isPlace = !stays(piece);
      if (isPlace && !wasPlace) places++;
      if (!isPlace || !wasPlace) key += isPlace ? "_ " : `${piece} `;
      wasPlace = isPlace;
    }
    if (places === 0) return;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [i]);
    else group.push(i);
  });
  return [...groups.values()].filter((group) => group.length >= many);
}

function isOne(texts: readonly (readonly number[])[], stays: (piece: number) => boolean, { telling }: Vocabulary): boolean {
  const places = texts.map((text) => placesOf(text, stays));
  const held = places.flat(2).filter((piece) => telling[piece]).length / texts.length;
  const [first = []] = texts;
  const kept = first.filter((piece) => stays(piece));
  const shared = kept.filter((piece) => telling[piece]).length;
  const lead = first.findIndex((piece) => telling[piece]);
  const startsAlike = lead !== -1 && stays(first[lead] ?? wild);
  if (!startsAlike || shared < leastShared || shared < held) return false;
  return (places[0] ?? []).every((_, at) => new Set(places.map((parts) => (parts[at] ?? []).join(" "))).size >= many);
}

/** The runs of rare words. */
function placesOf(text: readonly number[], stays: (piece: number) => boolean): number[][] {
  const places: number[][] = [];
  text.forEach((piece, i) => {
    if (stays(piece)) return;
    if (i > 0 && !stays(text[i - 1] ?? wild)) places.at(-1)?.push(piece);
    else places.push([piece]);
  });
  return places;
}
