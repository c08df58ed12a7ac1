// Bindings that fail at one call, as if the isolate had died just before it: the n-th time that anything is asked of the index, the
// archive, a queue or an object. With every n in turn a consumer is cut off between any two of its writes.
import type { Env } from "../../workers/pipeline/env.ts";

/** @param at the call that fails, from 0 */
export function tripwire(env: Env, at: number): { env: Env; hasTripped: () => boolean } {
  let calls = 0;
  const step = () => {
    if (calls++ === at) throw new TypeError("the isolate died");
  };
  const objects = (namespace: object) =>
    new Proxy(namespace, {
      get: (own, name) => (name === "get" ? (id: unknown) => watched(call(own, name, [id]), step) : bound(own, name)),
    });
  return {
    env: {
      ...env,
      INDEX: watchedIndex(env.INDEX, step),
      ARCHIVE: watched(env.ARCHIVE, step),
      INGEST_QUEUE: watched(env.INGEST_QUEUE, step),
      CLOSED_QUEUE: watched(env.CLOSED_QUEUE, step),
      AUDIT_QUEUE: watched(env.AUDIT_QUEUE, step),
      TRACE_ASSEMBLY: objects(env.TRACE_ASSEMBLY) as Env["TRACE_ASSEMBLY"],
      BEHAVIOUR: objects(env.BEHAVIOUR) as Env["BEHAVIOUR"],
      INCIDENT_DESK: objects(env.INCIDENT_DESK) as Env["INCIDENT_DESK"],
    },
    hasTripped: () => calls > at,
  };
}

const call = (own: any, name: string | symbol, given: unknown[]) => own[name](...given);
const bound = (own: any, name: string | symbol) => (typeof own[name] === "function" ? own[name].bind(own) : own[name]);

/** Every method is a call out. */
function watched<T extends object>(binding: T, step: () => void): T {
  return new Proxy(binding, {
    get:
      (own, name) =>
      async (...given: unknown[]) => {
        step();
        return call(own, name, given);
      },
  });
}

/** Preparing and binding are no calls out; running is, and a batch is one. */
function watchedIndex(db: D1Database, step: () => void): D1Database {
  const real = new WeakMap<object, D1PreparedStatement>();
  const statement = (own: D1PreparedStatement): D1PreparedStatement => {
    const proxy = new Proxy(own, {
      get: (_, name) =>
        name === "bind"
          ? (...given: unknown[]) => statement(own.bind(...given))
          : async (...given: unknown[]) => {
              step();
              return call(own, name, given);
            },
    });
    real.set(proxy, own);
    return proxy;
  };
  return new Proxy(db, {
    get: (own, name) =>
      name === "prepare"
        ? (sql: string) => statement(own.prepare(sql))
        : async (given: D1PreparedStatement[]) => {
            step();
            return own.batch(given.map((one) => real.get(one) ?? one));
          },
  });
}
