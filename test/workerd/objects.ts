// Looks into Durable Objects as no caller can: their rows, their alarm, and the queue they send to.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";

/** @param name as durable-objects/names.ts makes it: a text, or a list that becomes JSON */
export function objectOf(namespace: unknown, name: unknown): DurableObjectStub {
  const objects = namespace as DurableObjectNamespace;
  return objects.get(objects.idFromName(typeof name === "string" ? name : JSON.stringify(name)));
}

export const rowsOf = (object: DurableObjectStub, sql: string, ...values: (string | number | null)[]): Promise<any[]> =>
  runInDurableObject(object, (_, state) => state.storage.sql.exec(sql, ...values).toArray());

export const alarmOf = (object: DurableObjectStub): Promise<number | null> =>
  runInDurableObject(object, (_, state) => state.storage.getAlarm());

/** As if it had not been used for a while: what it knows only in memory is gone. */
export const evict = (object: DurableObjectStub): Promise<void> => evictDurableObject(object);

/** What the object sends to `queue` in its alarm, which is run now. `isDown`: the queue takes nothing. */
export async function sentByAlarm(object: DurableObjectStub, queue: string, isDown = false): Promise<any[]> {
  const sent: unknown[] = [];
  const send = async (message: unknown) => {
    if (isDown) throw new Error("the queue is down");
    sent.push(message);
  };
  const real = await runInDurableObject(object, (instance) => {
    const { env } = instance as unknown as { env: object };
    Reflect.set(instance, "env", { ...env, [queue]: { send } });
    return env;
  });
  await runDurableObjectAlarm(object);
  await runInDurableObject(object, (instance) => Reflect.set(instance, "env", real));
  return sent;
}
