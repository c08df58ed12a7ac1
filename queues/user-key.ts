// The hash under which a project knows a user whose id it may not keep: in runs when the project has user ids hashed, and in the
// record of a deletion. The salt names the project, so that one user has different hashes in two of them.
import { hashUserId } from "../domain/run/redact.ts";
import type { Bindings } from "../durable-objects/bindings.ts";

export function userSalt(env: Pick<Bindings, "BENTO_INBOX_KEY">, projectId: string): string {
  return `${env.BENTO_INBOX_KEY} ${projectId}`;
}

export function userKeyOf(env: Pick<Bindings, "BENTO_INBOX_KEY">, projectId: string, userId: string): string {
  return hashUserId(userId, userSalt(env, projectId));
}
