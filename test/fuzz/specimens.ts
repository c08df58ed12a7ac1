// The sound bodies that are spoilt: what real clients sent (the fixtures of this repository, and the shared captures where they are
// at hand), and bodies of the product's own doors. A specimen knows its trace ids, so that every body sent can have ids of its own.
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import * as z from "zod";
import { ownSpecimens } from "./own-specimens.ts";
import { specimen, type Specimen } from "./specimen.ts";

const fixtureDirectory = join(import.meta.dirname, "../fixtures/wire");
const captureDirectory = join(import.meta.dirname, "../../../shared/data/wire");

const sidecar = z.object({
  body_file: z.string().optional(),
  request: z.object({ method: z.enum(["POST", "PATCH"]), path: z.string(), headers: z.record(z.string(), z.string()) }).nullish(),
});

export function allSpecimens(): Specimen[] {
  return [...ownSpecimens(), ...fixtures(), ...captures()];
}

/** Fixtures have no sidecars: their names say which door they are for. */
function fixtures(): Specimen[] {
  return globSync("*.*", { cwd: fixtureDirectory })
    .toSorted()
    .map((name): Specimen => {
      const body = readFileSync(join(fixtureDirectory, name));
      const [path, contentType] = doorOf(name, body);
      return specimen(name, path.startsWith("/runs/") ? "PATCH" : "POST", path, contentType, body);
    });
}

function doorOf(name: string, body: Uint8Array): [path: string, contentType: string] {
  if (name.endsWith(".pb")) return ["/v1/traces", "application/x-protobuf"];
  if (name.startsWith("langfuse-scores")) return ["/api/public/ingestion", "application/json"];
  if (!name.startsWith("langsmith")) return ["/v1/traces", "application/json"];
  // Updates name their run in the address only.
  const { id, dotted_order: order } = z
    .object({ id: z.string().optional(), dotted_order: z.string() })
    .parse(JSON.parse(new TextDecoder().decode(body)));
  return [id === undefined ? `/runs/${order.slice(order.lastIndexOf("Z") + 1)}` : "/runs", "application/json"];
}

/** Every captured request body that is not packed in a way that Bento does not read. */
function captures(): Specimen[] {
  if (!existsSync(captureDirectory)) return [];
  return globSync("*/*.meta.json", { cwd: captureDirectory })
    .toSorted()
    .flatMap((file): Specimen[] => {
      const { body_file: bodyFile, request } = sidecar.parse(JSON.parse(readFileSync(join(captureDirectory, file), "utf8")));
      if (bodyFile === undefined || request == null || bodyFile.endsWith(".zst")) return [];
      const stored = readFileSync(join(captureDirectory, dirname(file), bodyFile));
      const body = bodyFile.endsWith(".gz") ? gunzipSync(stored) : stored;
      if (body.length === 0) return [];
      const name = `${dirname(file)}/${basename(bodyFile)}`;
      return [specimen(name, request.method, request.path, request.headers["content-type"] ?? "application/json", body)];
    });
}
