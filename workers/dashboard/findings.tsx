// The findings of one run, worst first, above its steps; and where Claude's reading of it stands.
import type { Child } from "hono/jsx";
import { FindingCard, type SignalNames } from "./finding-card.tsx";
import { plural } from "./format.ts";
import { runPath, segment } from "./links.ts";
import { severities } from "./read/drift.ts";
import { cleanText } from "./safe-text.tsx";
import { mayWrite, type View } from "./view.ts";
import type { FindingView, ReadingView } from "./read/finding.ts";

/** Of one run shown as cards; a loop may be found at each of its steps, and each step says so itself. */
const mostCards = 12;

interface Props {
  runId: string;
  findings: readonly FindingView[];
  reading: ReadingView | null;
  signals: SignalNames;
  view: View;
}

export function Findings({ runId, findings, reading, signals, view }: Props): Child {
  const ranked = findings.toSorted((a, b) => rankOf(a) - rankOf(b));
  return (
    <section aria-labelledby="findings">
      <div class="section-head">
        <h2 id="findings">
          Findings <span class="tally">{findings.length}</span>
        </h2>
      </div>
      {findings.length === 0 && <p class="faint">No rule found anything in this run.</p>}
      <ul class="findings">
        {ranked.slice(0, mostCards).map((finding) => (
          <li>
            <FindingCard finding={{ ...finding, runId }} view={view} back={runPath(runId)} signals={signals} />
          </li>
        ))}
      </ul>
      {ranked.length > mostCards && <p class="faint small">{plural(ranked.length - mostCards, "more finding")} at the steps below.</p>}
      <Reading runId={runId} reading={reading} view={view} />
    </section>
  );
}

/** Failures before those that were got over before wins; the worse first. */
function rankOf(finding: FindingView): number {
  return (finding.isWin ? 20 : finding.recovered ? 10 : 0) + severities.indexOf(finding.severity);
}

function Reading({ runId, reading, view }: { runId: string; reading: ReadingView | null; view: View }): Child {
  return (
    <div class="reading">
      <p class={reading?.status === "failed" ? "bad-text" : "faint"}>{readingText(reading)}</p>
      {mayWrite(view) && reading?.status !== "pending" && (
        <form method="post" action={`/act/runs/${segment(runId)}/read`}>
          <input type="hidden" name="csrf" value={view.csrfToken} />
          <input type="hidden" name="next" value={runPath(runId)} />
          <button type="submit">{reading?.status === "ok" ? "Ask Claude to read it again" : "Ask Claude to read this run"}</button>
        </form>
      )}
    </div>
  );
}

export function readingText(reading: ReadingView | null): string {
  const why = reading?.error === null || reading?.error === undefined ? "" : `: ${cleanText(reading.error).slice(0, 300)}`;
  switch (reading?.status) {
    case "pending":
      return "Claude is reading this run. Reload the page to see what it found.";
    case "ok":
      return reading.findings === 0 || reading.findings === null
        ? "Claude read this run and found nothing more."
        : `Claude read this run: ${plural(reading.findings, "finding")}.`;
    case "failed":
      return `Claude could not read this run${why}.`;
    case "off":
      return `Claude does not read runs here${why || ": ANTHROPIC_API_KEY is not set"}. With a key and a budget for it, Claude reads them against a rubric and finds what no rule sees.`;
    default:
      return "Claude has not read this run.";
  }
}
