// A small regular-expression matcher whose time is bounded by the text for every pattern: all states advance together over the text
// (K. Thompson, "Regular expression search algorithm", CACM 11(6), 1968). The platform's own engine backtracks, and one pattern
// such as (a+)+$ written into a project's settings would stop a Worker for minutes. Matches are leftmost and longest.
import { type CharSet, parseRegex, type RegexNode } from "./regex-parse.ts";

/** States a pattern may compile to; the time for each character of text is proportional to it. */
const maxStates = 600;
/** UTF-16 units one match may span: bounds the work at one starting point, and a secret is shorter. */
const maxMatchChars = 256;
/** UTF-16 units of a pattern. */
const maxPatternChars = 200;

export interface Span {
  from: number;
  to: number;
}

export type LinearCompilation = { kind: "matcher"; findAll: (text: string) => Span[] } | { kind: "refused"; message: string };

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
  if (start === null) return { kind: "refused", message: `the pattern is too large: its repetitions multiply to more than ${maxStates} parts` };
  if (matchesEmpty(parsed.tree)) return { kind: "refused", message: "the pattern matches the empty text: it would match everywhere" };
  return { kind: "matcher", findAll: (text) => findAll(text, states, start) };
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

function findAll(text: string, states: readonly State[], start: number): Span[] {
  const spans: Span[] = [];
  for (let from = 0; from < text.length; ) {
    const span = findNext(text, from, states, start);
    if (span === null) break;
    spans.push(span);
    from = span.to;
  }
  return spans;
}

/** The leftmost longest match at or after `from`. Each active state remembers the earliest start that reached it. */
function findNext(text: string, from: number, states: readonly State[], start: number): Span | null {
  let active = new Map<number, number>();
  let best: Span | null = null;
  for (let at = from; ; at += 1) {
    const closed = new Map<number, number>();
    for (const [state, startedAt] of active) addClosure(state, startedAt, at, text, states, closed);
    if (best === null && at < text.length) addClosure(start, at, at, text, states, closed);
    const matchedFrom = closed.get(0);
    if (matchedFrom !== undefined && (best === null || matchedFrom <= best.from)) best = { from: matchedFrom, to: at };
    if (at >= text.length) return best;
    active = advance(closed, text.charCodeAt(at), at, states, best);
    if (best !== null && active.size === 0) return best;
  }
}

function advance(closed: ReadonlyMap<number, number>, unit: number, at: number, states: readonly State[], best: Span | null): Map<number, number> {
  const active = new Map<number, number>();
  for (const [index, startedAt] of closed) {
    const state = states[index];
    if (state?.op !== "unit" || at - startedAt >= maxMatchChars || (best !== null && startedAt > best.from) || !state.matches(unit)) continue;
    const known = active.get(state.next);
    if (known === undefined || startedAt < known) active.set(state.next, startedAt);
  }
  return active;
}

/** Follows the moves that consume nothing; recursion is bounded by the number of states. */
function addClosure(index: number, startedAt: number, at: number, text: string, states: readonly State[], closed: Map<number, number>): void {
  const known = closed.get(index);
  if (known !== undefined && known <= startedAt) return;
  closed.set(index, startedAt);
  const state = states[index];
  if (state?.op === "split") {
    addClosure(state.one, startedAt, at, text, states, closed);
    addClosure(state.other, startedAt, at, text, states, closed);
  } else if (state?.op === "assert" && holds(state.what, text, at)) addClosure(state.next, startedAt, at, text, states, closed);
}

function holds(what: "start" | "end" | "word" | "notWord", text: string, at: number): boolean {
  if (what === "start") return at === 0;
  if (what === "end") return at === text.length;
  const isBoundary = isWordAt(text, at - 1) !== isWordAt(text, at);
  return isBoundary === (what === "word");
}

const isWordAt = (text: string, at: number): boolean => at >= 0 && at < text.length && /\w/.test(text.charAt(at));
