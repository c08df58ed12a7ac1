// A field's text with the quotes of findings marked in it. A long text is shown around its marks; every part is text, never markup.
import type { Child } from "hono/jsx";
import { count } from "./format.ts";
import { cleanText } from "./safe-text.tsx";
import type { CitedText, Mark } from "./cited.ts";

/** Characters shown of a whole text, and on both sides of a mark in a longer one. */
const mostWhole = 1_500;
const around = 280;
/** Stretches of a long text; a loop may be cited a hundred times. */
const mostStretches = 6;

/** @param rest where the whole text is, for a long one */
export function CitedBlock({ cited, rest }: { cited: CitedText; rest?: Child }): Child {
  const { text, marks } = cited;
  const stretches = text.length <= mostWhole ? [{ start: 0, end: text.length }] : stretchesOf(text, marks);
  const shown = stretches.slice(0, mostStretches);
  return (
    <>
      <pre class="block cited" dir="auto">
        {shown.map((stretch, i) => (
          <>
            {stretch.start > 0 && <span class="faint">{i === 0 ? "… " : "\n…\n"}</span>}
            <Marked text={text} stretch={stretch} marks={marks} />
            {i === shown.length - 1 && stretch.end < text.length && <span class="faint"> …</span>}
          </>
        ))}
      </pre>
      {text.length > mostWhole && (
        <p class="faint small">
          Shown around what is cited, of {count(text.length)} characters. {rest}
        </p>
      )}
    </>
  );
}

function Marked({ text, stretch, marks }: { text: string; stretch: Mark; marks: readonly Mark[] }): Child {
  const inside = marks.filter((mark) => mark.start < stretch.end && mark.end > stretch.start);
  let at = stretch.start;
  const parts: Child[] = [];
  for (const mark of inside) {
    const [from, to] = [Math.max(at, mark.start), Math.min(stretch.end, mark.end)];
    if (from > at) parts.push(cleanText(text.slice(at, from)));
    parts.push(<mark>{cleanText(text.slice(from, to))}</mark>);
    at = to;
  }
  if (at < stretch.end) parts.push(cleanText(text.slice(at, stretch.end)));
  return <>{parts}</>;
}

/** Stretches around the marks, joined where they meet; the begin where there is no mark. Never cut inside a character. */
function stretchesOf(text: string, marks: readonly Mark[]): Mark[] {
  if (marks.length === 0) return [{ start: 0, end: boundary(text, mostWhole) }];
  const stretches: Mark[] = [];
  for (const { start, end } of marks) {
    const wide = { start: boundary(text, start - around), end: boundary(text, end + around) };
    const last = stretches.at(-1);
    if (last !== undefined && wide.start <= last.end) last.end = wide.end;
    else stretches.push(wide);
  }
  return stretches;
}

function boundary(text: string, at: number): number {
  const place = Math.max(0, Math.min(text.length, at));
  return place > 0 && place < text.length && /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(place - 1, place + 1)) ? place - 1 : place;
}
