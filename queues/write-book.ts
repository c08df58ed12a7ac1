// Writes the Book from the audit log: whatever may have taught something is a change of state, and every change of state stands there. It is
// read on from where it was read up to; what an entry says is taken from the records as they stand. Read twice, it is the same entries.
import { findArtifact } from "../d1/artifacts.ts";
import { auditRecords } from "../d1/audit.ts";
import { bookMarkOf, projectsBehindBook, setBookMark, versionFactsOf, writeEntries } from "../d1/book.ts";
import { findExperiment } from "../d1/experiments.ts";
import { findGate } from "../d1/gates.ts";
import { findIncident } from "../d1/incidents.ts";
import { findOptimisation } from "../d1/optimisations.ts";
import type { AuditEntry } from "../domain/audit/entry.ts";
import { bookOfArtifact, bookOfPromise } from "../domain/book/book-of-artifact.ts";
import { bookOfExperiment } from "../domain/book/book-of-experiment.ts";
import { bookOfGate } from "../domain/book/book-of-gate.ts";
import { bookOfIncident } from "../domain/book/book-of-incident.ts";
import type { BookEntry } from "../domain/book/entry.ts";
import type { Gate } from "../domain/experiment/gate.ts";
import type { Bindings } from "../durable-objects/bindings.ts";

/** Audit entries that are read at a time. */
const entriesAtATime = 200;
const projectsAtATime = 20;

type Index = Pick<Bindings, "INDEX">;
type Writer = (env: Index, projectId: string, id: string) => Promise<BookEntry[]>;

/** By the kind of thing that an audit action is about. */
const writers: Readonly<Record<string, { actions: readonly string[]; write: Writer }>> = {
  incident: { actions: ["resolved"], write: ofIncident },
  experiment: { actions: ["done", "stopped", "aborted", "promoted"], write: ofExperiment },
  gate: { actions: ["decided", "waived"], write: ofGate },
  artifact: { actions: ["validated", "promoted", "deprecated", "reverted"], write: ofArtifact },
  optimisation: { actions: ["judged"], write: ofOptimisation },
};

/** Brings the Book of a project up to what its audit log has chained. */
export async function writeBook(env: Index, projectId: string, isOver: () => boolean = () => false): Promise<void> {
  for (let seq = await bookMarkOf(env.INDEX, projectId); !isOver();) {
    const records = await auditRecords(env.INDEX, projectId, seq, entriesAtATime);
    const last = records.at(-1);
    if (last === undefined) return;
    const entries: BookEntry[] = [];
    for (const [kind, ids] of subjectsOf(records))
      for (const id of ids) entries.push(...((await writers[kind]?.write(env, projectId, id)) ?? []));
    await writeEntries(env.INDEX, projectId, entries);
    await setBookMark(env.INDEX, projectId, last.seq);
    seq = last.seq;
  }
}

export async function booksOfTheMinute(env: Index, isOver: () => boolean): Promise<void> {
  for (const id of await projectsBehindBook(env.INDEX, projectsAtATime)) if (!isOver()) await writeBook(env, id, isOver);
}

/** Kind of thing → ids of those that may have taught something. */
function subjectsOf(records: readonly { record: string }[]): Map<string, Set<string>> {
  const subjects = new Map<string, Set<string>>();
  for (const { record } of records) {
    const { action, object }: AuditEntry = JSON.parse(record);
    const [kind = "", done = ""] = action.split(".");
    if (!Object.hasOwn(writers, kind) || writers[kind]?.actions.includes(done) !== true) continue;
    subjects.set(kind, (subjects.get(kind) ?? new Set()).add(object));
  }
  return subjects;
}

const some = (entry: BookEntry | null): BookEntry[] => (entry === null ? [] : [entry]);

async function ofIncident({ INDEX }: Index, projectId: string, id: string): Promise<BookEntry[]> {
  const incident = await findIncident(INDEX, projectId, id);
  return incident === null ? [] : some(bookOfIncident(incident));
}

async function ofExperiment({ INDEX }: Index, projectId: string, id: string): Promise<BookEntry[]> {
  const experiment = await findExperiment(INDEX, projectId, id);
  return experiment === null ? [] : some(bookOfExperiment(experiment));
}

async function ofGate({ INDEX }: Index, projectId: string, id: string): Promise<BookEntry[]> {
  const gate = await findGate(INDEX, projectId, id);
  return gate === null ? [] : some(bookOfGate(gate));
}

async function ofArtifact({ INDEX }: Index, projectId: string, id: string): Promise<BookEntry[]> {
  const artifact = await findArtifact(INDEX, projectId, id);
  if (artifact === null) return [];
  const { history, validations } = artifact.lifecycle;
  const named = new Set([...history.map((step) => step.gate_id), ...validations.map((one) => one?.gate_id ?? null)]);
  const gates = new Map<string, Gate>();
  for (const gateId of named) {
    const gate = gateId === null ? null : await findGate(INDEX, projectId, gateId);
    if (gate !== null) gates.set(gate.id, gate);
  }
  return bookOfArtifact(artifact, await versionFactsOf(INDEX, projectId, id), gates);
}

async function ofOptimisation({ INDEX }: Index, projectId: string, id: string): Promise<BookEntry[]> {
  const optimisation = await findOptimisation(INDEX, projectId, id);
  const artifact = optimisation === null ? null : await findArtifact(INDEX, projectId, optimisation.artifactId);
  if (optimisation === null || artifact === null) return [];
  const version = (await versionFactsOf(INDEX, projectId, artifact.id)).find((one) => one.version === optimisation.version);
  return version === undefined ? [] : some(bookOfPromise(artifact, version, optimisation));
}
