// Who asks: a key of one project with scopes, or the instance's admin key, which stands for the default project and opens all.
export type Scope = "ingest" | "read" | "write" | "admin";
export const scopes = ["ingest", "read", "write", "admin"] as const;

export interface Principal {
  projectId: string;
  keyId: string;
  scopes: readonly Scope[];
  kind: "person" | "machine";
  owner: string | null;
  isInstanceAdmin: boolean;
}

/** The project that the instance's admin key belongs to. */
export const defaultProjectId = "prj_default";

export function allows(principal: Principal, scope: Scope): boolean {
  return principal.scopes.includes(scope);
}
