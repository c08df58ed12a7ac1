// How an object is addressed. The one place where names of objects are made, so that no two rooms disagree.
import type { Bindings } from "./bindings.ts";

/** More shards spread the spans of a busy project; fewer let one call carry more traces. */
const assemblyShards = 16;

export function behaviourOf(env: Pick<Bindings, "BEHAVIOUR">, projectId: string, agent: string) {
  return env.BEHAVIOUR.get(env.BEHAVIOUR.idFromName(JSON.stringify([projectId, agent])));
}

export function incidentDeskOf(env: Pick<Bindings, "INCIDENT_DESK">, projectId: string, agent: string) {
  return env.INCIDENT_DESK.get(env.INCIDENT_DESK.idFromName(JSON.stringify([projectId, agent])));
}

export function auditLogOf(env: Pick<Bindings, "AUDIT_LOG">, projectId: string) {
  return env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName(projectId));
}

/** Every assembly object of a project. */
export function allAssembliesOf(env: Pick<Bindings, "TRACE_ASSEMBLY">, projectId: string) {
  return Array.from({ length: assemblyShards }, (_, shard) => traceAssemblyOf(env, projectId, shard));
}

export function assemblyShardOf(traceId: string): number {
  let hash = 0;
  for (let i = 0; i < traceId.length; i++) hash = (Math.imul(hash, 31) + traceId.charCodeAt(i)) | 0;
  return Math.abs(hash) % assemblyShards;
}

export function traceAssemblyOf(env: Pick<Bindings, "TRACE_ASSEMBLY">, projectId: string, shard: number) {
  return env.TRACE_ASSEMBLY.get(env.TRACE_ASSEMBLY.idFromName(JSON.stringify([projectId, shard])));
}
