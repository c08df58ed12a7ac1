// A report, read from the public API.
import { periodNames, type PeriodName } from "../../../domain/report/period.ts";
import { isRecord, list, number, record, text, texts } from "../json.ts";

export interface LineView {
  id: string;
  name: string;
  text: string;
}

export interface ReportView {
  id: string;
  agent: string;
  period: PeriodName | "unknown";
  day: string;
  timezone: string;
  hours: number | null;
  isComplete: boolean;
  summary: string[];
  /** Name, now, before, change in percent. */
  figures: { name: "runs" | "tokens" | "cost_usd"; now: number | null; before: number | null; changePct: number | null }[];
  lists: { name: ListName; lines: LineView[] }[];
}

export const listNames = ["incidents", "drifts", "signals", "experiments", "gates", "changes", "learned"] as const;
export type ListName = (typeof listNames)[number];

export function readReport(value: unknown): ReportView | null {
  if (!isRecord(value)) return null;
  const [id, day] = [text(value["id"]), text(value["day"])];
  if (id === null || day === null) return null;
  const [previous, change] = [record(value["previous"]), record(value["change_pct"])];
  return {
    id,
    agent: text(value["agent"]) ?? "",
    period: periodNames.find((name) => name === value["period"]) ?? "unknown",
    day,
    timezone: text(value["timezone"]) ?? "",
    hours: number(value["hours"]),
    isComplete: value["complete"] !== false,
    summary: texts(value["summary"]),
    figures: (["runs", "tokens", "cost_usd"] as const).map((name) => ({
      name,
      now: number(value[name]),
      before: number(previous[name]),
      changePct: number(change[name]),
    })),
    lists: listNames.map((name) => ({ name, lines: list(value[name]).flatMap(name === "signals" ? readSignal : readLine) })),
  };
}

function readLine(value: unknown): LineView[] {
  const { id, slug, text: said } = record(value);
  const known = text(id);
  return known === null ? [] : [{ id: known, name: text(slug) ?? known, text: text(said) ?? "" }];
}

function readSignal(value: unknown): LineView[] {
  const { id, name, count, n, is_new: isNew } = record(value);
  const known = text(id);
  const of = `${number(count) ?? "–"} of ${number(n) ?? "–"} runs${isNew === true ? ", new" : ""}`;
  return known === null ? [] : [{ id: known, name: text(name) ?? known, text: of }];
}
