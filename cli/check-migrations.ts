// Do the generated migrations say what the schema says? Generates into a copy and fails when anything new comes out.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { root } from "./build.ts";

const copy = mkdtempSync(join(tmpdir(), "bento-migrations-"));
try {
  const folder = join(root, "d1-migrations");
  cpSync(folder, copy, { recursive: true });
  const before = readdirSync(copy).length;
  execFileSync("drizzle-kit", ["generate", "--dialect", "sqlite", "--schema", "./d1/schema*.ts", "--out", relative(root, copy)], {
    cwd: root,
    stdio: "pipe",
  });
  if (readdirSync(copy).length !== before) {
    console.error("d1/schema.ts and d1-migrations differ: run `npm run migrations`, read what it made, and commit it.");
    process.exitCode = 1;
  } else console.log("migrations: up to date");
} finally {
  rmSync(copy, { recursive: true, force: true });
}
