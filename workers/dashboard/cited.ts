// Where a finding's quotes stand in a field as a page shows it. Evidence gives places in the field's own text (a text as it is, a failure
// as "type: message", any other value as compact JSON); a page indents JSON, so the places are moved. A quote that stands nowhere is
// not marked.
import { failureText } from "../../domain/finding/field-text.ts";
import type { EvidenceView } from "./read/finding.ts";
import type { FailureView } from "./read/run.ts";

/** A stretch of the shown text, UTF-16 units; marks never overlap and stand in order. */
export interface Mark {
  start: number;
  end: number;
}

export interface CitedText {
  text: string;
  marks: Mark[];
}

/** A field's value as text with the quotes in it marked. A value that nests too deep to be written is null. */
export function citedText(value: unknown, evidence: readonly EvidenceView[]): CitedText | null {
  if (typeof value === "string") return { text: value, marks: joined(evidence.flatMap((each) => placeOf(value, each) ?? [])) };
  const [compact, text] = [written(value), written(value, 2)];
  if (compact === null || text === null) return null;
  const places = joined(evidence.flatMap((each) => placeOf(compact, each) ?? []));
  const moved = movedPlaces(
    text,
    places.flatMap(({ start, end }) => [start, end - 1]),
  );
  return { text, marks: places.map((_, i) => ({ start: moved[2 * i] ?? 0, end: (moved[2 * i + 1] ?? 0) + 1 })) };
}

export function citedFailure(failure: FailureView, evidence: readonly EvidenceView[]): CitedText | null {
  return citedText(failureText(failure) ?? "", evidence);
}

/** By its place where the quote really stands there, else wherever it stands first. */
function placeOf(text: string, { quote, start, end }: EvidenceView): Mark | null {
  if (quote === "") return null;
  if (start !== null && end !== null && text.slice(start, end) === quote) return { start, end };
  const at = text.indexOf(quote);
  return at < 0 ? null : { start: at, end: at + quote.length };
}

function joined(marks: readonly Mark[]): Mark[] {
  const apart: Mark[] = [];
  for (const mark of marks.toSorted((a, b) => a.start - b.start)) {
    const last = apart.at(-1);
    if (last !== undefined && mark.start <= last.end) last.end = Math.max(last.end, mark.end);
    else apart.push({ ...mark });
  }
  return apart;
}

/** Places in compact JSON as places in the same JSON indented. `places` ascend; only space outside of texts was added. */
function movedPlaces(indented: string, places: readonly number[]): number[] {
  const moved: number[] = [];
  let inText = false;
  let compactAt = 0;
  for (let i = 0; i < indented.length && moved.length < places.length; i++) {
    const letter = indented[i];
    if (!inText && (letter === " " || letter === "\n")) continue;
    while (places[moved.length] === compactAt) moved.push(i);
    compactAt += 1;
    if (letter === '"') inText = !inText;
    else if (inText && letter === "\\") {
      // the next one is escaped: it ends nothing
      i += 1;
      while (places[moved.length] === compactAt) moved.push(i);
      compactAt += 1;
    }
  }
  return moved;
}

function written(value: unknown, indent?: number): string | null {
  try {
    return JSON.stringify(value, null, indent) ?? null;
  } catch {
    return null;
  }
}
