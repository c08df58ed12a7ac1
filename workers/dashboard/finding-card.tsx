// One finding as people read it: how bad, what, why, against what expectation, what it cites, and whether people call it right. All of it
// is text of a trace or made from it.
import type { Child } from "hono/jsx";
import { SeverityChip } from "./chips.tsx";
import { runPath, segment, signalPath, stepPath } from "./links.ts";
import { cleanText, clipped, Name } from "./safe-text.tsx";
import { mayWrite, type View } from "./view.ts";
import { spoken } from "./words.ts";
import type { EvidenceView, FindingView } from "./read/finding.ts";

/** What a signal is called, where the page asked for it. */
export type SignalNames = ReadonlyMap<string, string>;

interface Props {
  finding: FindingView;
  view: View;
  /** Where a label's form comes back to. */
  back: string;
  signals?: SignalNames;
  /** Links to the step, and to the signal: each page leaves out the one that it is. */
  linkStep?: boolean;
  linkSignal?: boolean;
  /** The quote is marked in the text below already. */
  withQuote?: boolean;
}

export function FindingCard({ finding, view, back, signals, linkStep = true, linkSignal = true, withQuote = true }: Props): Child {
  const { signalId } = finding;
  const [quoted] = finding.evidence;
  const place = linkStep ? placeOf(finding) : null;
  return (
    <div class={`finding edge-${finding.isWin ? "win" : finding.severity}`}>
      <p class="finding-head">
        <FindingChip finding={finding} /> <b>{clipped(finding.what, 240)}</b>
      </p>
      {finding.why !== null && <p>{cleanText(finding.why).slice(0, 800)}</p>}
      {finding.expected !== null && <p class="faint">Expected: {cleanText(finding.expected).slice(0, 400)}</p>}
      {withQuote && quoted !== undefined && <Quote evidence={quoted} />}
      <p class="finding-foot small">
        {place !== null && (
          <a href={place} data-row>
            {finding.where === null ? "where it is in the run" : clipped(finding.where, 90)}
          </a>
        )}
        {linkSignal && signalId !== null && (
          <a href={signalPath(signalId)}>
            signal <Name value={signals?.get(signalId) ?? signalId} most={80} />
          </a>
        )}
        <span class="faint">{originText(finding)}</span>
      </p>
      <LabelForm finding={finding} view={view} back={back} />
    </div>
  );
}

/** One finding among many of the same signal: what tells it apart, where it is, and its label. */
export function FindingRow({ finding, view, back }: { finding: FindingView; view: View; back: string }): Child {
  const { runId, evidence } = finding;
  const to = placeOf(finding);
  const said = clipped(finding.what, 200);
  return (
    <li>
      <div>
        <p>
          {to === null ? (
            said
          ) : (
            <a href={to} data-row>
              {said}
            </a>
          )}
        </p>
        <p class="faint small">
          {runId !== null && (
            <code>
              <Name value={runId} most={40} />
            </code>
          )}
          {finding.recovered && " recovered"}
          {evidence.length > 1 && ` cites ${evidence.length} places`}
        </p>
      </div>
      <LabelForm finding={finding} view={view} back={back} />
    </li>
  );
}

/** Its run, opened at the step that it is about, else at the first that it cites. */
function placeOf({ runId, stepId, evidence }: FindingView): string | null {
  const step = stepId ?? evidence.find((each) => each.stepId !== null)?.stepId ?? null;
  return runId === null ? null : step === null ? runPath(runId) : stepPath(runId, step);
}

/** Severity in colour and word; a finding that the run got over says so. */
export function FindingChip({ finding }: { finding: FindingView }): Child {
  return (
    <>
      {finding.isWin ? <span class="chip win">Win</span> : <SeverityChip severity={finding.severity} />}
      {finding.recovered && <span class="chip">Recovered</span>}
    </>
  );
}

function Quote({ evidence }: { evidence: EvidenceView }): Child {
  return (
    <blockquote dir="auto">
      <span class="faint small">{evidence.field}: </span>
      <q>{clipped(evidence.quote, 400)}</q>
    </blockquote>
  );
}

/** Who says it: a rule by its name, Claude, or a person. */
function originText({ source, detector, detectorVersion }: FindingView): string {
  if (source === "human") return "said by a person";
  const named =
    detector === null ? "" : ` ${spoken(detector).toLowerCase()}${detectorVersion === null ? "" : ` ${clipped(detectorVersion, 24)}`}`;
  return source === "model" ? `read by Claude:${named}` : `rule${named}`;
}

function LabelForm({ finding, view, back }: { finding: FindingView; view: View; back: string }): Child {
  const { id, label } = finding;
  const said =
    label === null ? null : (
      <span class="faint small">
        Called {label.isCorrect ? "right" : "wrong"}
        {label.by !== null && (
          <>
            {" "}
            by <Name value={label.by} most={40} />
          </>
        )}
        {label.comment !== null && (
          <>
            : <Name value={label.comment} most={160} />
          </>
        )}
      </span>
    );
  if (id === null || !mayWrite(view)) return said;
  return (
    <form method="post" action={`/act/findings/${segment(id)}/label`} class="label-form">
      <input type="hidden" name="csrf" value={view.csrfToken} />
      <input type="hidden" name="next" value={back} />
      {said}
      <button type="submit" name="correct" value="true" title="This finding is right">
        Right
      </button>
      <button type="submit" name="correct" value="false" title="This finding is wrong">
        Wrong
      </button>
      <details class="action-sheet small-sheet">
        <summary>Comment…</summary>
        <input name="comment" maxlength={1_000} aria-label="Comment on the finding" placeholder="why; sent with either button" />
      </details>
    </form>
  );
}
