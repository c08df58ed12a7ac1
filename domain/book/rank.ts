// Which learnings fit an input: BM25 over their words, the title counting twice. What was recalled before and went with success comes a little
// earlier, and what went with failure a little later; without any word in common nothing is recalled.
// Robertson & Zaragoza 2009, The Probabilistic Relevance Framework: BM25 and Beyond; the usual k1 and b.

export interface Rankable {
  id: string;
  title: string;
  text: string;
  /** Runs that used it and succeeded, and those that failed. */
  helped: number;
  harmed: number;
}

export interface Ranked {
  id: string;
  score: number;
}

/** How soon more of the same word stops to count, and how much length weighs. */
const k1 = 1.2;
const b = 0.75;
const titleWeight = 2;
/** Runs that must say something before outcomes outweigh what is not known of them: as if two had succeeded and two had failed. */
const priorRuns = 2;
/** Words of an input that are looked for: the rest of a long one says the same again. */
const mostWords = 400;

/** The best first; equal ones by id. */
export function rank(all: readonly Rankable[], input: string, limit: number): Ranked[] {
  const documents = all.map((one) => ({ ...one, words: countsOf([...repeated(wordsOf(one.title), titleWeight), ...wordsOf(one.text)]) }));
  const lengths = documents.map(({ words }) => lengthOf(words));
  const mean = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length);
  const asked = [...new Set(wordsOf(input))].slice(0, mostWords);
  const rarity = new Map(asked.map((word) => [word, rarityOf(documents.filter(({ words }) => words.has(word)).length, documents.length)]));
  return documents
    .map(({ id, words, helped, harmed }, i) => {
      const norm = k1 * (1 - b + (b * (lengths[i] ?? 0)) / Math.max(1, mean));
      const score = asked.reduce((sum, word) => {
        const times = words.get(word) ?? 0;
        return sum + ((rarity.get(word) ?? 0) * times * (k1 + 1)) / (times + norm);
      }, 0);
      return { id, score: score * standing(helped, harmed) };
    })
    .filter(({ score }) => score > 0)
    .toSorted((one, other) => other.score - one.score || (one.id < other.id ? -1 : 1))
    .slice(0, limit);
}

/** Lower-case words of letters and digits, in the order of the text. */
export function wordsOf(text: string): string[] {
  return (
    text
      .normalize("NFKC")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** Between a half and one and a half; one where nothing is known. */
export const standing = (helped: number, harmed: number): number => 0.5 + (helped + priorRuns) / (helped + harmed + 2 * priorRuns);

/** Never negative: a word that all have says little, but nothing against any of them. */
const rarityOf = (having: number, all: number): number => Math.log(1 + (all - having + 0.5) / (having + 0.5));

function countsOf(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

const lengthOf = (words: ReadonlyMap<string, number>): number => [...words.values()].reduce((sum, times) => sum + times, 0);
const repeated = (words: readonly string[], times: number): string[] => Array.from({ length: times }, () => words).flat();
