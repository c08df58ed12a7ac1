// The secrets of an instance on one machine: made on first start, kept in the data folder, readable by its owner only.
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Secrets {
  adminKey: string;
  /** Where the admin key stands when we made it; null when it came from outside and is kept nowhere. */
  adminKeyFile: string | null;
  /** base64 of 32 bytes. */
  inboxKey: string;
  sessionKey: string;
}

/** @param adminKey from BENTO_ADMIN_KEY; undefined makes one */
export function readSecrets(dataDir: string, adminKey: string | undefined): Secrets {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const adminKeyFile = join(dataDir, "admin-key");
  const made =
    adminKey === undefined || adminKey === "" ? keep(adminKeyFile, () => `bento_${randomBytes(24).toString("base64url")}`) : null;
  return {
    adminKey: made ?? adminKey ?? "",
    adminKeyFile: made === null ? null : adminKeyFile,
    inboxKey: keep(join(dataDir, "inbox-key"), () => randomBytes(32).toString("base64")),
    sessionKey: keep(join(dataDir, "session-key"), () => randomBytes(32).toString("base64")),
  };
}

function keep(file: string, make: () => string): string {
  if (!existsSync(file)) writeFileSync(file, `${make()}\n`, { mode: 0o600, flag: "wx" });
  chmodSync(file, 0o600);
  return readFileSync(file, "utf8").trim();
}
