// One client under torture: sends its writes one after the other and writes down what was answered. A write that was cut off is
// sent again after the restart, as exporters do, or given up for good; parts of a trace and deletions are never given up.
import type { Random } from "../../cli/sample/random.ts";
import type { Ledger, Write } from "./ledger.ts";

/** A server that does not answer for this long is taken for dead. */
const patienceMs = 30_000;
/** What exporters do with a write that nobody answered, mostly. */
const resendShare = 0.7;

export class TortureClient {
  private readonly writes: Iterator<Write>;
  private readonly ledger: Ledger;
  private readonly random: Random;
  private cutOff: Write | null = null;
  /** Answers that no client of ours should get: none was a mistake of the client. */
  readonly refusals: string[] = [];

  constructor(writes: Iterator<Write>, ledger: Ledger, random: Random) {
    this.writes = writes;
    this.ledger = ledger;
    this.random = random;
  }

  /** Until the server stops answering or `isOver`. */
  async load(url: string, key: string, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const { value: write } = this.writes.next();
      if (write === undefined || !(await this.send(url, key, write))) return;
    }
  }

  /** Sends what was cut off, or gives it up. Whole traces are finished, so that their totals are known. */
  async mend(url: string, key: string): Promise<void> {
    const write = this.cutOff;
    if (write === null) return;
    const isNeverGivenUp = write.path === "/v1/traces" || write.method === "DELETE";
    if (isNeverGivenUp || this.random.chance(resendShare)) await this.send(url, key, write);
    else {
      this.ledger.abandon(write);
      this.cutOff = null;
    }
  }

  /** Whether it was answered. */
  private async send(url: string, key: string, write: Write): Promise<boolean> {
    const wasCutOff = this.cutOff === write;
    try {
      const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
      const response = await fetch(url + write.path, {
        method: write.method,
        headers,
        ...(write.method === "POST" ? { body: write.body } : {}),
        signal: AbortSignal.timeout(patienceMs),
      });
      const answer = await response.text();
      if (response.ok) this.ledger.confirm(write);
      else if (write.method === "DELETE" && response.status === 404) {
        if (wasCutOff) this.ledger.mayBeDeleted(write);
      } else this.refusals.push(`${write.path} ${response.status} ${answer.slice(0, 200)}`);
      this.cutOff = null;
      return true;
    } catch {
      if (write.method === "POST") this.ledger.cutOffRequests += 1;
      this.cutOff = write;
      return false;
    }
  }
}
