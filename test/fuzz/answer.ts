// Is an answer what its door promised? The protocol's own form, a clear word for what was refused, and the same account of it as the
// readers give. Every fault is one sentence.
import { fromBinary } from "@bufbuild/protobuf";
import * as z from "zod";
import { otlpMessage } from "../../domain/wire/otlp-schema.ts";
import type { HostileRequest } from "./hostile-request.ts";
import type { Meaning } from "./meaning.ts";
import type { Answer } from "./send.ts";

export interface Checked {
  faults: string[];
  /** Ids that the answer promises. */
  runIds: string[];
  /** Items refused inside an accepted request. */
  rejected: number;
  isKept: boolean;
}

const refusal = z.object({ error: z.object({ code: z.string().min(1), message: z.string().min(10) }) });
const rpcStatus = z.object({ code: z.number(), message: z.string().min(10) });
const runsAnswer = z.strictObject({
  accepted: z.int(),
  rejected: z.array(z.strictObject({ index: z.int(), id: z.string().nullable(), code: z.string(), message: z.string().min(5) })),
  ids: z.array(z.string()),
});
const langfuseAnswer = z.strictObject({
  successes: z.array(z.strictObject({ id: z.string(), status: z.literal(201) })),
  errors: z.array(z.strictObject({ id: z.string(), status: z.literal(400), message: z.string().min(5) })),
});
const otlpAnswer = z.strictObject({
  partialSuccess: z
    .strictObject({
      rejectedSpans: z.string().optional(),
      rejectedLogRecords: z.string().optional(),
      rejectedDataPoints: z.string().optional(),
      errorMessage: z.string().min(5),
    })
    .optional(),
});

const isOtlp = (path: string): boolean => /^\/(v1|api\/public\/otel\/v1)\/(traces|logs|metrics)$/.test(path);

/** `meaning` null: it cannot be told what the request means, so only the answer's form is checked. */
export function checkAnswer(request: HostileRequest, answer: Answer, meaning: Meaning | null): Checked {
  const { status } = answer;
  if (request.isKeyWrong) return nothing(status === 401 ? formOfRefusal(request, answer) : [`answered ${status} to a wrong key`]);
  if (status >= 300) {
    const wrongly = meaning !== null && meaning.kind !== "refused" ? [`refused with ${status} what can be read`] : [];
    const odd = [400, 413, 415, 422].includes(status) ? [] : [`answered ${status}`];
    return nothing([...wrongly, ...odd, ...formOfRefusal(request, answer)]);
  }
  const wrongly = meaning?.kind === "refused" ? [`accepted with ${status} what cannot be read`] : [];
  const told = accountOf(request, answer);
  if (typeof told === "string") return nothing([...wrongly, told]);
  const rejected = told.rejected ?? meaning?.rejected ?? 0;
  const differs = meaning !== null && meaning.kind !== "refused" && rejected !== meaning.rejected;
  return {
    faults: [...wrongly, ...(differs ? [`tells of ${rejected} refused items where ${meaning.rejected} are`] : [])],
    runIds: told.runIds,
    rejected,
    isKept: meaning === null || meaning.kind === "kept",
  };
}

const nothing = (faults: string[]): Checked => ({ faults, runIds: [], rejected: 0, isKept: false });

function formOfRefusal(request: HostileRequest, answer: Answer): string[] {
  if (isOtlp(request.path)) {
    const value = isProtobuf(answer) ? decoded("RpcStatus", answer.body) : parsed(answer);
    const wanted = /protobuf/i.test(request.headers["content-type"] ?? "");
    if (wanted !== isProtobuf(answer)) return ["refused in another encoding than the request's"];
    return rpcStatus.safeParse(value).success ? [] : ["refused without a google.rpc.Status that says why"];
  }
  return refusal.safeParse(parsed(answer)).success ? [] : ["refused without a code and a message that says why"];
}

/** What an accepting answer tells, or its fault. `rejected` null: this door's protocol does not say. */
function accountOf({ path, headers }: HostileRequest, answer: Answer): { runIds: string[]; rejected: number | null } | string {
  const silent = { runIds: [], rejected: null };
  if (isOtlp(path)) {
    const wanted = /protobuf/i.test(headers["content-type"] ?? "");
    if (wanted !== isProtobuf(answer)) return "accepted in another encoding than the request's";
    const value = otlpAnswer.safeParse(wanted ? protobufAccount(answer.body) : parsed(answer));
    if (!value.success) return "accepted with a body that is no OTLP response";
    const part = value.data.partialSuccess;
    return { runIds: [], rejected: Number(part?.rejectedSpans ?? part?.rejectedLogRecords ?? part?.rejectedDataPoints ?? 0) };
  }
  if (path === "/v1/runs") {
    const value = runsAnswer.safeParse(parsed(answer));
    if (!value.success) return "accepted runs without an account of them";
    const { accepted, rejected, ids } = value.data;
    return accepted === ids.length && accepted > 0 ? { runIds: ids, rejected: rejected.length } : "counts its runs wrongly";
  }
  if (path === "/api/public/ingestion") {
    const value = langfuseAnswer.safeParse(parsed(answer));
    return answer.status === 207 && value.success ? { runIds: [], rejected: value.data.errors.length } : "is no 207 of Langfuse's form";
  }
  if (answer.status === 204) return silent;
  return parsed(answer) === undefined ? "is accepted with a body that is no JSON" : silent;
}

const isProtobuf = ({ headers }: Answer): boolean => headers["content-type"] === "application/x-protobuf";

function parsed({ body }: Answer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body));
  } catch {
    return undefined;
  }
}

function decoded(name: string, body: Uint8Array): unknown {
  try {
    return fromBinary(otlpMessage(name), body);
  } catch {
    return undefined;
  }
}

/** As the JSON answer would say it. */
function protobufAccount(body: Uint8Array): unknown {
  const response = z
    .object({ partialSuccess: z.object({ rejected: z.bigint(), errorMessage: z.string() }).optional() })
    .safeParse(decoded("Response", body));
  if (!response.success) return undefined;
  const part = response.data.partialSuccess;
  return part === undefined ? {} : { partialSuccess: { rejectedSpans: String(part.rejected), errorMessage: part.errorMessage } };
}
