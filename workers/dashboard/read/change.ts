// A change event, read from the public API.
import { changeKinds, type ChangeKind } from "../../../domain/drift/drift.ts";
import { isRecord, text, timeMs, word } from "../json.ts";

export interface ChangeView {
  id: string;
  agent: string;
  kind: ChangeKind | "unknown";
  ref: string;
  atMs: number | null;
  declared: boolean;
  from: string | null;
  to: string | null;
  description: string | null;
  author: string | null;
  runId: string | null;
}

export function readChange(value: unknown): ChangeView | null {
  if (!isRecord(value)) return null;
  const id = text(value["id"]);
  if (id === null) return null;
  return {
    id,
    agent: text(value["agent"]) ?? "",
    kind: word(value["kind"], changeKinds, "unknown"),
    ref: text(value["ref"]) ?? "",
    atMs: timeMs(value["at"]),
    declared: value["declared"] === true,
    from: text(value["from"]),
    to: text(value["to"]),
    description: text(value["description"]),
    author: text(value["author"]),
    runId: text(value["run_id"]),
  };
}
