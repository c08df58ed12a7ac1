// By whom something was done, as records name it.
import type { Principal } from "../../../domain/project/principal.ts";

/** The key's owner, else the key itself. */
export function actorOf({ owner, keyId }: Principal): string {
  return owner ?? keyId;
}
