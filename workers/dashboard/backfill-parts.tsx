// Parts of backfills that several pages show: what one looks for, how far it is, and how long it takes yet.
import type { Child } from "hono/jsx";
import { count, duration, percent } from "./format.ts";
import type { BackfillView, TargetView } from "./read/backfill.ts";

const kinds: Record<TargetView["kind"], string> = {
  signal_id: "Signal",
  detector: "Detector",
  dimension: "Dimension",
  evaluator: "Evaluator",
  unknown: "Something",
};

/** `Detector tool_error`; a signal by its name where that is known. */
export function targetName({ kind, ref }: TargetView, signals: ReadonlyMap<string, string>): string {
  return `${kinds[kind]} ${(kind === "signal_id" ? signals.get(ref) : undefined) ?? ref}`.trim();
}

export function BackfillProgress({ job }: { job: BackfillView }): Child {
  const { scanned, total } = job;
  if (scanned === null || total === null || total === 0) return <span class="faint small">{total === 0 ? "no runs to read" : "–"}</span>;
  return (
    <div class="progress">
      <progress value={String(Math.min(scanned, total))} max={String(total)} aria-label="Runs looked at">
        {percent(scanned / total)}
      </progress>
      <span class="small num">
        {percent(scanned / total)} <span class="faint">{`${count(scanned)} of ${count(total)} runs`}</span>
      </span>
    </div>
  );
}

export function etaText({ status, etaSeconds }: BackfillView): string {
  if (status !== "running" && status !== "queued") return "";
  if (etaSeconds === null) return status === "queued" ? "waits for its turn" : "";
  return etaSeconds === 0 ? "about done" : `about ${duration(etaSeconds * 1_000)} to go`;
}
