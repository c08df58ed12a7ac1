// The transfer report as the public API writes it, read field by field.
import { transferVerdicts, type TransferVerdict } from "../../../domain/book/transfer.ts";
import { isRecord, list, number, record, text, texts, word, type JsonRecord } from "../json.ts";

export interface EffectView {
  value: number;
  low: number | null;
  high: number | null;
  n: number | null;
}

export interface TransferRowView {
  kind: "artifact" | "evaluator" | "book" | "unknown";
  /** `slug@version`, or an id. */
  id: string;
  name: string;
  verdict: TransferVerdict;
  from: EffectView | null;
  to: EffectView | null;
  difference: EffectView | null;
  reason: string;
  measure: string | null;
  refs: string[];
}

export interface TransferView {
  counts: Record<TransferVerdict, number | null>;
  rows: TransferRowView[];
}

export function readTransfer(value: unknown): TransferView | null {
  if (!isRecord(value) || !Array.isArray(value["rows"])) return null;
  const counts = record(value["counts"]);
  return {
    counts: {
      holds: number(counts["holds"]),
      weaker: number(counts["weaker"]),
      gone: number(counts["gone"]),
      untestable: number(counts["untestable"]),
    },
    rows: list(value["rows"]).filter(isRecord).map(readRow),
  };
}

function readRow(value: JsonRecord): TransferRowView {
  return {
    kind: word(value["kind"], ["artifact", "evaluator", "book"] as const, "unknown"),
    id: text(value["id"]) ?? "",
    name: text(value["name"]) ?? "",
    // A verdict that nobody knows tells nothing.
    verdict: word(value["verdict"], transferVerdicts, "untestable"),
    from: readEffect(value["from"]),
    to: readEffect(value["to"]),
    difference: readEffect(value["difference"]),
    reason: text(value["reason"]) ?? "",
    measure: text(value["measure"]),
    refs: texts(value["refs"]),
  };
}

function readEffect(value: unknown): EffectView | null {
  const given = record(value);
  const middle = number(given["value"]);
  return middle === null ? null : { value: middle, low: number(given["low"]), high: number(given["high"]), n: number(given["n"]) };
}
