// The API behind its front door, with objects that keep what they are told and answer what a test has scripted.
import { DurableObject } from "cloudflare:workers";
import { answerApi } from "../../workers/pipeline/api/answer.ts";
import type { Env } from "../../workers/pipeline/env.ts";

class Scripted extends DurableObject {
  async script(method: string, answer: unknown): Promise<void> {
    await this.ctx.storage.put(`answer ${method}`, answer);
  }

  async heard(method: string): Promise<unknown[]> {
    return (await this.ctx.storage.get<unknown[]>(`heard ${method}`)) ?? [];
  }

  protected async answer(method: string, heard: unknown[]): Promise<unknown> {
    await this.ctx.storage.put(`heard ${method}`, heard);
    return (await this.ctx.storage.get(`answer ${method}`)) ?? null;
  }
}

export class Behaviour extends Scripted {
  declare(...heard: unknown[]) {
    return this.answer("declare", heard);
  }
  judge(...heard: unknown[]) {
    return this.answer("judge", heard);
  }
  reset(...heard: unknown[]) {
    return this.answer("reset", heard);
  }
  dimensions(...heard: unknown[]) {
    return this.answer("dimensions", heard);
  }
  series(...heard: unknown[]) {
    return this.answer("series", heard);
  }
  evaluate(...heard: unknown[]) {
    return this.answer("evaluate", heard);
  }
  forget(...heard: unknown[]) {
    return this.answer("forget", heard);
  }
}

export class IncidentDesk extends Scripted {
  act(...heard: unknown[]) {
    return this.answer("act", heard);
  }
}

export class TraceAssembly extends Scripted {}

export default { fetch: answerApi } satisfies ExportedHandler<Env>;
