// A small regular-expression matcher whose time is bounded by the text for every pattern: all states advance together over the text
// (K. Thompson, "Regular expression search algorithm", CACM 11(6), 1968). The platform's own engine backtracks, and one pattern
// such as (a+)+$ written into a project's settings would stop a Worker for minutes. Matches are leftmost and longest.
import { type CharSet, parseRegex, type RegexNode } from "./regex-parse.ts";

/** States a pattern may compile to; the time for each character of text is proportional to it. */
const maxStates = 500;
/** UTF-16 units one match may span: bounds the work at one starting point, and a secret is shorter. */
const maxMatchChars = 256;
/** UTF-16 units of a pattern. */
const maxPatternChars = 200;

export interface Span {
  from: number;
  to: number;
}

export interface LinearMatcher {
  kind: "matcher";
  findAll: (text: string) => Span[];
  /** Whether there is a match, of whatever length. */
  isIn: (text: string) => boolean;
}
export type LinearCompilation = LinearMatcher | { kind: "refused"; message: string };

type State =
  | { op: "unit"; matches: (unit: number) => boolean; next: number }
  | { op: "split"; one: number; other: number }
  | { op: "assert"; what: "start" | "end" | "word" | "notWord"; next: number }
  | { op: "match" };

/** Compiles `pattern`; a refusal says what to change. A pattern that matches the empty text is refused too. */
export function compileLinear(pattern: string): LinearCompilation {
  if (pattern.length > maxPatternChars) return { kind: "refused", message: `a pattern may have at most ${maxPatternChars} characters` };
  const parsed = parseRegex(pattern);
  if (parsed.kind === "refused") return parsed;
  const states: State[] = [{ op: "match" }];
  const start = build(parsed.tree, 0, states);
  if (start === null)
    return { kind: "refused", message: `the pattern is too large: its repetitions multiply to more than ${maxStates} parts` };
  if (matchesEmpty(parsed.tree)) return { kind: "refused", message: "the pattern matches the empty text: it would match everywhere" };
  const canStart = startersOf(states, start);
  const findAll = (text: string): Span[] => {
    const search = new Search(text, states, start, canStart, maxMatchChars);
    const spans: Span[] = [];
    for (let span = search.findNext(0); span !== null; span = search.findNext(span.to)) spans.push(span);
    return spans;
  };
  return { kind: "matcher", findAll, isIn: (text) => new Search(text, states, start, canStart, Infinity).isAnywhere() };
}

/** Adds the states of `node` that lead on to `next` and gives the first of them; null when they are too many. */
function build(node: RegexNode, next: number, states: State[]): number | null {
  const add = (state: State): number | null => (states.length < maxStates ? states.push(state) - 1 : null);
  switch (node.op) {
    case "empty":
      return next;
    case "set":
      return add({ op: "unit", matches: matcherOf(node.set), next });
    case "assert":
      return add({ op: "assert", what: node.what, next });
    case "sequence":
      return node.parts.reduceRight<number | null>((after, part) => (after === null ? null : build(part, after, states)), next);
    case "choice":
      return node.parts
        .map((part) => build(part, next, states))
        .reduceRight((other, one) => (one === null || other === null ? null : add({ op: "split", one, other })));
    case "repeat":
      return buildRepeat(node.part, node.min, node.max, next, states);
  }
}

function buildRepeat(part: RegexNode, min: number, max: number | null, next: number, states: State[]): number | null {
  let after: number | null = next;
  if (max === null) {
    const loop = { op: "split" as const, one: next, other: next };
    if (states.length >= maxStates) return null;
    after = states.push(loop) - 1;
    const body = build(part, after, states);
    if (body === null) return null;
    loop.one = body;
  } else {
    for (let i = min; i < max && after !== null; i += 1) {
      const body: number | null = build(part, after, states);
      after = body === null || states.length >= maxStates ? null : states.push({ op: "split", one: body, other: next }) - 1;
    }
  }
  for (let i = 0; i < min && after !== null; i += 1) after = build(part, after, states);
  return after;
}

function matchesEmpty(node: RegexNode): boolean {
  if (node.op === "set") return false;
  if (node.op === "sequence") return node.parts.every(matchesEmpty);
  if (node.op === "choice") return node.parts.some(matchesEmpty);
  return node.op === "repeat" ? node.min === 0 || matchesEmpty(node.part) : true;
}

function matcherOf({ ranges, isNegated }: CharSet): (unit: number) => boolean {
  const has = (unit: number): boolean => ranges.some(([low, high]) => unit >= low && unit <= high) !== isNegated;
  const ascii = Uint8Array.from({ length: 128 }, (_, unit) => Number(has(unit)));
  return (unit) => (unit < 128 ? ascii[unit] === 1 : has(unit));
}

/** The states alive at one place of the text, each with the earliest start that reached it; cleared without touching every slot. */
class StateSet {
  readonly startedAt: Int32Array;
  readonly members: Int32Array;
  size = 0;

  constructor(stateCount: number) {
    this.startedAt = new Int32Array(stateCount).fill(-1);
    this.members = new Int32Array(stateCount);
  }

  /** False when the state was already reached from the same or an earlier start. */
  add(state: number, startedAt: number): boolean {
    const known = this.startedAt[state] ?? -1;
    if (known !== -1 && known <= startedAt) return false;
    if (known === -1) this.members[this.size++] = state;
    this.startedAt[state] = startedAt;
    return true;
  }

  clear(): void {
    for (let i = 0; i < this.size; i += 1) this.startedAt[this.members[i] ?? 0] = -1;
    this.size = 0;
  }
}

/** One search over one text. */
class Search {
  readonly #text: string;
  readonly #states: readonly State[];
  readonly #start: number;
  readonly #canStart: (unit: number) => boolean;
  readonly #longest: number;
  #active: StateSet;
  #next: StateSet;

  /** @param longest units that one match may span */
  constructor(text: string, states: readonly State[], start: number, canStart: (unit: number) => boolean, longest: number) {
    this.#longest = longest;
    this.#text = text;
    this.#states = states;
    this.#start = start;
    this.#canStart = canStart;
    this.#active = new StateSet(states.length);
    this.#next = new StateSet(states.length);
  }

  /** The leftmost longest match at or after `from`. */
  findNext(from: number): Span | null {
    const text = this.#text;
    let best: Span | null = null;
    this.#active.clear();
    for (let at = from; ; at += 1) {
      if (best === null && at < text.length && this.#canStart(text.charCodeAt(at))) this.#follow(this.#start, at, at, this.#active);
      const matchedFrom = this.#active.startedAt[0] ?? -1;
      if (matchedFrom !== -1 && (best === null || matchedFrom <= best.from)) best = { from: matchedFrom, to: at };
      if (at >= text.length || (best !== null && this.#active.size === 0)) return best;
      this.#advance(text.charCodeAt(at), at, best);
    }
  }

  /** One pass: every start is followed at once, and the first match ends it. */
  isAnywhere(): boolean {
    const text = this.#text;
    for (let at = 0; ; at += 1) {
      if (at < text.length && this.#canStart(text.charCodeAt(at))) this.#follow(this.#start, at, at, this.#active);
      if ((this.#active.startedAt[0] ?? -1) !== -1) return true;
      if (at >= text.length) return false;
      this.#advance(text.charCodeAt(at), at, null);
    }
  }

  #advance(unit: number, at: number, best: Span | null): void {
    const { members, startedAt, size } = this.#active;
    for (let i = 0; i < size; i += 1) {
      const index = members[i] ?? 0;
      const began = startedAt[index] ?? at;
      const state = this.#states[index];
      if (state?.op !== "unit" || at - began >= this.#longest || (best !== null && began > best.from) || !state.matches(unit)) continue;
      this.#follow(state.next, began, at + 1, this.#next);
    }
    this.#active.clear();
    [this.#active, this.#next] = [this.#next, this.#active];
  }

  /** Adds a state and all that it reaches without consuming anything; recursion is bounded by the number of states. */
  #follow(index: number, startedAt: number, at: number, into: StateSet): void {
    if (!into.add(index, startedAt)) return;
    const state = this.#states[index];
    if (state?.op === "split") {
      this.#follow(state.one, startedAt, at, into);
      this.#follow(state.other, startedAt, at, into);
    } else if (state?.op === "assert" && holds(state.what, this.#text, at)) this.#follow(state.next, startedAt, at, into);
  }
}

/** Which units can begin a match: most texts hold few of them, and the rest is passed over at the cost of a look-up. */
function startersOf(states: readonly State[], start: number): (unit: number) => boolean {
  const first: ((unit: number) => boolean)[] = [];
  const seen = new Set<number>();
  const pending = [start];
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    if (seen.has(index)) continue;
    seen.add(index);
    const state = states[index];
    if (state?.op === "unit") first.push(state.matches);
    else if (state?.op === "split") pending.push(state.one, state.other);
    else if (state?.op === "assert") pending.push(state.next);
  }
  const ascii = Uint8Array.from({ length: 128 }, (_, unit) => Number(first.some((matches) => matches(unit))));
  return (unit) => (unit < 128 ? ascii[unit] === 1 : first.some((matches) => matches(unit)));
}

function holds(what: "start" | "end" | "word" | "notWord", text: string, at: number): boolean {
  if (what === "start") return at === 0;
  if (what === "end") return at === text.length;
  const isBoundary = isWordAt(text, at - 1) !== isWordAt(text, at);
  return isBoundary === (what === "word");
}

const isWordAt = (text: string, at: number): boolean => at >= 0 && at < text.length && /\w/.test(text.charAt(at));
