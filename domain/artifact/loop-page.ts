// The page of the loop: what it did, from the artifacts' own histories and its gates, and the same page as Markdown. It tells what is written down and
// adds nothing; words that others wrote are escaped.
import type { Gate } from "../experiment/gate.ts";
import { escapeMarkdown } from "../report/markdown.ts";
import type { LifecycleEntry } from "./lifecycle.ts";
import type { LoopNext } from "./loop.ts";

export interface LoopDone {
  at: string;
  /** `gate asked for`, `gate: regressed`, or the action of a history. */
  what: string;
  /** `slug@version` */
  about: string;
  policy_id: string;
  gate_id: string | null;
  why: string | null;
}

export interface LoopPage {
  agent: string;
  is_on: boolean;
  is_idle: boolean;
  policies: {
    id: string;
    signed_by: string;
    grants: string[];
    drafts: { used: number; of: number };
    gates: { used: number; of: number };
  }[];
  next: { about: string; id: string; do: LoopNext["do"]; policy_id: string | null; gate_id: string | null; why: string }[];
  done: LoopDone[];
}

type LoopGateRecord = Pick<Gate, "id" | "candidate" | "status" | "verdict" | "reasons" | "loopPolicyId" | "createdMs" | "decidedMs">;

/** Newest first. @param by how an entry of the loop begins in a history; the policy's id follows */
export function doneByLoop(steps: readonly (LifecycleEntry & { ref: string })[], gates: readonly LoopGateRecord[], by: string): LoopDone[] {
  const moved = steps
    .filter((step) => step.by.startsWith(by))
    .map(({ at, action, ref, gate_id, reason, by: who }) => {
      return {
        at,
        what: action === "made" || action === "version_added" ? drafted : action,
        about: ref,
        policy_id: who.slice(by.length),
        gate_id,
        why: reason,
      };
    });
  const [made, others] = [moved.filter(({ what }) => what === drafted), moved.filter(({ what }) => what !== drafted)];
  // Of one moment, what rests on the other comes first: a step on its gate, a gate on its draft.
  const all = [...others.toReversed(), ...gates.flatMap(wordsOf), ...made];
  return all.toSorted((a, b) => (a.at === b.at ? 0 : a.at < b.at ? 1 : -1));
}

const drafted = "drafted";

function wordsOf({ id, candidate, status, verdict, reasons, loopPolicyId, createdMs, decidedMs }: LoopGateRecord): LoopDone[] {
  const same = { about: candidate.artifacts.join(", "), policy_id: loopPolicyId ?? "", gate_id: id };
  const asked = { at: new Date(createdMs).toISOString(), what: "gate asked for", ...same, why: null };
  if (status === "running" || decidedMs === null) return [asked];
  return [{ at: new Date(decidedMs).toISOString(), what: `gate: ${verdict}`, ...same, why: reasons.join(" ") }, asked];
}

export function loopMarkdown({ agent, is_on: isOn, policies, next, done }: LoopPage): string {
  const table = (head: readonly string[], rows: readonly (readonly (string | null)[])[]): string[] =>
    rows.length === 0
      ? ["Nothing.", ""]
      : [
          `| ${head.join(" | ")} |`,
          `|${head.map(() => "---|").join("")}`,
          ...rows.map((cells) => `| ${cells.map((cell) => escapeMarkdown(cell ?? "–")).join(" | ")} |`),
          "",
        ];
  const lines = [
    `# The loop of ${escapeMarkdown(agent)}`,
    "",
    isOn ? "It works by these policies:" : "It does nothing: no policy that a person signed for it is in force.",
    "",
    ...table(
      ["policy", "signed by", "grants", "drafts of a day", "gates of a day"],
      policies.map((one) => [one.id, one.signed_by, one.grants.join(", "), shareOf(one.drafts), shareOf(one.gates)]),
    ),
    "## What comes next",
    "",
    ...table(
      ["", "what", "why", "policy"],
      next.map((one) => [one.do, one.about, one.why, one.policy_id]),
    ),
    "## What it did",
    "",
    ...table(
      ["when", "what", "which", "why", "gate", "policy"],
      done.map((one) => [one.at, one.what, one.about, one.why, one.gate_id, one.policy_id]),
    ),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

const shareOf = ({ used, of }: { used: number; of: number }): string => `${used} of ${of}`;
