import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { chained, emptyChain, follows, genesisHash, type ChainHead } from "../../../domain/audit/chain.ts";
import type { AuditDraft, AuditEntry } from "../../../domain/audit/entry.ts";

const draft = (given: Partial<AuditDraft> = {}): AuditDraft => ({
  id: "aud_1",
  at: "2026-11-25T10:00:00.000Z",
  actor: { key_id: "key_1", owner: "ada", kind: "person" },
  action: "key.made",
  object: "key_2",
  before: null,
  after: { record: "ab", scopes: 4 },
  reason: null,
  ...given,
});

function chainOf(drafts: readonly AuditDraft[]): AuditEntry[] {
  const entries: AuditEntry[] = [];
  let head: ChainHead = emptyChain;
  for (const one of drafts) {
    const entry = chained(head, one);
    entries.push(entry);
    head = { entries: entry.seq, hash: entry.hash };
  }
  return entries;
}

/** Number of the first entry that does not follow, null for a whole chain. */
function firstBreak(entries: readonly AuditEntry[]): number | null {
  let head: ChainHead = emptyChain;
  for (const [i, entry] of entries.entries()) {
    if (!follows(head, entry)) return i + 1;
    head = { entries: entry.seq, hash: entry.hash };
  }
  return null;
}

const text = fc.string({ unit: "binary" });
const drafts = fc.array(
  fc
    .record({
      id: text,
      object: text,
      reason: fc.option(text),
      after: fc.option(fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)))),
    })
    .map((given) => draft(given)),
  { minLength: 1, maxLength: 8 },
);

it("the hash is SHA-256 over JSON with sorted keys, the hash before it included", () => {
  const entry = chained(emptyChain, draft());
  const json =
    `{"action":"key.made","actor":{"key_id":"key_1","kind":"person","owner":"ada"},"after":{"record":"ab","scopes":4},"at":"2026-11-25T10:00:00.000Z",` +
    `"before":null,"id":"aud_1","object":"key_2","prev_hash":"${genesisHash}","reason":null,"seq":1}`;
  expect(entry.hash).toBe(createHash("sha256").update(json).digest("hex"));
});

it("a chain of any drafts holds, also after it was written as JSON and read with its keys in another order", () => {
  fc.assert(
    fc.property(drafts, (given) => {
      const entries = chainOf(given);
      expect(firstBreak(entries)).toBeNull();
      const reread = entries.map(
        (entry) => Object.fromEntries(Object.entries(JSON.parse(JSON.stringify(entry))).toReversed()) as unknown as AuditEntry,
      );
      expect(firstBreak(reread)).toBeNull();
    }),
  );
});

it("any one altered field, dropped entry or pair of swapped entries breaks it at that place or the next", () => {
  fc.assert(
    fc.property(drafts, fc.nat(), fc.constantFrom("id", "at", "action", "object", "reason", "before", "actor"), (given, pick, field) => {
      const entries = chainOf(given);
      const at = pick % entries.length;
      const altered = entries.map((entry, i) =>
        i === at ? ({ ...entry, [field]: field === "before" || field === "actor" ? { owner: "eve" } : "eve's" } as AuditEntry) : entry,
      );
      expect(firstBreak(altered)).toBe(at + 1);
      const dropped = entries.toSpliced(at, 1);
      expect(firstBreak(dropped)).toBe(at === entries.length - 1 ? null : at + 1);
      if (at > 0) expect(firstBreak(entries.with(at, entries[at - 1] as AuditEntry).with(at - 1, entries[at] as AuditEntry))).toBe(at);
    }),
  );
});

it("a field that is no part of an entry changes no hash", () => {
  expect(chained(emptyChain, { ...draft(), note: "x" } as AuditDraft).hash).toBe(chained(emptyChain, draft()).hash);
});
