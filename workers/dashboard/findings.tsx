// Labels on this run: what failed or went well, citing the step. Only findings that name what they found are shown.
import type { Child } from "hono/jsx";
import { SeverityChip } from "./chips.tsx";
import { isRecord, list, record, text, word } from "./json.ts";
import { runPath } from "./links.ts";
import { severities, type Severity } from "./read/drift.ts";
import { cleanText, clipped } from "./safe-text.tsx";
import type { RunView } from "./read/run.ts";

interface FindingView {
  what: string;
  why: string | null;
  stepId: string | null;
  severity: Severity;
  isWin: boolean;
  recovered: boolean;
  quote: string | null;
}

export function Findings({ data, run }: { data: unknown; run: RunView }): Child {
  const findings = list(record(data)["findings"]).flatMap(readFinding);
  if (findings.length === 0) return null;
  return (
    <section aria-labelledby="findings">
      <h2 id="findings">Findings</h2>
      <ul class="findings">
        {findings.map((finding) => (
          <li>
            <p>
              {finding.isWin ? <span class="chip win">Win</span> : <SeverityChip severity={finding.severity} />}{" "}
              <b>{clipped(finding.what, 200)}</b>
              {finding.recovered && <span class="faint"> recovered</span>}{" "}
              {finding.stepId !== null && (
                <a href={`${runPath(run.id)}?step=${encodeURIComponent(finding.stepId.toWellFormed())}#step`}>at its step</a>
              )}
            </p>
            {finding.why !== null && <p>{cleanText(finding.why).slice(0, 600)}</p>}
            {finding.quote !== null && <blockquote dir="auto">{cleanText(finding.quote).slice(0, 400)}</blockquote>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function readFinding(value: unknown): FindingView[] {
  if (!isRecord(value)) return [];
  const what = text(value["what"]);
  if (what === null) return [];
  return [
    {
      what,
      why: text(value["why"]),
      stepId: text(value["step_id"]),
      severity: word(value["severity"], severities, "low"),
      isWin: value["polarity"] === "win",
      recovered: value["recovered"] === true,
      quote: text(record(list(value["evidence"])[0])["quote"]),
    },
  ];
}
