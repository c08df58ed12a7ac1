// The loop of an agent and the policies by which it works, as the public API writes them, read field by field.
import { isRecord, list, number, record, text, texts, timeMs, word, type JsonRecord } from "../json.ts";

export const loopDoes = ["revert", "promote", "canary", "validate", "gate", "draft", "wait", "leave"] as const;
export type LoopDoes = (typeof loopDoes)[number];

interface Share {
  used: number | null;
  of: number | null;
}

export interface NextView {
  /** `slug@version`, or the signal's slug. */
  about: string;
  /** Of the artifact or the signal. */
  id: string | null;
  does: LoopDoes | "unknown";
  policyId: string | null;
  gateId: string | null;
  why: string;
}

export interface DoneView {
  atMs: number | null;
  what: string;
  about: string;
  policyId: string | null;
  gateId: string | null;
  why: string | null;
}

export interface LoopView {
  isOn: boolean;
  isIdle: boolean;
  /** What is left of each policy's day, by its id. */
  budgets: ReadonlyMap<string, { drafts: Share; gates: Share }>;
  next: NextView[];
  /** Newest first. */
  done: DoneView[];
}

export interface PolicyView {
  id: string;
  agent: string;
  grants: string[];
  /** null: every kind. */
  kinds: string[] | null;
  reason: string;
  /** Terms of the loop; null where it does nothing by this policy. */
  loop: JsonRecord | null;
  isInForce: boolean;
  signedBy: string | null;
  signedMs: number | null;
  expiresMs: number | null;
  revokedMs: number | null;
  revokedBy: string | null;
  revokeReason: string | null;
}

export function readLoop(value: unknown): LoopView | null {
  if (!isRecord(value) || typeof value["is_on"] !== "boolean") return null;
  return {
    isOn: value["is_on"],
    isIdle: value["is_idle"] === true,
    budgets: new Map(
      list(value["policies"])
        .map(record)
        .flatMap((each) => {
          const id = text(each["id"]);
          return id === null ? [] : [[id, { drafts: readShare(each["drafts"]), gates: readShare(each["gates"]) }] as const];
        }),
    ),
    next: list(value["next"]).filter(isRecord).map(readNext),
    done: list(value["done"]).filter(isRecord).map(readDone),
  };
}

export function readPolicy(value: unknown): PolicyView | null {
  if (!isRecord(value)) return null;
  const id = text(value["id"]);
  if (id === null) return null;
  return {
    id,
    agent: text(value["agent"]) ?? "",
    grants: texts(value["grants"]),
    kinds: Array.isArray(value["kinds"]) ? texts(value["kinds"]) : null,
    reason: text(value["reason"]) ?? "",
    loop: isRecord(value["loop"]) ? value["loop"] : null,
    isInForce: value["in_force"] === true,
    signedBy: text(value["signed_by"]),
    signedMs: timeMs(value["signed_at"]),
    expiresMs: timeMs(value["expires_at"]),
    revokedMs: timeMs(value["revoked_at"]),
    revokedBy: text(value["revoked_by"]),
    revokeReason: text(value["revoke_reason"]),
  };
}

function readNext(value: JsonRecord): NextView {
  return {
    about: text(value["about"]) ?? "",
    id: text(value["id"]),
    does: word(value["do"], loopDoes, "unknown"),
    policyId: text(value["policy_id"]),
    gateId: text(value["gate_id"]),
    why: text(value["why"]) ?? "",
  };
}

function readDone(value: JsonRecord): DoneView {
  return {
    atMs: timeMs(value["at"]),
    what: text(value["what"]) ?? "",
    about: text(value["about"]) ?? "",
    policyId: text(value["policy_id"]),
    gateId: text(value["gate_id"]),
    why: text(value["why"]),
  };
}

function readShare(value: unknown): Share {
  return { used: number(record(value)["used"]), of: number(record(value)["of"]) };
}
