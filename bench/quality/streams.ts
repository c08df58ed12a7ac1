// Streams with one known change each, spliced from recorded runs by the acceptance script beside the data, read as the pipeline reads
// them: native runs → drafts → runs → facts.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as z from "zod";
import type { Change } from "../../domain/drift/drift.ts";
import { changeKinds } from "../../domain/drift/drift.ts";
import { factsOf } from "../../domain/drift/facts-of.ts";
import type { RunFacts } from "../../domain/drift/facts.ts";
import { withSignals } from "../../domain/drift/signal-observations.ts";
import { detectFindings } from "../../domain/finding/detect.ts";
import { keptFindings } from "../../domain/finding/kept-finding.ts";
import { placeClasses, type PlacedClass } from "../../domain/signal/place-classes.ts";
import { finishRun } from "../../domain/run/finish.ts";
import { listedPrices } from "../../domain/run/price.ts";
import { readNativeRuns } from "../../domain/wire/native.ts";

const truthSchema = z.looseObject({
  scenario: z.string(),
  agent: z.string(),
  kind: z.string().nullable(),
  onset_at: z.string().nullable(),
  verdict: z.string(),
  ref: z.string().nullable(),
});
const changesSchema = z.array(
  z.looseObject({
    kind: z.enum(changeKinds),
    ref: z.string(),
    at: z.string(),
    from: z.string().optional(),
    to: z.string().optional(),
    description: z.string().optional(),
  }),
);

export interface Stream {
  name: string;
  /** Scenario kind: null, model, tool-silent … */
  kind: string;
  truth: z.infer<typeof truthSchema>;
  onsetMs: number | null;
  facts: RunFacts[];
  declared: Change[];
  firstMs: number;
  lastMs: number;
}

export interface StreamPlan {
  /** Folder of recorded runs; the script that splices them lies in ../bench beside its parent. */
  data: string;
  scenarios: number;
  seed: number;
  strength: number;
}

/** Makes the streams in a temporary folder, hands each to `visit`, and removes the folder. */
export function eachStream(plan: StreamPlan, visit: (stream: Stream) => void): void {
  const data = resolve(plan.data);
  const out = mkdtempSync(join(tmpdir(), "bento-splice-"));
  try {
    const script = join(data, "..", "..", "bench", "splice.mjs");
    const flags = { data, out, scenarios: plan.scenarios, seed: plan.seed, strength: plan.strength };
    execFileSync(process.execPath, [script, ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)])], {
      stdio: "pipe",
    });
    for (const name of readdirSync(out).sort()) visit(readStream(join(out, name), name));
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

export function readStream(folder: string, name: string): Stream {
  const truth = truthSchema.parse(JSON.parse(readFileSync(join(folder, "truth.json"), "utf8")));
  const declared = changesSchema.parse(JSON.parse(readFileSync(join(folder, "changes.json"), "utf8")));
  const facts = readFacts(readFileSync(join(folder, "runs.ndjson"), "utf8").trim().split("\n"));
  return {
    name,
    kind: name.replace(/^\d+-/, ""),
    truth,
    onsetMs: truth.onset_at === null ? null : Date.parse(truth.onset_at),
    facts,
    declared: declared.map((change, index) => ({
      id: `chg_${index}`,
      agent: truth.agent,
      kind: change.kind,
      ref: change.ref,
      at: change.at,
      declared: true,
      from: change.from ?? null,
      to: change.to ?? null,
      description: change.description ?? null,
      author: null,
      run_id: null,
    })),
    firstMs: facts[0]?.atMs ?? 0,
    lastMs: facts[facts.length - 1]?.atMs ?? 0,
  };
}

/** Receipt of all runs: after the last spliced one, so that none is dated in the future. */
const receivedMs = Date.parse("2027-01-01T00:00:00Z");

/** As the product makes them: with the classes of what detectors find, and the signals that those are at the end of the stream. */
function readFacts(lines: readonly string[]): RunFacts[] {
  const facts: RunFacts[] = [];
  const classes = new Map<string, PlacedClass>();
  for (let i = 0; i < lines.length; i += 200) {
    const body = new TextEncoder().encode(lines.slice(i, i + 200).join("\n"));
    const reading = readNativeRuns(body, "ndjson", { receipt: String(i), receivedMs });
    if (!reading.ok || reading.rejected.length > 0) throw new Error("a spliced run could not be read");
    for (const { draft, id } of reading.runs) {
      const run = finishRun(draft, { prices: listedPrices, nowMs: receivedMs, id });
      const found = keptFindings(run, detectFindings(run), "rule").map((one) => one.class);
      facts.push(
        factsOf(
          run,
          "1",
          [],
          found.map(({ key }) => key),
        ),
      );
      for (const one of found) {
        const known = classes.get(one.key) ?? { ...one, signalId: null, findings: 0, firstMs: Date.parse(run.started_at) };
        classes.set(one.key, { ...known, findings: known.findings + 1 });
      }
    }
  }
  const { assigned, leaves } = placeClasses("agent", [...classes.values()], [], new Map());
  const families = Map.groupBy(leaves, ({ family }) => JSON.stringify(family));
  const parentOf = new Map(
    leaves.map(({ id, family }) => [id, (families.get(JSON.stringify(family))?.length ?? 0) > 1 ? [JSON.stringify(family)] : []]),
  );
  return withSignals(facts, new Map([...assigned].map(([key, id]) => [key, [id, ...(parentOf.get(id) ?? [])]])));
}
