// What some clients ask before they send anything. The answers offer only what the doors read: gzip is not offered where the client
// would have to be trusted to send it right, zstd because Workers cannot unpack it.
import type { Principal } from "../../../domain/project/principal.ts";
import { parseExactJson } from "../../../domain/wire/exact-json.ts";
import { isObject, textOf } from "../../../domain/wire/json-value.ts";
import { mostBodyBytes } from "../../../r2/keys.ts";
import type { Env } from "../env.ts";
import { readBody } from "./body.ts";

/** The versions that these answers were seen to work with. */
const langSmithVersion = "0.13.20";
const braintrustVersion = "1.1.28";
/** Characters; a name is all that is kept of a project. */
const longestProjectName = 200;
/** Braintrust's clients fill half of this. */
const braintrustPayloadBytes = 6 * 1024 * 1024;

/** LangSmith: multipart or batch, how large, packed how. */
export async function answerLangSmithInfo(): Promise<Response> {
  return Response.json({
    version: langSmithVersion,
    instance_flags: { zstd_compression_enabled: false, gzip_body_enabled: false },
    batch_ingest_config: {
      use_multipart_endpoint: true,
      scale_up_qsize_trigger: 1_000,
      scale_up_nthreads_limit: 16,
      scale_down_nempty_trigger: 4,
      size_limit: 100,
      size_limit_bytes: mostBodyBytes,
    },
  });
}

/** Braintrust: the key's organisation is its project here, and every address is this one. */
export async function answerBraintrustLogin(
  request: Request,
  _env: Env,
  _ctx: ExecutionContext,
  { projectId }: Principal,
): Promise<Response> {
  const { origin } = new URL(request.url);
  const organisation = {
    id: await uuidOf(projectId),
    name: projectId,
    api_url: origin,
    proxy_url: origin,
    is_universal_api: true,
    git_metadata: null,
  };
  return Response.json({ org_info: [organisation] });
}

export async function answerBraintrustProject(
  request: Request,
  _env: Env,
  _ctx: ExecutionContext,
  { projectId }: Principal,
): Promise<Response> {
  const name = projectNameIn((await readBody(request)).unpacked);
  return Response.json({ project: { id: await uuidOf(`${projectId} ${name}`), org_id: await uuidOf(projectId), name } });
}

/** The client goes on under any name; one that cannot be read is no reason to turn it away. */
function projectNameIn(body: Uint8Array): string {
  const asked = parseExactJson(new TextDecoder().decode(body));
  const name = isObject(asked) ? textOf(asked["project_name"]) : null;
  return name?.slice(0, longestProjectName).toWellFormed() ?? "default";
}

export async function answerBraintrustVersion(): Promise<Response> {
  return Response.json({ version: braintrustVersion, logs3_payload_max_bytes: braintrustPayloadBytes });
}

/** The same name always gives the same id, so that a client that starts again meets the same project. */
async function uuidOf(name: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(name)));
  const hex = Array.from(digest.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
