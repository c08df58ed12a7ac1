// Which masked texts of one family are one failure: those that differ only in what their values say. A function of the set of texts alone, so
// neither order nor counts nor repeats change it; with few texts it decides by the words they share and joins nothing on a guess.
// In the manner of Drain (He et al. 2017, ICWS) and Brain (Yu et al. 2023, IEEE TSC), as a batch.
import { common } from "./cluster-align.ts";
import { sameLongBeginning } from "./cluster-beginning.ts";
import { alikeButOne } from "./cluster-context.ts";
import { newVocabulary, piecesOf, type Vocabulary, wild } from "./cluster-pieces.ts";
import { sameFrequentWords } from "./cluster-frequent.ts";
import { templateOf } from "./cluster-template.ts";
import { disjointSets } from "./match-sets.ts";

export interface Shape {
  /** Of the class. */
  key: string;
  /** As `templateTokens` gives them. */
  tokens: readonly string[];
}

export interface ShapeCluster {
  /** What the members share, with `<*>` for the rest. */
  template: string[];
  /** Keys, sorted. */
  members: string[];
}

/** Pieces of a text that are compared: what is the same for so long is the same. */
const longestCompared = 256;
/** Pieces of all texts together, for time and memory; many texts are compared over less of their length, but never less than this. */
const mostCompared = 200_000;
const leastCompared = 32;
/** Words of a value that is a phrase: a name, a title. */
const longestPhrase = 5;
/** Rounds in which joined texts let others join; three are usual, the bound is for hostile ones. */
const mostRounds = 8;
/** A number that masking left: a status or an exit code. */
const standingNumber = /(?<![\p{L}\p{N}])\p{N}+(?![\p{L}\p{N}])/gu;

interface Node {
  pieces: number[];
  /** Its statuses and exit codes; nodes that differ in them are never joined. */
  codes: string;
  members: number[];
}

/** Clusters, sorted by their first member. */
export function clusterShapes(shapes: readonly Shape[]): ShapeCluster[] {
  const distinct = [...new Map(shapes.map((shape) => [shape.key, shape])).values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  const vocabulary = newVocabulary();
  const longest = Math.min(longestCompared, Math.max(leastCompared, Math.floor(mostCompared / Math.max(1, distinct.length))));
  const nodes = distinct.map(({ tokens }, i) => ({ pieces: piecesOf(tokens, longest, vocabulary), codes: codesOf(tokens), members: [i] }));
  return joinedNodes(nodes, vocabulary)
    .map(({ members }) => members.toSorted((a, b) => a - b).flatMap((i) => distinct[i] ?? []))
    .map((members) => ({ template: templateOf(members.map(({ tokens }) => tokens)), members: members.map(({ key }) => key) }))
    .sort((a, b) => ((a.members[0] ?? "") < (b.members[0] ?? "") ? -1 : 1));
}

function codesOf(tokens: readonly string[]): string {
  return Array.from(tokens.join(" ").matchAll(standingNumber), ([number]) => number).join(" ");
}

function joinedNodes(nodes: readonly Node[], vocabulary: Vocabulary): Node[] {
  const steps: ((texts: readonly (readonly number[])[]) => number[][])[] = [
    (texts) => alikeButOne(texts, 1, vocabulary),
    (texts) => sameFrequentWords(texts, vocabulary),
    (texts) => sameLongBeginning(texts, vocabulary),
  ];
  const phrases = (texts: readonly (readonly number[])[]): number[][] => alikeButOne(texts, longestPhrase, vocabulary);
  let left = withoutEquals(nodes);
  for (let round = 0; round < mostRounds; round++) {
    const before = left.length;
    for (const step of steps) left = joined(left, step(left.map(({ pieces }) => pieces)));
    // Phrases cost most and are looked for when nothing else is left.
    if (left.length === before) left = joined(left, phrases(left.map(({ pieces }) => pieces)));
    if (left.length === before) break;
  }
  return left;
}

/** One node for equal texts. */
function withoutEquals(nodes: readonly Node[]): Node[] {
  const byText = new Map<string, Node>();
  for (const { pieces, codes, members } of nodes) {
    const text = `${pieces.join(" ")}|${codes}`;
    const known = byText.get(text);
    if (known === undefined) byText.set(text, { pieces, codes, members: [...members] });
    else known.members.push(...members);
  }
  return [...byText.values()];
}

/** `nodes` with those of each group joined, also through a third; what became equal by that is one as well. */
function joined(nodes: readonly Node[], groups: readonly (readonly number[])[]): Node[] {
  if (groups.length === 0) return [...nodes];
  const { rootOf, join } = disjointSets<number>();
  for (const group of groups)
    for (const [first = 0, ...others] of Map.groupBy(group, (i) => nodes[i]?.codes).values())
      for (const other of others) join(first, other);
  const out = new Map<number, Node>();
  nodes.forEach(({ pieces, codes, members }, i) => {
    const root = rootOf(i);
    const known = out.get(root);
    if (known === undefined) out.set(root, { pieces, codes, members: [...members] });
    else {
      known.pieces = common(known.pieces, pieces, wild);
      known.members.push(...members);
    }
  });
  return withoutEquals([...out.values()]);
}
