// All that the page of one signal shows, asked for together: the signal, its relatives, its findings, typical ones first, what else
// happened in its time, and drifts of its rate.
import { listing, type Answer } from "./api-client.ts";
import { segment } from "./links.ts";
import { readChange, type ChangeView } from "./read/change.ts";
import { readDrift, type DriftView } from "./read/drift.ts";
import { readFinding, type FindingView } from "./read/finding.ts";
import { readSignal, type SignalView } from "./read/signal.ts";
import { within } from "./window.ts";
import type { View } from "./view.ts";

const dayMs = 86_400_000;
/** Of the signal's examples, runs whose finding is asked for. */
const mostExamples = 3;
const newestFindings = "15";

export interface SignalPageParts {
  signal: SignalView;
  parent: SignalView | null;
  siblings: SignalView[];
  children: SignalView[];
  /** Other leaves of the agent: what it may be merged into. */
  others: SignalView[];
  examples: FindingView[];
  newest: FindingView[];
  changes: ChangeView[];
  drifts: DriftView[];
  window: { fromMs: number; toMs: number };
}

export async function loadSignal(view: View, id: string): Promise<SignalPageParts | Extract<Answer, { ok: false }>> {
  const answer = await view.api.get(`/v1/signals/${segment(id)}`);
  if (!answer.ok) return answer;
  const signal = readSignal(answer.data);
  if (signal === null) return { ok: false, status: 404, message: "The API's answer holds no signal." };
  const window = windowOfTrend(signal, view.clock.nowMs);
  const [family, newest, examples, changes, drifts] = await Promise.all([
    view.api.get("/v1/signals", { agent: signal.agent, polarity: signal.isWin ? "win" : "failure", limit: "200" }),
    view.api.get("/v1/findings", { signal: signal.id, limit: newestFindings }),
    Promise.all(
      signal.examples.slice(0, mostExamples).map((run) => view.api.get("/v1/findings", { signal: signal.id, run_id: run, limit: "1" })),
    ),
    view.api.get("/v1/changes", {
      agent: signal.agent,
      from: new Date(window.fromMs).toISOString(),
      to: new Date(window.toMs).toISOString(),
      limit: "200",
    }),
    view.api.get("/v1/drifts", { agent: signal.agent, dimension: `signal.${signal.slug}`, limit: "50" }),
  ]);
  const relatives = listed(family, readSignal).filter((each) => each.id !== signal.id);
  const parents = new Set(relatives.flatMap(({ parentId }) => parentId ?? []));
  const typical = examples.flatMap((each) => listed(each, readFinding).slice(0, 1));
  const shown = new Set(typical.map((each) => each.id));
  return {
    signal,
    parent: relatives.find((each) => each.id === signal.parentId) ?? null,
    siblings: signal.parentId === null ? [] : relatives.filter((each) => each.parentId === signal.parentId),
    children: relatives.filter((each) => each.parentId === signal.id),
    others: relatives.filter((each) => !parents.has(each.id) && each.state !== "archived"),
    examples: typical,
    newest: listed(newest, readFinding).filter((each) => each.id === null || !shown.has(each.id)),
    changes: within(window, listed(changes, readChange)),
    drifts: listed(drifts, readDrift),
    window,
  };
}

function listed<T>(answer: Answer, read: (value: unknown) => T | null): T[] {
  return answer.ok ? listing(answer.data, read).items : [];
}

/** The days of the trend, to the end of the last; without a trend the last two weeks. */
function windowOfTrend({ trend }: SignalView, nowMs: number): { fromMs: number; toMs: number } {
  const [first] = trend;
  const last = trend.at(-1);
  if (first === undefined || last === undefined) return { fromMs: nowMs - 14 * dayMs, toMs: nowMs };
  return { fromMs: first.atMs, toMs: last.atMs + dayMs };
}
