// Text that came with a trace, made safe to look at: JSX escapes it, this neutralises what escaping leaves (control
// characters, direction overrides) and bounds its length. Nothing here ever makes a link or markup out of it.
import type { Child } from "hono/jsx";

/** C0 and C1 controls but tab and newline; zero-width, line separators, direction marks, overrides and isolates; byte-order mark; interlinear marks. */
// oxlint-disable-next-line no-control-regex
const invisible = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]/g;
/** Longest run of combining marks that a script needs; more is a text that climbs over its neighbours. */
const stackedMarks = /(\p{M}{4})\p{M}+/gu;
/** A lone half of a surrogate pair cannot be written as UTF-8. */
const loneSurrogate = /\p{Surrogate}/gu;

/** Invisible and direction-changing characters become a visible mark; CRLF becomes a newline. */
export function cleanText(value: string): string {
  return value.replaceAll("\r\n", "\n").replace(invisible, "\uFFFD").replace(stackedMarks, "$1").replace(loneSurrogate, "\uFFFD");
}

/** At most `most` code units with an ellipsis, on one line. */
export function clipped(value: string, most: number): string {
  const line = cleanText(value.slice(0, most * 4))
    .replace(/\s+/g, " ")
    .trim();
  if (line.length <= most && value.length <= most * 4) return line;
  return `${line.slice(0, most).replace(loneSurrogate, "").trimEnd()}…`;
}

/** A short text of a sender on one line: isolated from its neighbours, the rest in the tooltip. */
export function Name({ value, most = 80 }: { value: string; most?: number }): Child {
  const short = clipped(value, most);
  if (short === "") return <span class="faint">(empty)</span>;
  return short.endsWith("…") ? <bdi title={clipped(value, 400)}>{short}</bdi> : <bdi>{short}</bdi>;
}

/** Code units shown of one long text before the page says where the rest is. */
const mostShown = 20_000;

/** A block of a sender's text as it stands, opened on demand when long. `open`: characters shown before one must ask. */
export function Block({
  value,
  open = 1_200,
  rest,
  isProse = false,
}: {
  value: string;
  open?: number;
  rest?: Child;
  isProse?: boolean;
}): Child {
  const block = isProse ? "block prose" : "block";
  if (value === "") return <p class="faint">(empty text)</p>;
  if (value.length <= open && value.split("\n", 26).length <= 25)
    return (
      <pre class={block} dir="auto">
        {cleanText(value)}
      </pre>
    );
  const isCut = value.length > mostShown;
  return (
    <details class="long">
      <summary>
        <span class={`${block} preview`} dir="auto">
          {cleanText(value.slice(0, Math.min(open, 600)))}…
        </span>
        <span class="more-label">Show all {value.length.toLocaleString("en-US")} characters</span>
      </summary>
      <pre class={block} dir="auto">
        {cleanText(value.slice(0, mostShown))}
      </pre>
      {isCut && (
        <p class="faint">
          {mostShown.toLocaleString("en-US")} of {value.length.toLocaleString("en-US")} characters shown. {rest}
        </p>
      )}
    </details>
  );
}

/** Any JSON value as text to read: texts as they are, the rest indented. Deep nesting that cannot be written says so. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    return JSON.stringify(value, null, 2) ?? "";
  } catch {
    return "(nested too deeply to show; see the raw record)";
  }
}
