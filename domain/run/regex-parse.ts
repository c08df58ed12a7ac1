// Parses the regular-expression subset that projects may write into a tree. It refuses, with the remedy, what a linear matcher
// cannot do (back-references, look-around) and what would surprise (lazy repetition, unescaped brackets).

/** Characters as ranges of UTF-16 units, both ends included. */
export interface CharSet {
  ranges: readonly (readonly [number, number])[];
  isNegated: boolean;
}

export type RegexNode =
  | { op: "empty" }
  | { op: "set"; set: CharSet }
  | { op: "assert"; what: "start" | "end" | "word" | "notWord" }
  | { op: "sequence"; parts: readonly RegexNode[] }
  | { op: "choice"; parts: readonly RegexNode[] }
  | { op: "repeat"; part: RegexNode; min: number; max: number | null };

/** The largest number in a {m,n}: more is a mistake, and every repetition is written out in the program. */
const maxRepeat = 200;

/** Thrown inside this file only; `parseRegex` turns it into a value. */
class Refusal extends Error {}

export type RegexParse = { kind: "tree"; tree: RegexNode } | { kind: "refused"; message: string };

export function parseRegex(pattern: string): RegexParse {
  try {
    return { kind: "tree", tree: new Parser(pattern).whole() };
  } catch (thrown) {
    if (thrown instanceof Refusal) return { kind: "refused", message: thrown.message };
    throw thrown;
  }
}

const digit: CharSet["ranges"] = [[48, 57]];
const word: CharSet["ranges"] = [[48, 57], [65, 90], [95, 95], [97, 122]]; // prettier-ignore
const space: CharSet["ranges"] = [[9, 13], [32, 32], [0xa0, 0xa0], [0x2000, 0x200a], [0x2028, 0x2029], [0x202f, 0x202f], [0x205f, 0x205f], [0x3000, 0x3000], [0xfeff, 0xfeff]]; // prettier-ignore
const lineEnd: CharSet["ranges"] = [[10, 10], [13, 13], [0x2028, 0x2029]]; // prettier-ignore
const controls: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 };

class Parser {
  readonly #text: string;
  readonly #ignoresCase: boolean;
  #at: number;

  constructor(pattern: string) {
    this.#text = pattern;
    this.#ignoresCase = pattern.startsWith("(?i)");
    this.#at = this.#ignoresCase ? 4 : 0;
  }

  whole(): RegexNode {
    const tree = this.#choice();
    if (this.#at < this.#text.length) throw new Refusal(`")" without its "(" at character ${this.#at + 1}; write \\) for the sign itself`);
    return tree;
  }

  #choice(): RegexNode {
    const parts = [this.#sequence()];
    while (this.#take("|")) parts.push(this.#sequence());
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { op: "choice", parts };
  }

  #sequence(): RegexNode {
    const parts: RegexNode[] = [];
    for (let next = this.#peek(); next !== "" && next !== "|" && next !== ")"; next = this.#peek())
      parts.push(this.#repeated(this.#atom()));
    return parts.length === 0 ? { op: "empty" } : { op: "sequence", parts };
  }

  #repeated(part: RegexNode): RegexNode {
    const bounds = this.#bounds();
    if (bounds === null) return part;
    if (part.op === "assert") throw new Refusal("a position such as ^, $ or \\b cannot be repeated");
    if (this.#peek() === "?")
      throw new Refusal('lazy repetition ("*?") is not taken; use a class that excludes what follows, such as [^"]*');
    if (this.#bounds() !== null) throw new Refusal("two repetitions in a row; put the first into a group");
    return { op: "repeat", part, ...bounds };
  }

  #bounds(): { min: number; max: number | null } | null {
    if (this.#take("*")) return { min: 0, max: null };
    if (this.#take("+")) return { min: 1, max: null };
    if (this.#take("?")) return { min: 0, max: 1 };
    const counted = /^\{(\d{1,4})(?:(,)(\d{0,4}))?\}/.exec(this.#text.slice(this.#at));
    if (counted === null) return null;
    this.#at += counted[0].length;
    const min = Number(counted[1]);
    const max = counted[2] === undefined ? min : counted[3] === "" ? null : Number(counted[3]);
    if (Math.max(min, max ?? 0) > maxRepeat) throw new Refusal(`a repetition may be at most ${maxRepeat}`);
    if (max !== null && max < min) throw new Refusal(`{${min},${max}} counts backwards`);
    return { min, max };
  }

  #atom(): RegexNode {
    const sign = this.#next();
    if (sign === "(") return this.#group();
    if (sign === "[") return { op: "set", set: this.#withCase(this.#class()) };
    if (sign === ".") return { op: "set", set: { ranges: lineEnd, isNegated: true } };
    if (sign === "^") return { op: "assert", what: "start" };
    if (sign === "$") return { op: "assert", what: "end" };
    if (sign === "\\") return this.#escape();
    if (sign === "*" || sign === "+" || sign === "?") throw new Refusal(`"${sign}" repeats nothing; write \\${sign} for the sign itself`);
    return this.#literal(sign.charCodeAt(0));
  }

  #group(): RegexNode {
    if (this.#peek() === "?" && !this.#take("?:"))
      throw new Refusal("only plain groups ( ) and (?: ) are taken, and (?i) in front of the whole pattern");
    const inner = this.#choice();
    if (!this.#take(")")) throw new Refusal('a "(" is not closed');
    return inner;
  }

  #escape(): RegexNode {
    const sign = this.#next();
    if (sign === "b") return { op: "assert", what: "word" };
    if (sign === "B") return { op: "assert", what: "notWord" };
    const named = shorthand(sign);
    if (named !== null) return { op: "set", set: named };
    if (/[1-9k]/.test(sign)) throw new Refusal(`\\${sign} refers back to a group, which is not taken`);
    return this.#literal(this.#escapedUnit(sign));
  }

  #escapedUnit(sign: string): number {
    if (sign === "") throw new Refusal('the pattern ends in "\\"');
    const control = controls[sign];
    if (control !== undefined) return control;
    const hex = sign === "x" ? /^[0-9a-fA-F]{2}/ : sign === "u" ? /^[0-9a-fA-F]{4}/ : null;
    if (hex !== null) {
      const digits = hex.exec(this.#text.slice(this.#at))?.[0];
      if (digits === undefined) throw new Refusal(`\\${sign} needs ${sign === "x" ? 2 : 4} hex digits`);
      this.#at += digits.length;
      return Number.parseInt(digits, 16);
    }
    if (/[A-Za-z0-9]/.test(sign)) throw new Refusal(`\\${sign} has no meaning here`);
    return sign.charCodeAt(0);
  }

  #class(): CharSet {
    const isNegated = this.#take("^");
    const ranges: (readonly [number, number])[] = [];
    for (let isFirst = true; isFirst || this.#peek() !== "]"; isFirst = false) {
      const low = this.#classUnit(ranges);
      if (low === null) continue;
      const isRange = this.#peek() === "-" && this.#text[this.#at + 1] !== "]" && this.#take("-");
      const high = isRange ? this.#classUnit(ranges) : low;
      if (high === null || high < low) throw new Refusal("a range in [ ] must go from a lower to a higher character");
      ranges.push([low, high]);
    }
    this.#at += 1;
    return { ranges, isNegated };
  }

  /** One unit of a class; null when it was a shorthand, whose ranges are added. */
  #classUnit(ranges: (readonly [number, number])[]): number | null {
    const sign = this.#next();
    if (sign === "") throw new Refusal('a "[" is not closed');
    if (sign !== "\\") return sign.charCodeAt(0);
    const escaped = this.#next();
    const named = shorthand(escaped);
    if (named === null) return escaped === "b" ? 8 : this.#escapedUnit(escaped);
    if (named.isNegated) throw new Refusal(`\\${escaped} inside [ ] is not taken; write the class the other way round`);
    ranges.push(...named.ranges);
    return null;
  }

  #literal(unit: number): RegexNode {
    return { op: "set", set: this.#withCase({ ranges: [[unit, unit]], isNegated: false }) };
  }

  #withCase(set: CharSet): CharSet {
    if (!this.#ignoresCase) return set;
    const shifted = (low: number, high: number, by: number): (readonly [number, number])[] => {
      const letters: readonly [number, number] = by > 0 ? [65, 90] : [97, 122];
      const from = Math.max(low, letters[0]);
      const to = Math.min(high, letters[1]);
      return from <= to ? [[from + by, to + by]] : [];
    };
    return {
      ...set,
      ranges: set.ranges.flatMap(([low, high]) => [[low, high] as const, ...shifted(low, high, 32), ...shifted(low, high, -32)]),
    };
  }

  #peek(): string {
    return this.#text[this.#at] ?? "";
  }

  #next(): string {
    const sign = this.#peek();
    this.#at += 1;
    return sign;
  }

  #take(expected: string): boolean {
    const isThere = this.#text.startsWith(expected, this.#at);
    if (isThere) this.#at += expected.length;
    return isThere;
  }
}

function shorthand(sign: string): CharSet | null {
  const lower = sign.toLowerCase();
  const ranges = lower === "d" ? digit : lower === "w" ? word : lower === "s" ? space : null;
  return ranges === null ? null : { ranges, isNegated: sign !== lower };
}
