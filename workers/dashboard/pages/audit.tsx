// The audit log: who did what, newest first, and whether its chain is whole.
import type { Child } from "hono/jsx";
import { listing, queryString, type Answer } from "../api-client.ts";
import { count, dash } from "../format.ts";
import { isRecord, number, record, text, timeMs } from "../json.ts";
import { cleanText, Name } from "../safe-text.tsx";
import { Moment } from "../time.tsx";
import { asked, type Page, type View } from "../view.ts";
import { PartProblem } from "./problem.tsx";

const pageSize = "100";

interface EntryRow {
  seq: number;
  atMs: number | null;
  who: string;
  kind: string;
  action: string;
  object: string;
  states: string;
  reason: string | null;
  hash: string;
}

export async function auditPage(view: View): Promise<Page> {
  const filters = { object: asked(view, "object"), actor: asked(view, "actor") };
  const [answer, verified] = await Promise.all([
    view.api.get("/v1/audit", { ...filters, limit: pageSize, cursor: asked(view, "cursor") }),
    // Following the whole chain takes a while: only where somebody asks.
    asked(view, "verify") === null ? null : view.api.get("/v1/audit/verify"),
  ]);
  const found = answer.ok ? listing(answer.data, readRow) : null;
  return {
    title: "Audit",
    section: "audit",
    body: (
      <>
        <div class="page-head">
          <h1>Audit</h1>
          <p class="lede">
            Every decision and change of state, by whom, chained by hashes. It holds ids and hashes, never text of a trace.
          </p>
        </div>
        {verified === null ? (
          <p>
            <a class="button" href={`/audit${queryString({ ...filters, verify: "1" })}`}>
              Check the chain
            </a>
          </p>
        ) : (
          <Verified answer={verified} />
        )}
        <form method="get" action="/audit" class="form-grid">
          <label>
            <span>Object (an id)</span>
            <input name="object" maxlength={300} value={filters.object ?? ""} />
          </label>
          <label>
            <span>By (owner or key id)</span>
            <input name="actor" maxlength={300} value={filters.actor ?? ""} />
          </label>
          <p class="buttons">
            <button type="submit">Filter</button>
          </p>
        </form>
        {!answer.ok && <PartProblem what="The log" message={answer.message} />}
        {found !== null && <LogTable rows={found.items} view={view} />}
        {found !== null && found.nextCursor !== null && (
          <nav class="pager" aria-label="Pages">
            <span class="faint">{count(found.total)} in all</span>
            <a class="button" href={`/audit${queryString({ ...filters, cursor: found.nextCursor })}`} rel="next">
              Older
            </a>
          </nav>
        )}
      </>
    ),
  };
}

function Verified({ answer }: { answer: Answer }): Child {
  if (!answer.ok) return <PartProblem what="The chain" message={answer.message} />;
  const { ok, entries, head, broken_at: brokenAt } = record(answer.data);
  if (ok !== true)
    return (
      <p class="notice" role="alert">
        <b>The log is broken at entry {count(number(brokenAt))}.</b> What stands from there on is not what was written.
      </p>
    );
  return (
    <p class="notice" role="status">
      <b>The log is whole: {count(number(entries))} entries.</b> Keep its head elsewhere, to prove later that nothing before it was altered:{" "}
      <code class="id-line">{cleanText(text(head) ?? "")}</code>
    </p>
  );
}

function LogTable({ rows, view }: { rows: readonly EntryRow[]; view: View }): Child {
  if (rows.length === 0)
    return (
      <section class="empty calm">
        <h2>No entries</h2>
      </section>
    );
  return (
    <table class="list stacked">
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">By</th>
          <th scope="col">Action</th>
          <th scope="col">Object</th>
          <th scope="col">Before → after</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr id={`entry-${row.seq}`}>
            <td class="lead">
              <Moment at={row.atMs} clock={view.clock} show="absolute" />
              <p class="faint small" title={row.hash}>
                {count(row.seq)} · {row.hash.slice(0, 12)}
              </p>
            </td>
            <td data-label="By">
              <Name value={row.who} most={32} />
              <p class="faint small">{row.kind}</p>
            </td>
            <td data-label="Action">
              <code>{cleanText(row.action).slice(0, 60)}</code>
              {row.reason !== null && <p class="small">{cleanText(row.reason).slice(0, 300)}</p>}
            </td>
            <td data-label="Object">
              <a href={`/audit${queryString({ object: row.object })}`}>
                <code>
                  <Name value={row.object} most={40} />
                </code>
              </a>
            </td>
            <td data-label="Before → after" class="small">
              {cleanText(row.states).slice(0, 300)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function readRow(value: unknown): EntryRow | null {
  if (!isRecord(value)) return null;
  const seq = number(value["seq"]);
  if (seq === null) return null;
  const actor = record(value["actor"]);
  return {
    seq,
    atMs: timeMs(value["at"]),
    who: text(actor["owner"]) ?? text(actor["key_id"]) ?? dash,
    kind: actor["kind"] === "person" ? "person" : "machine",
    action: text(value["action"]) ?? "",
    object: text(value["object"]) ?? "",
    states: changedWords(record(value["before"]), record(value["after"])),
    reason: text(value["reason"]),
    hash: text(value["hash"]) ?? "",
  };
}

/** What differs; hashes by their first digits. */
function changedWords(before: Record<string, unknown>, after: Record<string, unknown>): string {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const short = (value: unknown): string => {
    const plain = typeof value === "string" ? value : value === undefined || value === null ? dash : JSON.stringify(value);
    return /^[0-9a-f]{64}$/.test(plain) ? plain.slice(0, 12) : plain;
  };
  return names
    .filter((name) => before[name] !== after[name])
    .map((name) => `${name}: ${Object.hasOwn(before, name) ? `${short(before[name])} → ` : ""}${short(after[name])}`)
    .join(", ");
}
