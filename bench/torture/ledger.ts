// What the clients of a torture know: which writes were acknowledged, and which were cut off by a kill, so that nobody can say
// whether they happened. Bento's state must be one that this leaves possible, and no other.

export type Effect =
  | { kind: "run"; id: string; agent: string; output: string }
  | { kind: "part"; traceId: string; agent: string; part: number }
  | { kind: "score"; runId: string; value: number }
  | { kind: "deletion"; id: string };

/** One request, and what it does when it is taken. */
export interface Write {
  method: "POST" | "DELETE";
  path: string;
  body: string;
  effects: readonly Effect[];
}

/** The last acknowledged value of a thing, and later ones whose request nobody answered. */
export class Register<T> {
  acknowledged: T | undefined;
  readonly maybe: (T | undefined)[] = [];

  /** `undefined`: it is gone. */
  confirm(value: T | undefined): void {
    this.acknowledged = value;
    this.maybe.length = 0;
  }

  /** `undefined` is "not there". */
  allows(value: T | undefined): boolean {
    return value === this.acknowledged || this.maybe.includes(value);
  }
}

export interface KnownTrace {
  agent: string;
  acknowledgedParts: Set<number>;
}

export class Ledger {
  readonly outputs = new Map<string, Register<string>>();
  readonly agentOf = new Map<string, string>();
  readonly traces = new Map<string, KnownTrace>();
  /** Of the score `success`, by run. */
  readonly scores = new Map<string, Register<number>>();
  /** Writes that were cut off and are not sent again: all of each or nothing of it may stand. */
  readonly abandoned: Write[] = [];
  /** Of writes that are processed later; a deletion is done when it is answered. */
  acknowledgedRequests = 0;
  cutOffRequests = 0;
  deletions = 0;

  confirm(write: Write): void {
    if (write.method === "DELETE") this.deletions += 1;
    else this.acknowledgedRequests += 1;
    for (const effect of write.effects) {
      if (effect.kind === "run") {
        this.agentOf.set(effect.id, effect.agent);
        registerOf(this.outputs, effect.id).confirm(effect.output);
      } else if (effect.kind === "score") registerOf(this.scores, effect.runId).confirm(effect.value);
      else if (effect.kind === "deletion") this.outputs.get(effect.id)?.confirm(undefined);
      else this.traceOf(effect.traceId, effect.agent).acknowledgedParts.add(effect.part);
    }
  }

  /** A deletion that was sent again found no run: it is not stored yet, or the deletion whose answer never came took it. */
  mayBeDeleted({ effects }: Write): void {
    for (const effect of effects) if (effect.kind === "deletion") this.outputs.get(effect.id)?.maybe.push(undefined);
  }

  /** How many runs are acknowledged and not deleted, as far as anybody knows. @param isThere whether a run is listed */
  standingRuns(isThere: (id: string) => boolean): number {
    const native = [...this.outputs].filter(
      ([id, { acknowledged, maybe }]) => acknowledged !== undefined && (isThere(id) || !maybe.includes(undefined)),
    );
    return native.length + this.traces.size;
  }

  /** The answer never came, and the client gives up. */
  abandon(write: Write): void {
    this.abandoned.push(write);
    for (const effect of write.effects) {
      if (effect.kind === "run") {
        this.agentOf.set(effect.id, effect.agent);
        registerOf(this.outputs, effect.id).maybe.push(effect.output);
      } else if (effect.kind === "score") registerOf(this.scores, effect.runId).maybe.push(effect.value);
    }
  }

  private traceOf(traceId: string, agent: string): KnownTrace {
    const known = this.traces.get(traceId) ?? { agent, acknowledgedParts: new Set() };
    this.traces.set(traceId, known);
    return known;
  }
}

function registerOf<T>(registers: Map<string, Register<T>>, key: string): Register<T> {
  const known = registers.get(key) ?? new Register<T>();
  registers.set(key, known);
  return known;
}
