// What the answers of a campaign promised, and how that differs from what can be read afterwards. Nothing may be missing, nothing may be
// there that was refused, and the counts must be those of the answers.
import { runIdOf } from "../../domain/run/run-id.ts";
import type { Checked } from "./answer.ts";
import type { HostileRequest } from "./hostile-request.ts";
import { ownDigits } from "./known-specimens.ts";
import type { Meaning } from "./meaning.ts";

export interface ReadBack {
  runIds: ReadonlySet<string>;
  scores: readonly { run_id: string; name: string }[];
  status: { received: number; processed: number; rejected: number; stored: number; dead_letters: number; pending: number };
}

export interface Ledger {
  note: (request: HostileRequest, meaning: Meaning | null, checked: Checked) => void;
  differences: (read: ReadBack) => { number: number | null; fault: string }[];
}

/** A score goes by its run and its name; feedback of Braintrust goes by a row of the run. */
const scoreKey = (runId: string, name: string): string => JSON.stringify([runIdOf(runId), name]);

export function newLedger(): Ledger {
  const promised = new Map<string, number>();
  const allowed = new Set<string>();
  /** Digits of requests that were accepted although it cannot be told what they mean. */
  const unclear = new Set<string>();
  const scores = new Map<string, number>();
  let kept = 0;
  let unclearKept = 0;
  let rejected = 0;

  function note(request: HostileRequest, meaning: Meaning | null, checked: Checked): void {
    if (!checked.isKept) return;
    kept += 1;
    rejected += checked.rejected;
    for (const id of checked.runIds) promised.set(id, request.number);
    if (meaning === null) {
      unclear.add(ownDigits(request.number));
      unclearKept += 1;
    }
    for (const id of meaning?.traceIds ?? []) promised.set(runIdOf(id), request.number);
    for (const id of meaning?.loneTraceIds ?? []) allowed.add(runIdOf(id));
    if (request.path !== "/logs3") for (const { run_id: id, name } of meaning?.scores ?? []) scores.set(scoreKey(id, name), request.number);
  }

  function differences(read: ReadBack): { number: number | null; fault: string }[] {
    const found: { number: number | null; fault: string }[] = [];
    for (const [id, number] of promised) if (!read.runIds.has(id)) found.push({ number, fault: "a run was promised and cannot be read" });
    for (const id of read.runIds)
      if (!promised.has(id) && !allowed.has(id) && !isOf(unclear, id))
        found.push({ number: numberIn(id), fault: "a run is stored that no answer promised" });
    const stored = new Set(read.scores.map(({ run_id: id, name }) => scoreKey(id, name)));
    for (const [key, number] of scores) if (!stored.has(key)) found.push({ number, fault: "a score was promised and cannot be read" });
    // A request of which it cannot be told what it means may hold nothing to keep, or refused items that its protocol does not tell.
    const counts: [what: string, is: number, least: number, most: number][] = [
      ["pending requests", read.status.pending, 0, 0],
      ["dead letters", read.status.dead_letters, 0, 0],
      ["processed requests", read.status.processed, kept - unclearKept, kept],
      ["received requests", read.status.received, kept - unclearKept, kept],
      ["stored runs", read.status.stored, read.runIds.size, read.runIds.size],
      ["refused items", read.status.rejected, rejected, unclear.size === 0 ? rejected : Number.POSITIVE_INFINITY],
    ];
    for (const [what, is, least, most] of counts)
      if (is < least || is > most) found.push({ number: null, fault: `${what}: the status says ${is}, the answers ${least} to ${most}` });
    return found;
  }

  return { note, differences };
}

const isOf = (unclear: ReadonlySet<string>, id: string): boolean => (id.match(/[0-9a-f]{8}/g) ?? []).some((digits) => unclear.has(digits));

/** The request whose ids this one is of, where it shows. */
function numberIn(id: string): number | null {
  const digits = /0000[0-9a-f]{4}/.exec(id)?.[0];
  return digits === undefined ? null : Number.parseInt(digits, 16);
}
