// The elements of a list inside JSON text that comes in pieces: each as its own exact text, so that a file of any size is never held
// whole and no number is rewritten. It follows brackets and quotes only; whether an element is sound is for its reader to say.

export interface JsonElement {
  /** null for one longer than allowed. */
  text: string | null;
  /** Where it begins, from 1. */
  line: number;
  /** The name of the list; null for a list, or for values, at the top. */
  list: string | null;
}

/** `values`: whole values one after the other. Else the lists of these names in an object at the top, or a list at the top. */
export type Wanted = "values" | ReadonlySet<string>;

/** Longer names are none that anybody asks for. */
const longestName = 64;

export class JsonElements {
  readonly #wanted: Wanted;
  readonly #mostChars: number;
  #depth = 0;
  #line = 1;
  #isInString = false;
  #isEscaped = false;
  #isBroken = false;
  #isListAtTop = false;
  /** The last string that began at depth 1; a name once a colon follows. */
  #lastString = "";
  #name = "";
  /** The depth at which elements stand; null outside of a wanted list. */
  #elementDepth: number | null;
  /** What is held of the element that has begun; null between elements. */
  #parts: string[] | null = null;
  #length = 0;
  #startLine = 1;
  /** Where, in the present piece, the element goes on. */
  #start = 0;
  #found: JsonElement[] = [];

  /** @param mostChars of one element */
  constructor(wanted: Wanted, mostChars: number) {
    this.#wanted = wanted;
    this.#mostChars = mostChars;
    this.#elementDepth = wanted === "values" ? 0 : null;
  }

  /** The elements that end in this piece of the text. */
  push(piece: string): JsonElement[] {
    this.#found = [];
    this.#start = 0;
    for (let at = 0; at < piece.length; at++) {
      const c = piece[at] ?? "";
      if (c === "\n") this.#line++;
      if (this.#isInString) this.#inString(c);
      else if (c.trim() !== "") this.#outside(piece, at, c);
    }
    this.#keep(piece, piece.length);
    return this.#found;
  }

  /** What is wrong with the text as a whole, now that it is over; null when nothing is. */
  end(): string | null {
    if (this.#isBroken) return "its brackets do not match";
    if (this.#depth > 0 || this.#isInString) return "it ends in the middle of a value";
    return this.#parts === null ? null : "it holds something that is no JSON object";
  }

  #inString(c: string): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (c === "\\") this.#isEscaped = true;
    else if (c === '"') this.#isInString = false;
    else if (this.#depth === 1 && this.#lastString.length < longestName) this.#lastString += c;
  }

  #outside(piece: string, at: number, c: string): void {
    const isAtElements = this.#depth === this.#elementDepth;
    if (isAtElements && this.#parts === null && c !== "," && c !== "]" && c !== "}") this.#begin(at);
    if (c === '"') {
      this.#isInString = true;
      if (this.#depth === 1) this.#lastString = "";
    } else if (c === ":" && this.#depth === 1) this.#name = this.#lastString;
    else if (c === "," && isAtElements) this.#finish(piece, at);
    else if (c === "{" || c === "[") this.#open(c);
    else if (c === "}" || c === "]") this.#close(piece, at);
  }

  #open(c: "{" | "["): void {
    this.#depth++;
    if (this.#wanted === "values") return;
    if (this.#depth === 1) {
      this.#isListAtTop = c === "[";
      if (this.#isListAtTop) this.#elementDepth = 1;
    } else if (this.#depth === 2 && !this.#isListAtTop && c === "[" && this.#wanted.has(this.#name)) this.#elementDepth = 2;
  }

  #close(piece: string, at: number): void {
    if (this.#depth === this.#elementDepth) this.#finish(piece, at);
    this.#depth--;
    if (this.#depth < 0) {
      this.#isBroken = true;
      this.#depth = 0;
    }
    if (this.#wanted === "values") {
      if (this.#depth === 0) this.#finish(piece, at + 1);
    } else if (this.#elementDepth !== null && this.#depth < this.#elementDepth) this.#elementDepth = null;
  }

  #begin(at: number): void {
    this.#parts = [];
    this.#length = 0;
    this.#start = at;
    this.#startLine = this.#line;
  }

  #keep(piece: string, until: number): void {
    if (this.#parts === null) return;
    this.#length += until - this.#start;
    if (this.#length <= this.#mostChars) this.#parts.push(piece.slice(this.#start, until));
    else this.#parts = [];
  }

  #finish(piece: string, until: number): void {
    this.#keep(piece, until);
    if (this.#parts === null) return;
    const text = this.#length > this.#mostChars ? null : this.#parts.join("").trim();
    this.#found.push({ text, line: this.#startLine, list: this.#isListAtTop || this.#wanted === "values" ? null : this.#name });
    this.#parts = null;
  }
}
